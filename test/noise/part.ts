// Requirements: P1, P2, P3, P4, P5, P6, P7, P8, P9, R8, R30
import type { Part, Share, Told } from "../prove/part.js";
import { allCases } from "./all-cases.js";
import { type Cases, runCase } from "./cases.js";
import { ResetSetCases } from "./resets-set.js";
import { SetMoments } from "./set-moments.js";
import { setNoise } from "./set-noise.js";
import { WdsiSetCases } from "./wdsi-set.js";

/** How many cases of each family run with every test, and how many in the long run. */
const COUNTS: Readonly<Record<string, { quick: number; long: number }>> = {
	at: { quick: 64, long: 700 },
	set: { quick: 50, long: 4_000 },
	"wdsi-set": { quick: 62, long: Number.POSITIVE_INFINITY },
	"at-small": { quick: 100, long: 4_000 },
	"resets-set": { quick: 0, long: Number.POSITIVE_INFINITY },
	wdsi: { quick: 0, long: Number.POSITIVE_INFINITY },
	bursts: { quick: 0, long: Number.POSITIVE_INFINITY },
	resets: { quick: 0, long: Number.POSITIVE_INFINITY },
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
const CHANNEL_FAMILIES: readonly string[] = [
	"at",
	"at-small",
	"wdsi",
	"wdsi-set",
	"bursts",
	"splits",
	"urcs",
];
/** The families that take long are searched in so many shares. */
const PIECES: Readonly<Record<string, { quick: number; long: number }>> = {
	at: { quick: 4, long: 40 },
	set: { quick: 1, long: 20 },
	"wdsi-set": { quick: 1, long: 20 },
	"resets-set": { quick: 1, long: 4 },
	wdsi: { quick: 1, long: 20 },
	bursts: { quick: 1, long: 20 },
	resets: { quick: 1, long: 2 },
	smp: { quick: 1, long: 10 },
	xmodem: { quick: 1, long: 10 },
};
/** About what one core takes for a piece, seconds, where that is more than one. */
const COSTS: Readonly<Record<string, { quick: number; long: number }>> = {
	at: { quick: 8, long: 12 },
	wdsi: { quick: 15, long: 12 },
	bursts: { quick: 7, long: 8 },
	"resets-set": { quick: 5, long: 30 },
	resets: { quick: 2, long: 8 },
};

const piecesOf = (family: string, { quick }: Share): number =>
	PIECES[family]?.[quick ? "quick" : "long"] ?? 1;

/** The numbers of the cases that run; those of a family without an end begin with `random`. */
export function numbersOf(cases: Cases, { quick, random }: Share): number[] {
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
const FAMILIES: readonly Cases[] = [
	...allCases(),
	setNoise,
	new WdsiSetCases(new SetMoments()),
	new ResetSetCases(),
];

/** `at/17`: the family, and the case's number in it. Throws RangeError where there is none. */
function caseOf(seed: string): { cases: Cases; number: number } {
	const [name, digits = ""] = seed.split("/", 2);
	const cases = FAMILIES.find((each) => each.name === name);
	const number = Number(digits);
	const end = cases?.count ?? 2 ** 32;
	if (cases && !(/^\d+$/.test(digits) && number < end))
		throw new RangeError(`Expected a number from 0 to ${end - 1} after ${name}/, got ${seed}`);
	if (!cases)
		throw new RangeError(
			`Expected a seed like at/17, of ${FAMILIES.map((each) => each.name).join(", ")}, got ${seed}`,
		);
	return { cases, number };
}

interface Result {
	family: string;
	cases: number;
	/** How many there are; undefined where there is no end. */
	of: number | undefined;
	bytes: number;
}

/** `at.3`: the fourth share of a family's cases. */
function shareOf(piece: string, share: Share): { cases: Cases; numbers: number[] } {
	const [name = "", part = "0"] = piece.split(".");
	const cases = FAMILIES.find((each) => each.name === name);
	if (!cases) throw new RangeError(`Expected a family of cases, got ${name}`);
	const parts = piecesOf(name, share);
	return { cases, numbers: numbersOf(cases, share).filter((_, i) => i % parts === Number(part)) };
}

function sum(results: readonly Result[]): Told {
	const byFamily = new Map<string, Result>();
	for (const result of results) {
		const known = byFamily.get(result.family);
		if (!known) byFamily.set(result.family, { ...result });
		else {
			known.cases += result.cases;
			known.bytes += result.bytes;
		}
	}
	let channelBytes = 0;
	let noiseBytes = 0;
	const summary = [...byFamily.values()].map(({ family, cases, of, bytes }) => {
		noiseBytes += bytes;
		if (CHANNEL_FAMILIES.includes(family)) channelBytes += bytes;
		return `${family}: ${cases}${of === undefined ? "" : ` of ${of}`} cases, ${megabytes(bytes)} MB`;
	});
	summary.push(`${megabytes(channelBytes)} MB of noise through the AT channel`);
	return { figures: { noiseBytes }, summary };
}

/** Noise on every line, in every input, in the clock and in the marks. A piece is a family of cases, or a share of a large one. */
export const noise: Part<Result> = {
	name: "noise",

	pieces(share) {
		return FAMILIES.flatMap(({ name }) =>
			Array.from({ length: piecesOf(name, share) }, (_, i) => ({
				name: `${name}.${i}`,
				costSeconds: COSTS[name]?.[share.quick ? "quick" : "long"] ?? 1,
			})),
		);
	},

	run(piece, { report, progress, ...share }) {
		const { cases, numbers } = shareOf(piece, share);
		let bytes = 0;
		numbers.forEach((number, done) => {
			const { faults, noiseBytes } = runCase(cases, number);
			bytes += noiseBytes;
			for (const fault of faults) report(violationOf(fault, `${cases.name}/${number}`));
			progress(done, numbers.length);
		});
		return { family: cases.name, cases: numbers.length, of: cases.count, bytes };
	},

	sum,

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
