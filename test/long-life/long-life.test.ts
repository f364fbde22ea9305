// Requirements: P1, P2, P3, P4, P5, P8, P9, R21, R30
/**
 * Goal: nothing grows and nothing turns over, however long a product lives. Method: months in virtual time with every counter near
 * its end; the same weeks again and again in XS, metered; the MCU's ticks over years.
 */
import path from "node:path";
import vm from "node:vm";
import test from "ava";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import { Slots } from "../../modules/storage/slots.js";
import { REPOSITORY } from "../rules/source-file.js";
import { orAll } from "../support/share.js";
import { bundleForXs } from "../xs/bundle.js";
import { measure } from "../xs/measure.js";
import { age, sequenceOf } from "./old-storage.js";
import { longLife } from "./part.js";
import { signedOrderOf } from "./signed-order.js";
import { liveAYear } from "./year.js";

const DAY_MS = 86_400_000;
/** So many slots hold what is under way when one week ends and not when another does. */
const WEEKS_DIFFER_SLOTS = 16;

test("P1, P2, P3, P4, P5, P8, P9: months in which every counter turns over", (t) => {
	for (const model of ["HL7692", "HL7800"] as const) {
		const { faults, boots, cuts, orders, writes } = liveAYear({
			seed: 20_261_123,
			model,
			prefetch: false,
			days: 60,
			orderEveryDays: 10,
			orderOf: (sequence, to, sizeBytes) => signedOrderOf(model, sequence, to, sizeBytes),
		});
		t.deepEqual(faults, []);
		t.true(boots > 100 && cuts > 10 && orders === 6);
		const journal = writes
			.filter(([key]) => key.startsWith("journal"))
			.reduce((sum, [, count]) => sum + count, 0);
		t.true(journal < 20 * orders, `${journal} writes of the journal for ${orders} orders`);
	}
});

test("P8: a slot's sequence goes over 2^32 and the newer record stays the newer", (t) => {
	const store = new MemoryStore();
	const slots = new Slots({ store, key: "x" });
	slots.write(Uint8Array.of(0));
	slots.write(Uint8Array.of(1));
	age(store.values, "x");
	for (let value = 2; value < 8; value++) {
		slots.write(Uint8Array.of(value));
		const read = slots.read();
		t.is(read.status === "ok" ? read.record[0] : undefined, value);
	}
	t.true((sequenceOf(store.values, "x-a") ?? 0) < 10, "it has turned over");
});

for (const [model, months] of orAll(
	[["HL7800", "a year"]] as const,
	[
		["HL7692", "twelve weeks"],
		["HL7800", "a year"],
	] as const,
))
	test(`P8: the heap of an ${model} product in XS is flat from the second week to the last of ${months}`, async (t) => {
		const { steps } = await measure(path.join(import.meta.dirname, "heap.js"), model);
		const weeks = steps.filter(({ step }) => step.startsWith("week"));
		const kept = weeks.slice(1).reduce((sum, { slotsKept }) => sum + slotsKept, 0);
		t.log({
			weeks: weeks.length,
			slotsKeptAfterTheFirst: kept,
			slotsTakenAtMost: Math.max(...weeks.map(({ slotsTaken }) => slotsTaken)),
		});
		t.true(Math.abs(kept) < WEEKS_DIFFER_SLOTS, `${kept} slots kept from the second week to the last`);
	});

test("P2: the MCU's ticks turn over every 49 days, and its clock does not", async (t) => {
	const doubles = path.join(REPOSITORY, "test/long-life/doubles.ts");
	const script = await bundleForXs({
		source: `export { TicksClock } from "./hosts/mcu/parts/ticks-clock.ts"; export { moved } from ${JSON.stringify(doubles)};`,
		folder: REPOSITORY,
		resolve: (name) => (name === "time" || name === "timer" ? doubles : undefined),
	});
	const scope = globalThis as { bundle?: { exports: TicksExports } };
	vm.runInThisContext(script);
	const { TicksClock, moved } = (scope.bundle as { exports: TicksExports }).exports;
	delete scope.bundle;
	for (const startTicks of [0, 2 ** 31 - 5, 2 ** 32 - 5, 1]) {
		moved.ticks = startTicks;
		const clock = new TicksClock({ onFault: () => t.fail() });
		let realMs = 0;
		let last = 0;
		while (realMs < 400 * DAY_MS) {
			const stepMs = 30_000 + (realMs % 7) * 1_000_003;
			realMs += stepMs;
			moved.ticks += stepMs;
			const now = clock.now();
			if (now !== realMs || now < last) t.fail(`${now} ms, and not ${realMs}`);
			last = now;
		}
	}
	t.pass();
});

interface TicksExports {
	TicksClock: new (options: { onFault(error: unknown): void }) => { now(): number };
	moved: { ticks: number };
}

test("P8: a year's seed is read, and what is none is told", async (t) => {
	for (const seed of ["HL7800/1", "HL9999-window/1", "HL7800-window/x"])
		await t.throwsAsync(() => longLife.replay(seed, () => {}), { instanceOf: RangeError });
});
