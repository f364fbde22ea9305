// Requirements: R21, R30
import path from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { measure } from "./measure.js";

const entry = path.join(path.dirname(fileURLToPath(import.meta.url)), "fixtures/costs.js");

test("a step that does nothing costs nothing, and one that keeps objects keeps slots", async (t) => {
	const { steps } = await measure(entry, "costs");
	const [nothing, work, keep, letGo] = steps;
	t.deepEqual(nothing, { step: "nothing", computrons: 0, slotsTaken: 0, slotsKept: 0 });
	t.true((work?.computrons ?? 0) > 5_000, `1000 rounds take computrons, got ${work?.computrons}`);
	t.is(work?.slotsKept, 0);
	t.true((keep?.slotsKept ?? 0) >= 200, `100 objects keep slots, got ${keep?.slotsKept}`);
	t.true((keep?.slotsTaken ?? 0) >= (keep?.slotsKept ?? 0));
	t.true((letGo?.slotsKept ?? 0) <= -200, `letting go frees slots, got ${letGo?.slotsKept}`);
});

test("a measurement is the same in every run", async (t) => {
	t.deepEqual(await measure(entry, "costs"), await measure(entry, "costs"));
});
