import type { Model } from "../../hosts/emulator/families.js";
import { orderOf, signedOrderOf } from "../long-life/signed-order.js";
import { liveAYear, ordersOfYear } from "../long-life/year.js";
import type { Cases } from "../noise/cases.js";

const MODELS: readonly Model[] = ["HL7692", "HL7800"];
/** One order, its update, and every counter about to turn over. */
const DAYS = 3;

/** The first days of a year, of both families and both policies in turn. */
export const lives: Cases = {
	name: "life",
	run(number) {
		const model = MODELS[number % 2] as Model;
		const events: string[] = [];
		const { faults, log } = liveAYear({
			seed: number,
			model,
			prefetch: number % 4 >= 2,
			days: DAYS,
			orderEveryDays: DAYS,
			orderOf: (sequence, to, sizeBytes) => signedOrderOf(model, sequence, to, sizeBytes),
			onEvent: (event, atMs) => events.push(`${atMs} ${JSON.stringify(event)}`),
		});
		return { faults, log: [...events, ...log], noiseBytes: 0 };
	},
};

export function lifeOrders(): object[] {
	return MODELS.flatMap((model) =>
		ordersOfYear({ model, days: DAYS, orderEveryDays: DAYS }).map(({ sequence, to, sizeBytes }) =>
			orderOf(model, sequence, to, sizeBytes),
		),
	);
}
