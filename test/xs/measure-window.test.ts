// Requirements: P3, P8, R21
/**
 * P8: what a window takes does not depend on the size of an image: on XS, frozen, with all that takes part: the window, the
 * pump that hashes, the driver, and the emulated modem. The bigger ones are measured by `measure-cli.js set`.
 */
import { createHash } from "node:crypto";
import path from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { emulatedDeltaBytes } from "../../hosts/emulator/emulated-delta.js";
import { type Measurement, measure } from "./measure.js";
import { DELTAS, deltaOf } from "./measure-window.js";

const entry = path.join(path.dirname(fileURLToPath(import.meta.url)), "../scenarios/set.js");
/** Just above what was measured. The order is read at every boot, and hashed: one for four is five times as long. */
const CLOSED_COMPUTRONS_MAX = { modem: 150_000, all: 540_000 } as const;
const CLOSED_KEPT_SLOTS_MAX = 800;
const PIECE_BYTES = 65_536;

for (const [name, { sizeBytes, sha256 }] of Object.entries(DELTAS))
	test(`the hash of the ${name} that are measured with is that of the file`, (t) => {
		const hash = createHash("sha256");
		for (let at = 0; at < sizeBytes; at += PIECE_BYTES)
			hash.update(emulatedDeltaBytes(deltaOf(sizeBytes), at, PIECE_BYTES));
		t.is(hash.digest("hex"), sha256);
	});

test("P8: a window that hands the modem a file keeps not a slot more with each part of it", async (t) => {
	const { steps } = await measure(entry, "a window that hands the modem a file of 256 KB");
	const parts = steps.filter(({ step }) => step.startsWith("part"));
	t.is(parts.length, 4);
	for (const { step, slotsKept } of parts) t.true(slotsKept <= 0, `${step}: ${slotsKept}`);
});

for (const [named, ceiling] of Object.entries(CLOSED_COMPUTRONS_MAX))
	test(`P3: with four elements and an order for ${named}, a closed boot costs at most ${ceiling} computrons`, async (t) => {
		const { steps } = await measure(
			entry,
			`four elements, closed by a brief cut, an order for ${named === "all" ? "all" : "the modem"}`,
		);
		const { computrons, slotsTaken, slotsKept } = steps.at(-1) as Measurement;
		t.log(`${computrons} computrons, ${slotsTaken} slots taken, ${slotsKept} kept`);
		t.true(computrons <= ceiling, `${computrons}`);
		t.true(computrons > ceiling * 0.8, `${computrons}: time to lower the ceiling`);
		t.true(slotsKept <= CLOSED_KEPT_SLOTS_MAX, `${slotsKept}`);
	});
