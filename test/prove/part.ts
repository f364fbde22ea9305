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

/** How much is searched. */
export interface Share {
	/** What runs with every `npm test`. */
	quick: boolean;
	/** What random pieces begin with. */
	random: number;
}

/** What is searched in one go. */
export interface Piece {
	/** As `--focus` names it. */
	name: string;
	/** About how long one core takes for it: the longest begin first. */
	costSeconds: number;
}

export interface RunOptions extends Share {
	report(violation: Violation): void;
	/** How far the piece is, `done` of `all`; `all` may still change. One that says nothing for long counts as one that hangs. */
	progress(done: number, all: number): void;
}

export interface Told {
	figures: Figures;
	/** Figures in words. */
	summary: readonly string[];
}

/** One kind of search for a broken promise, in pieces that know nothing of each other and each have a process of their own. */
export interface Part<Result = unknown> {
	/** As `--part` and seeds name it: lower-case letters and hyphens. */
	readonly name: string;
	pieces(share: Share): readonly Piece[];
	/** Searches one piece. What it comes to is plain data. */
	run(piece: string, options: RunOptions): Promise<Result> | Result;
	/** Adds up what pieces came to, in the order of their names. */
	sum(results: readonly Result[], share: Share): Told;
	/** Plays one failure again, readably; true where it still fails. Throws where the seed is none of its own. */
	replay(seed: string, print: (line: string) => void): Promise<boolean>;
}
