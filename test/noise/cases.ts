/** What came of one case. */
export interface CaseResult {
	/** One line for each promise that broke, beginning with its number; none where all is well. */
	faults: string[];
	/** What happened, line by line, the same in every engine. */
	log: string[];
	/** How many bytes of noise were put on a line, or into a parser. */
	noiseBytes: number;
}

/** A family of cases. A case is a pure function of its number, so that `NAME/NUMBER` replays it. */
export interface Cases {
	readonly name: string;
	/** How many cases there are, numbered from 0; undefined where every 32-bit number is one. */
	readonly count?: number;
	/** The numbers that every test run takes, where these are not simply the first or an even spread. */
	quick?(): readonly number[];
	run(number: number): CaseResult;
}

/** Runs a case; what it throws is a fault of its own, for nothing may reach the clock's callbacks. */
export function runCase(cases: Cases, number: number): CaseResult {
	try {
		return cases.run(number);
	} catch (error) {
		// Engines word their own errors differently: the log has the name alone.
		const { name, message } = error as Error;
		return { faults: [`P8: ${name} came through: ${message}`], log: [`threw ${name}`], noiseBytes: 0 };
	}
}

/** FNV-1a over the lines, as 8 hex digits. */
export function hashOfLog(log: readonly string[]): string {
	let hash = 0x811c9dc5;
	for (const line of log) {
		const count = line.length;
		for (let i = 0; i < count; i++) hash = Math.imul(hash ^ line.charCodeAt(i), 0x01000193);
		hash = Math.imul(hash ^ 10, 0x01000193);
	}
	return (hash >>> 0).toString(16).padStart(8, "0");
}
