import type { SimulatedBoard } from "./simulated-board.js";

const FRAMES_MAX = 16;

/** Calls into the board by where in the code they come from: one number of each. Node only, for it reads stack traces. */
export class CallSites {
	readonly #seen = new Map<string, number>();

	constructor(board: SimulatedBoard) {
		board.onCall = (name, number) => {
			const limit = Error.stackTraceLimit;
			Error.stackTraceLimit = FRAMES_MAX;
			const site = `${name} ${new Error().stack}`;
			Error.stackTraceLimit = limit;
			if (!this.#seen.has(site)) this.#seen.set(site, number);
		};
	}

	get numbers(): number[] {
		return [...this.#seen.values()];
	}
}
