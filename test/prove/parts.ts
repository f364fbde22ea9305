import { longLife } from "../long-life/part.js";
import { noise } from "../noise/part.js";
import { powerCuts } from "../power-cuts/part.js";
import { xsSample } from "../xs-sample/part.js";
import type { Part } from "./part.js";

/** In the order in which they run. */
export const PARTS: readonly Part[] = [
	powerCuts,
	notYet("statechart", "every state with every event, and its mutants"),
	noise,
	longLife,
	xsSample,
];

/** A place that is kept: it says so, and counts nothing. */
function notYet(name: string, missing: string): Part {
	return {
		name,
		missing,
		run: async () => ({ figures: {}, summary: [`not there yet: ${missing}`] }),
		replay: async () => {
			throw new RangeError(`Expected a part that has seeds, ${name} is not there yet`);
		},
	};
}
