// Requirements: P8, R21
/**
 * What the AT channel costs on XS for bytes that nobody asked for, which come whenever the modem likes. The Espruino AT
 * handler, given the same chunks as ArrayBuffers and doing without limits, echo and final results, takes 208, 47 and 39.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { TRAFFIC_BYTES } from "../scenarios/at.js";
import { type Measurement, measure } from "./measure.js";

const entry = path.join(path.dirname(fileURLToPath(import.meta.url)), "../scenarios/at.js");

/** Just above what was measured; the test's own Serial, some 40 a chunk, is in it. */
const COMPUTRONS_PER_BYTE_MAX = { "chunks of 1": 195, "chunks of 16": 46, "chunks of 64": 31 } as const;

const story = measure(entry, "unsolicited lines");

async function stepOf(name: string): Promise<Measurement> {
	const step = (await story).steps.find((measurement) => measurement.step === name);
	if (!step) throw new Error(`Expected a step named ${name}`);
	return step;
}

for (const [name, ceiling] of Object.entries(COMPUTRONS_PER_BYTE_MAX))
	test(`P8: ${name} cost at most ${ceiling} computrons a byte`, async (t) => {
		const perByte = (await stepOf(name)).computrons / TRAFFIC_BYTES;
		t.true(perByte <= ceiling, `${perByte.toFixed(1)} computrons a byte`);
		t.true(perByte > ceiling * 0.8, `${perByte.toFixed(1)} computrons a byte: time to lower the ceiling`);
	});

test("P8: ten times the traffic keeps not a slot more, and costs ten times as much", async (t) => {
	const once = await stepOf("chunks of 1");
	const tenTimes = await stepOf("chunks of 1, ten times as many");
	t.is(tenTimes.slotsKept, 0);
	t.true(tenTimes.computrons < 10.1 * once.computrons, `${tenTimes.computrons} against ${once.computrons}`);
});
