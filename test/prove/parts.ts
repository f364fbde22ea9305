import { powerCuts } from "../power-cuts/part.js";
import { statechart } from "../statechart/part.js";
import type { Part } from "./part.js";

/** In the order in which they run. */
export const PARTS: readonly Part[] = [
	powerCuts,
	statechart,
	notYet("noise", "noise on the wires, in the orders and in the clock"),
	notYet("long-life", "a year of boots, cuts and orders"),
	notYet("xs", "the same stories in Node and in XS"),
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
