/** A promise that was broken, and the way to see it again. */
export interface Violation {
	/** P1 to P9. */
	promise: string;
	what: string;
	/** Replays it within its part. */
	seed: string;
}

/** What a part adds to the object that `--json` prints; what it says nothing about it leaves out. */
export interface Figures {
	boots?: number;
	bootsSkipped?: number;
	cuts?: number;
	states?: number;
	transitions?: { taken: number; all: number };
	mutants?: { killed: number; survived: number };
	noiseBytes?: number;
	xsScenarios?: number;
}

export interface RunOptions {
	/** The share that runs with every `npm test`. */
	quick: boolean;
	/** What random parts begin with. */
	random: number;
	/** The first broken promise ends the part. */
	bail: boolean;
	/** Only the pieces of work whose name begins with this. */
	focus: string;
	report(violation: Violation): void;
	/** How far the part is, `done` of `all`; `all` may still change. */
	progress(done: number, all: number): void;
}

/** One kind of search for a broken promise. */
export interface Part {
	/** As `--part` and seeds name it: lower-case letters and hyphens. */
	readonly name: string;
	/** Figures for the summary in words; the counts of `figures` go into the JSON object. */
	run(options: RunOptions): Promise<{ figures: Figures; summary: readonly string[] }>;
	/** Plays one failure again, readably; true where it still fails. Throws where the seed is none of its own. */
	replay(seed: string, print: (line: string) => void): Promise<boolean>;
}
