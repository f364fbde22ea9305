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
/** About what one core takes for a year. */
const YEAR_SECONDS = 5;
const KEYS_SHOWN = 8;

interface Year {
	model: Model;
	prefetch: boolean;
	seed: number;
}

function live(
	{ model, prefetch, seed }: Year,
	onDay: (day: number, days: number) => void = () => {},
): YearResult {
	return liveAYear({
		onDay: (day) => onDay(day, DAYS),
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

/** Years of boots, cuts and orders, with every counter about to turn over at their beginning. A piece is a year. */
export const longLife: Part<Pick<YearResult, "boots" | "cuts" | "orders" | "writes">> = {
	name: "long-life",

	pieces({ quick, random }) {
		const pieces: string[] = [];
		for (let i = 0; i < (quick ? YEARS_QUICK : YEARS_LONG); i++)
			for (const [index, model] of MODELS.entries())
				for (const prefetch of quick ? [index === 0] : [false, true])
					pieces.push(seedOf({ model, prefetch, seed: random + i }));
		return pieces.map((name) => ({ name, costSeconds: YEAR_SECONDS }));
	},

	run(piece, { report, progress }) {
		const { boots, cuts, orders, writes, faults } = live(yearOf(piece), progress);
		for (const fault of new Set(faults)) report(violationOf(fault, piece));
		return { boots, cuts, orders, writes: writes.slice(0, KEYS_SHOWN) };
	},

	sum(years) {
		const total = (name: "boots" | "cuts" | "orders"): number =>
			years.reduce((sum, year) => sum + year[name], 0);
		const [boots, cuts] = [total("boots"), total("cuts")];
		return {
			figures: { boots, cuts },
			summary: [
				`${years.length} years with ${boots} boots, ${cuts} power cuts, ${total("orders")} orders`,
				`writes in one of them, by key: ${years[0]?.writes.map((entry) => entry.join(" ")).join(", ")}`,
			],
		};
	},

	async replay(seed, print) {
		const { faults, log } = live(yearOf(seed));
		for (const line of [...log, ...new Set(faults)]) print(line);
		return faults.length > 0;
	},
};
