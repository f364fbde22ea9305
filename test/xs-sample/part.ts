// Requirements: P8, R21, R30
import path from "node:path";
import { runCase } from "../noise/cases.js";
import { violationOf } from "../noise/part.js";
import type { Part } from "../prove/part.js";
import { XsProgram } from "../xs/xs-program.js";
import { type CaseName, newSample, type Sample } from "./sample.js";

/** Of each family of noise, by how much of XS's time a case costs: lives take some 200 ms, a mark 7. */
const COUNTS: readonly (readonly [family: string, quick: number, long: number])[] = [
	["at-small", 60, 1_000],
	["wdsi", 100, 3_000],
	["splits", 38, 38],
	["urcs", 150, 1_102],
	["smp", 40, 1_000],
	["xmodem", 60, 1_000],
	["inputs", 20, 500],
	["calendar", 120, 252],
	["mark-bits", 250, 1_472],
	["mark-bit-pairs", 100, 3_000],
	["clock-faults", 50, 1_000],
	["clock-registers", 70, 1_000],
];
/** So many cases are evaluated at once: few enough for the limit of one evaluation, many enough to cost nothing. */
const BATCH_CASES = 10;
const ENTRY = path.join(import.meta.dirname, "sample.js");

async function load(): Promise<XsProgram> {
	const program = await XsProgram.load(ENTRY);
	await program.run(`harness.keep("sample", exports.newSample())`);
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

/** The two logs up to where they part. */
async function difference(program: XsProgram, sample: Sample, name: CaseName): Promise<string> {
	const own = sample.log(name);
	const onXs = (await program.evaluate(`harness.kept("sample").log(${JSON.stringify(name)})`)) as string[];
	const at = own.findIndex((line, i) => line !== onXs[i]);
	if (at < 0 && own.length === onXs.length) return "";
	const line = at < 0 ? own.length : at;
	return `line ${line}: Node says ${own[line] ?? "nothing"}, XS ${onXs[line] ?? "nothing"}`;
}

/** The same cases in Node and in XS, with everything frozen; their logs must be equal. */
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
				const own = sample.hashes(batch);
				const onXs = (await waiting) as string[];
				compared += batch.length;
				for (const [i, name] of batch.entries()) {
					if (own[i] === onXs[i]) continue;
					const what = await difference(program, sample, name);
					report({ promise: "P8", what: what || "it differs from time to time", seed: name.join("/") });
				}
			}
			if (await program.wroteToFlash())
				report({ promise: "P8", what: "a buffer that lies in flash was written to", seed: "at-small/0" });
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
		const { faults } = runCase(sample.cases(family), name[1]);
		for (const fault of faults) print(violationOf(fault, seed).what);
		for (const line of sample.log(name)) print(line);
		const program = await load();
		try {
			const what = await difference(program, sample, name);
			if (what) print(what);
			return what !== "" || faults.length > 0;
		} finally {
			program.close();
		}
	},
};
