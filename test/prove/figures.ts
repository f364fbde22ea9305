import type { Figures } from "./part.js";

/** The object that `--json` prints; null where no part has counted. */
export interface ProveFigures {
	boots: number | null;
	bootsSkipped: number | null;
	cuts: number | null;
	states: number | null;
	transitions: { taken: number; all: number } | null;
	mutants: { killed: number; survived: number } | null;
	noiseBytes: number | null;
	xsScenarios: number | null;
	violations: number;
	seconds: number;
}

const NUMBERS = ["boots", "bootsSkipped", "cuts", "states", "noiseBytes", "xsScenarios"] as const;

export function sumOf(
	all: readonly Figures[],
	{ violations, seconds }: Pick<ProveFigures, "violations" | "seconds">,
): ProveFigures {
	const sum: ProveFigures = {
		boots: null,
		cuts: null,
		states: null,
		transitions: null,
		mutants: null,
		noiseBytes: null,
		xsScenarios: null,
		violations,
		bootsSkipped: null,
		seconds,
	};
	for (const figures of all) {
		for (const name of NUMBERS) {
			const figure = figures[name];
			if (figure !== undefined) sum[name] = (sum[name] ?? 0) + figure;
		}
		if (figures.transitions) sum.transitions = figures.transitions;
		if (figures.mutants)
			sum.mutants = {
				killed: (sum.mutants?.killed ?? 0) + figures.mutants.killed,
				survived: (sum.mutants?.survived ?? 0) + figures.mutants.survived,
			};
	}
	return sum;
}
