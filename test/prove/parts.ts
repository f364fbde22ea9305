import { longLife } from "../long-life/part.js";
import { noise } from "../noise/part.js";
import { powerCuts } from "../power-cuts/part.js";
import { statechart } from "../statechart/part.js";
import { xsSample } from "../xs-sample/part.js";
import type { Part } from "./part.js";

/** In the order in which they tell what they came to. */
export const PARTS: readonly Part[] = [powerCuts, statechart, noise, longLife, xsSample] as readonly Part[];
