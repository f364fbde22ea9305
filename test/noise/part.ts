// Requirements: P1, P2, P3, P4, P5, P6, P7, P8, P9, R8, R30
import type { Part, RunOptions } from "../prove/part.js";
import { allCases } from "./all-cases.js";
import { type Cases, runCase } from "./cases.js";
import { setNoise } from "./set-noise.js";
import { WdsiSetCases } from "./wdsi-set.js";

/** How many cases of each family run with every test, and how many in the long run. */
const COUNTS: Readonly<Record<string, { quick: number; long: number }>> = {
	at: { quick: 64, long: 700 },
	set: { quick: 50, long: 4_000 },
	"wdsi-set": { quick: 62, long: Number.POSITIVE_INFINITY },
	"at-small": { quick: 100, long: 4_000 },
	wdsi: { quick: 0, long: Number.POSITIVE_INFINITY },
	splits: { quick: Number.POSITIVE_INFINITY, long: Number.POSITIVE_INFINITY },
	urcs: { quick: 120, long: Number.POSITIVE_INFINITY },
	smp: { quick: 150, long: 20_000 },
	xmodem: { quick: 150, long: 20_000 },
	inputs: { quick: 120, long: 10_000 },
	calendar: { quick: Number.POSITIVE_INFINITY, long: Number.POSITIVE_INFINITY },
	"mark-bits": { quick: Number.POSITIVE_INFINITY, long: Number.POSITIVE_INFINITY },
	"mark-bit-pairs": { quick: 500, long: 100_000 },
	"clock-faults": { quick: 400, long: 50_000 },
	"clock-registers": { quick: 500, long: 100_000 },
};
/** The families of which all noise goes through the channel of the modem's line. */
const CHANNEL_FAMILIES: readonly string[] = ["at", "at-small", "wdsi", "wdsi-set", "splits", "urcs"];
const PROGRESS_EVERY_MS = 100;

/** The numbers of the cases that run; those of a family without an end begin with `random`. */
export function numbersOf(cases: Cases, { quick, random }: Pick<RunOptions, "quick" | "random">): number[] {
	const own = quick ? cases.quick?.() : undefined;
	if (own) return [...own];
	const wanted = COUNTS[cases.name]?.[quick ? "quick" : "long"] ?? 0;
	if (cases.count === undefined)
		return Array.from({ length: wanted }, (_, i) => (Math.imul(random, 1_000_003) + i) >>> 0);
	const count = Math.min(wanted, cases.count);
	const { count: all } = cases;
	return Array.from({ length: count }, (_, i) => (Math.floor((i * all) / count) + random) % all);
}

/** Those that run in XS as well, and those with a signed order of their own, which only Node can sign. */
function families(): readonly Cases[] {
	return [...allCases(), setNoise, new WdsiSetCases()];
}

/** `at/17`: the family, and the case's number in it. Throws RangeError where there is none. */
function caseOf(seed: string): { cases: Cases; number: number } {
	const [name, digits = ""] = seed.split("/", 2);
	const all = families();
	const cases = all.find((each) => each.name === name);
	const number = Number(digits);
	const end = cases?.count ?? 2 ** 32;
	if (!cases || !/^\d+$/.test(digits) || number >= end)
		throw new RangeError(
			`Expected a seed like at/17, of ${all.map((each) => each.name).join(", ")}, got ${seed}`,
		);
	return { cases, number };
}

/** Noise on every line, in every input, in the clock and in the marks. */
export const noise: Part = {
	name: "noise",

	async run(options) {
		const { bail, report, progress } = options;
		const all = families().map((cases) => ({ cases, numbers: numbersOf(cases, options) }));
		const total = all.reduce((sum, { numbers }) => sum + numbers.length, 0);
		const summary: string[] = [];
		let done = 0;
		let shownAtMs = 0;
		let channelBytes = 0;
		let noiseBytes = 0;
		let isEnded = false;
		for (const { cases, numbers } of all) {
			let bytes = 0;
			for (const number of numbers) {
				if (isEnded) break;
				const { faults, noiseBytes: own } = runCase(cases, number);
				bytes += own;
				for (const fault of faults) report(violationOf(fault, `${cases.name}/${number}`));
				isEnded = bail && faults.length > 0;
				done++;
				if (performance.now() - shownAtMs < PROGRESS_EVERY_MS) continue;
				shownAtMs = performance.now();
				progress(done, total);
			}
			noiseBytes += bytes;
			if (CHANNEL_FAMILIES.includes(cases.name)) channelBytes += bytes;
			const of = cases.count === undefined ? "" : ` of ${cases.count}`;
			summary.push(`${cases.name}: ${numbers.length}${of} cases, ${megabytes(bytes)} MB`);
		}
		summary.push(`${megabytes(channelBytes)} MB of noise through the AT channel`);
		return { figures: { noiseBytes }, summary };
	},

	async replay(seed, print) {
		const { cases, number } = caseOf(seed);
		const { faults, log } = runCase(cases, number);
		for (const line of [...log, ...faults]) print(line);
		return faults.length > 0;
	},
};

/** "P4: not released" with the seed that shows it. */
export function violationOf(fault: string, seed: string): { promise: string; what: string; seed: string } {
	const [, promise = "P8", what = fault] = /^(P[1-9]): (.*)$/s.exec(fault) ?? [];
	return { promise, what, seed };
}

function megabytes(bytes: number): string {
	return (bytes / 1e6).toFixed(1);
}
