// Requirements: P8, R13, R21
/** P8: what carries an image keeps no more of it than a block, measured on XS. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { measure } from "../xs/measure.js";

const entry = path.join(path.dirname(fileURLToPath(import.meta.url)), "../scenarios/images.js");
/** Those of one call that goes on. */
const SLOTS_MAX = 200;

for (const story of [
	"an image of 1 MiB through the pump, in blocks of 1 KiB",
	"an image of 1 MiB from a web server, in blocks of 1 KiB",
])
	test(`P8: ${story}: from one quarter to the next not a slot more is kept`, async (t) => {
		const { steps } = await measure(entry, story);
		const quarters = steps.filter(({ step }) => step.startsWith("to "));
		t.is(quarters.length, 4);
		for (const { step, slotsKept } of quarters) t.true(slotsKept <= 0, `${step}: ${slotsKept} slots more`);
		const before = steps.filter(({ step }) => !step.startsWith("to "));
		const kept = before.reduce((sum, { slotsKept }) => sum + slotsKept, 0);
		t.true(kept < SLOTS_MAX, `${kept} slots are kept`);
	});
