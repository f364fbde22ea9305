// Requirements: P8, R21, R30
import path from "node:path";
import { type CaseResult, hashOfLog } from "../noise/cases.js";
import { violationOf } from "../noise/part.js";
import type { Part } from "../prove/part.js";
import { signAll } from "../support/signing.js";
import { XsProgram } from "../xs/xs-program.js";
import { type CaseName, logOf, newSample, ordersToSign, type Sample } from "./sample.js";

/** Of each family, by how much of XS's time a case costs: a set whose power is cut takes half a second, a mark 7 ms. */
export const COUNTS: readonly (readonly [family: string, quick: number, long: number])[] = [
	["cuts", 20, 1_000],
	["chart", 64, 2_000],
	["life", 10, 400],
	["at-small", 16, 1_000],
	["wdsi", 20, 3_000],
	["bursts", 12, 1_000],
	["resets", 4, 500],
	["splits", 20, 38],
	["urcs", 40, 1_102],
	["smp", 8, 1_000],
	["xmodem", 14, 1_000],
	["inputs", 6, 500],
	["calendar", 200, 252],
	["mark-bits", 380, 1_472],
	["mark-bit-pairs", 120, 3_000],
	["clock-faults", 60, 1_000],
	["clock-registers", 90, 1_000],
];
/** So many cases are evaluated at once: few enough for the limit of one evaluation, many enough to cost nothing. */
const BATCH_CASES = 10;
const WROTE_TO_FLASH = "a buffer that lies in flash was written to";
const ENTRY = path.join(import.meta.dirname, "sample.js");

async function load(): Promise<XsProgram> {
	const program = await XsProgram.load(ENTRY);
	const signed = JSON.stringify(signAll(ordersToSign()));
	await program.run(`harness.keep("sample", exports.newSample(${signed}))`);
	return program;
}

function namesOf(sample: Sample, quick: boolean, random: number): CaseName[] {
	const names: CaseName[] = [];
	for (const [family, quickCount, longCount] of COUNTS) {
		const { count: all } = sample.cases(family);
		const count = quick ? quickCount : longCount;
		for (let i = 0; i < count; i++)
			names.push([
				family,
				all === undefined
					? (Math.imul(random, 7_919) + i) >>> 0
					: (Math.floor((i * all) / count) + random) % all,
			]);
	}
	return names;
}

/** Where the two logs part; "" where they are equal. */
export function difference(own: readonly string[], onXs: readonly string[]): string {
	const at = own.findIndex((line, i) => line !== onXs[i]);
	if (at < 0 && own.length === onXs.length) return "";
	const line = at < 0 ? own.length : at;
	return `line ${line}: Node says ${own[line] ?? "nothing"}, XS ${onXs[line] ?? "nothing"}`;
}

async function logOnXs(program: XsProgram, name: CaseName): Promise<string[]> {
	return (await program.evaluate(`harness.kept("sample").log(${JSON.stringify(name)})`)) as string[];
}

/** The first of these cases that writes to a buffer that lies in flash. */
async function firstThatWrites(names: readonly CaseName[]): Promise<CaseName | undefined> {
	const program = await load();
	try {
		for (const name of names) {
			await logOnXs(program, name);
			if (await program.wroteToFlash()) return name;
		}
		return undefined;
	} finally {
		program.close();
	}
}

/** The same cases of every kind of search in Node and in XS, with everything frozen; their logs must be equal. */
export const xsSample: Part<number> = {
	name: "xs",

	pieces({ quick }) {
		return [{ name: "sample", costSeconds: quick ? 60 : 1_000 }];
	},

	async run(_, { quick, random, report, progress }) {
		const sample = newSample();
		const names = namesOf(sample, quick, random);
		const program = await load();
		let compared = 0;
		try {
			for (let from = 0; from < names.length; from += BATCH_CASES) {
				progress(from, names.length);
				const batch = names.slice(from, from + BATCH_CASES);
				// Both engines work at the same time.
				const waiting = program.evaluate(`harness.kept("sample").hashes(${JSON.stringify(batch)})`);
				const own = batch.map((name) => sample.run(name));
				const onXs = (await waiting) as string[];
				compared += batch.length;
				for (const [i, name] of batch.entries()) {
					const seed = name.join("/");
					const result = own[i] as CaseResult;
					for (const fault of result.faults) report(violationOf(fault, seed));
					if (hashOfLog(logOf(result)) === onXs[i]) continue;
					const what = difference(sample.log(name), await logOnXs(program, name));
					report({ promise: "P8", what: what || "it differs from time to time", seed });
				}
			}
			if (await program.wroteToFlash()) {
				const writer = (await firstThatWrites(names)) ?? (names[0] as CaseName);
				report({ promise: "P8", what: WROTE_TO_FLASH, seed: writer.join("/") });
			}
		} finally {
			program.close();
		}
		progress(names.length, names.length);
		return compared;
	},

	sum(compared) {
		const xsScenarios = compared.reduce((all, each) => all + each, 0);
		return {
			figures: { xsScenarios },
			summary: [`${xsScenarios} cases with the same log in Node and in XS`],
		};
	},

	async replay(seed, print) {
		const [family = "", digits = ""] = seed.split("/", 2);
		if (!/^\d+$/.test(digits)) throw new RangeError(`Expected a seed like wdsi/17, got ${seed}`);
		const sample = newSample();
		const name: CaseName = [family, Number(digits)];
		const result = sample.run(name);
		const own = logOf(result);
		for (const line of own) print(line);
		const program = await load();
		try {
			const what = difference(own, await logOnXs(program, name));
			if (what) print(what);
			const isWritten = await program.wroteToFlash();
			if (isWritten) print(WROTE_TO_FLASH);
			return what !== "" || isWritten || result.faults.length > 0;
		} finally {
			program.close();
		}
	},
};
