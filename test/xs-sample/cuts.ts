import type { Cases } from "../noise/cases.js";
import { hashOfLog } from "../noise/cases.js";
import { latin1 } from "../power-cuts/checker/bytes.js";
import { randomStory } from "../power-cuts/random.js";
import type { Snapshot } from "../power-cuts/snapshot.js";
import { orderOf, SEQUENCE, type World } from "../power-cuts/world.js";
import { SETS, TROUBLES, WORLDS } from "../power-cuts/worlds.js";

/** Sequences of all orders that a story may offer, those that must be refused included. */
const SEQUENCES = [1, 2, 3, 4];

/** A story of boots with up to three cuts, every other one of a whole set, the others of one world of troubles after the other. */
export const cuts: Cases = {
	name: "cuts",
	run(number) {
		const { lines, violations } = randomStory(number, true, { world: worldOf(number), tell });
		return {
			faults: violations.map(({ promise, what }) => `${promise}: ${what}`),
			log: lines.map(withoutWordsOfTheEngine),
			noiseBytes: 0,
		};
	},
};

export function cutsOrders(): object[] {
	return WORLDS.flatMap((world) => [
		...SEQUENCES.map((sequence) => orderOf(world, sequence)),
		// Another order under the number of the one in force.
		...(world.offers === "same-sequence" ? [orderOf({ ...world, source: "local" }, SEQUENCE)] : []),
	]);
}

export function worldOf(number: number): World {
	const worlds = number % 2 === 0 ? SETS : TROUBLES;
	return worlds[Math.floor(number / 2) % worlds.length] as World;
}

/** What the power left: what every medium holds. */
function tell({ battery, flash, modem, jobs, sensors, own, rtcMs }: Snapshot): string {
	const stored = [...battery, ...flash].map(([key, value]) => `${key} ${hash(new Uint8Array(value))}`);
	const sides = sensors.map(({ slots, pending, confirmed, swap }) =>
		[...slots.map(hash), pending, confirmed, swap?.doneMs].join(),
	);
	const partitions = own && [hash(own.partitions.a), hash(own.partitions.b), JSON.stringify(own.otadata)];
	return `# ${rtcMs}; ${stored.join(", ")}; modem ${JSON.stringify(modem)}; jobs ${jobs.join()}; sensors ${sides.join(" and ")}; own ${partitions}`;
}

/** What is wrong with JSON is told in the words of the engine that reads it. */
function withoutWordsOfTheEngine(line: string): string {
	return line.replace(/(Expected ASCII JSON: )[^"]*/, "$1...");
}

function hash(bytes: Uint8Array): string {
	return hashOfLog([latin1(bytes)]);
}
