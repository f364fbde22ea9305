// Requirements: P3, R3, R23
/** P3: a boot that stays closed has nothing to do with the other elements: it opens no port of a processor and reads no image. */
import test from "ava";
import {
	OTHER_VERSIONS,
	type SampleSource,
	sampleFiles,
	sampleImage,
	setEnvelope,
} from "../../hosts/sim/sample-set.js";
import { Bench, BRIEF_OFF_MS, HOUR_MS, LONG_OFF_MS, MINUTE_MS } from "../support/bench.js";

const MODEL = "HL7800";

/** A product with an order for the set, off; every port and file that is opened from now on is written down. */
function watched(source: SampleSource): { bench: Bench; opened: string[] } {
	const [old] = OTHER_VERSIONS;
	const bench = new Bench({
		model: MODEL,
		processors: (["sensor", "display"] as const).map((name) => ({ name, image: sampleImage(name, old) })),
		own: { name: "self", image: sampleImage("self", old) },
		images: sampleFiles(MODEL),
	});
	bench.usedThenOff(BRIEF_OFF_MS);
	bench.product.switchOn(setEnvelope(MODEL, source));
	bench.run(10 * MINUTE_MS);
	bench.cut(0);
	bench.forget();
	const opened: string[] = [];
	const { processors, imageStore } = bench.product;
	for (const { name, wire } of processors) watch(wire, "open", () => opened.push(name));
	watch(imageStore, "open", (file) => opened.push(String(file)));
	return { bench, opened };
}

function watch<Name extends string>(
	object: Record<Name, (...given: never[]) => unknown>,
	name: Name,
	onCall: (given: unknown) => void,
): void {
	const real = object[name] as (...given: unknown[]) => unknown;
	Object.defineProperty(object, name, {
		value(...given: unknown[]) {
			onCall(given[0]);
			return real.apply(object, given);
		},
	});
}

for (const source of ["avms", "local"] as const) {
	test(`P3: a closed boot opens no processor's port and reads no image, nor does a day of monitoring, order by ${source}`, (t) => {
		const { bench, opened } = watched(source);
		bench.run(BRIEF_OFF_MS);
		bench.on();
		t.like(bench.the("decided"), { window: "closed", reason: "off-too-short" });
		t.is(bench.of("released").length, 1);
		// Our own MCU alone is asked what it runs: an image on trial that no update knows of goes back before monitoring starts.
		t.deepEqual(opened, []);
		bench.run(24 * HOUR_MS);
		t.deepEqual(opened, []);
	});

	test(`an open window opens them all, order by ${source}`, (t) => {
		const { bench, opened } = watched(source);
		if (source === "avms") bench.job();
		bench.run(LONG_OFF_MS);
		bench.on();
		t.true(bench.until("released"));
		t.is(bench.the("closed").outcome, "updated");
		const files = Object.keys(sampleFiles(MODEL)).filter(
			(file) => source === "local" || !/^modem/.test(file),
		);
		t.deepEqual([...new Set(opened)].sort(), ["display", "sensor", ...files].sort());
	});
}
