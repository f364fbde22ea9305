// Requirements: P1, P2, P3, P4, P5, P8, P9, R30
import type { Model } from "../../hosts/emulator/families.js";
import { violationOf } from "../noise/part.js";
import type { Part } from "../prove/part.js";
import { signedOrderOf } from "./signed-order.js";
import { liveAYear, type YearResult } from "./year.js";

const DAYS = 365;
const ORDER_EVERY_DAYS = 14;
const MODELS: readonly Model[] = ["HL7692", "HL7800"];
const YEARS_LONG = 25;
const YEARS_QUICK = 1;

interface Year {
	model: Model;
	prefetch: boolean;
	seed: number;
}

function live({ model, prefetch, seed }: Year): YearResult {
	return liveAYear({
		seed,
		model,
		prefetch,
		days: DAYS,
		orderEveryDays: ORDER_EVERY_DAYS,
		orderOf: (sequence, to, sizeBytes) => signedOrderOf(model, sequence, to, sizeBytes),
	});
}

function seedOf({ model, prefetch, seed }: Year): string {
	return `${model}-${prefetch ? "prefetch" : "window"}/${seed}`;
}

function yearOf(text: string): Year {
	const [, model, mode, seed] = /^(HL7692|HL7800)-(window|prefetch)\/(\d+)$/.exec(text) ?? [];
	if (!model) throw new RangeError(`Expected a seed like HL7800-window/1, got ${text}`);
	return { model: model as Model, prefetch: mode === "prefetch", seed: Number(seed) };
}

/** Years of boots, cuts and orders, with every counter about to turn over at their beginning. */
export const longLife: Part = {
	name: "long-life",

	async run({ quick, random, bail, report, progress }) {
		const years: Year[] = [];
		for (let i = 0; i < (quick ? YEARS_QUICK : YEARS_LONG); i++)
			for (const [index, model] of MODELS.entries())
				for (const prefetch of quick ? [index === 0] : [false, true])
					years.push({ model, prefetch, seed: random + i });
		let boots = 0;
		let cuts = 0;
		let orders = 0;
		let wear = "";
		for (const [index, year] of years.entries()) {
			progress(index, years.length);
			const result = live(year);
			boots += result.boots;
			cuts += result.cuts;
			orders += result.orders;
			wear = result.writes
				.slice(0, 8)
				.map((entry) => entry.join(" "))
				.join(", ");
			for (const fault of new Set(result.faults)) report(violationOf(fault, seedOf(year)));
			if (bail && result.faults.length > 0) break;
		}
		progress(years.length, years.length);
		return {
			figures: { boots, cuts },
			summary: [
				`${years.length} years with ${boots} boots, ${cuts} power cuts, ${orders} orders`,
				`writes in the last of them, by key: ${wear}`,
			],
		};
	},

	async replay(seed, print) {
		const { faults, log } = live(yearOf(seed));
		for (const line of [...log, ...new Set(faults)]) print(line);
		return faults.length > 0;
	},
};
