// Requirements: P8, R21
/**
 * What an upload over SMP costs on XS, frames, base64, CRC, CBOR and answers included: it decides how much of the line's rate an MCU
 * can use, and its memory must not grow with the image.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { MEASURED_BYTES } from "../scenarios/smp.js";
import { measure } from "./measure.js";

const entry = path.join(path.dirname(fileURLToPath(import.meta.url)), "../scenarios/smp.js");
const story = measure(entry, "upload");

/** Just above what was measured. */
const COMPUTRONS_PER_KIB_MAX = 136_000;

test("P8: an upload costs so many computrons for each KiB", async (t) => {
	const { steps } = await story;
	const uploads = steps.filter(({ step }) => step.startsWith("upload"));
	for (const { step, computrons } of uploads) {
		const perKib = computrons / (MEASURED_BYTES / 1_024);
		if (step === "upload 2") t.log(`${perKib.toFixed(0)} computrons a KiB`);
		t.true(perKib <= COMPUTRONS_PER_KIB_MAX, `${step}: ${perKib.toFixed(0)} computrons a KiB`);
		t.true(perKib > COMPUTRONS_PER_KIB_MAX * 0.8, `${step}: ${perKib.toFixed(0)}: time to lower the ceiling`);
	}
});

test("P8: an upload of 1 MiB keeps not a slot more than its first 64 KiB", async (t) => {
	const { steps } = await story;
	const kept = steps.filter(({ step }) => step.startsWith("upload")).map(({ slotsKept }) => slotsKept);
	t.log(`slots kept by each 64 KiB: ${kept.join(" ")}`);
	t.is(kept.length, 16);
	t.true(
		kept.slice(1).every((slots) => slots <= 0),
		kept.join(" "),
	);
});
