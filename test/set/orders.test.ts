// Requirements: P7, P8, R5
/** P7: sets of every kind: few elements, many, some of them up to date already, and what an earlier window left behind. */
import test from "ava";
import { mcubootImage } from "../../hosts/emulator/processor-image.js";
import { Bench, BRIEF_OFF_MS, LONG_OFF_MS, MINUTE_MS } from "../support/bench.js";
import { VERSIONS } from "../support/orders.js";
import { hashOf, imageOf, SetBench, type SetOptions, sha256 } from "../support/set-bench.js";
import { signedEnvelope } from "../support/signing.js";
import { watchBoot } from "./watch.js";
import { untilState } from "./window-steps.js";

const SETS: readonly (readonly [what: string, options: Partial<SetOptions>])[] = [
	["processors alone", { source: "none", others: ["sensor", "display"] }],
	["our own MCU alone", { source: "none", others: ["self"] }],
	["the modem alone, by the server", { source: "avms", others: [] }],
	["the modem alone, by a file", { source: "local", others: [] }],
	["our own MCU and the modem", { source: "avms", others: ["self"] }],
];

for (const [what, options] of SETS)
	test(`P7: a set of ${what} is updated`, (t) => {
		const bench = new SetBench({ model: "HL7692", ...options });
		bench.orderedThenOff(LONG_OFF_MS);
		const boot = watchBoot(bench);
		t.is(boot.said, "open updated");
		t.is(boot.side, "new");
		t.deepEqual(boot.faults, []);
		t.is(boot.restarts, bench.others.includes("self") ? 1 : 0);
		t.is(bench.journal.record.attempts, 0);
	});

const makeNew = ({ product }: SetBench, name: "sensor" | "display"): void => {
	const processor = product.processors.find((each) => each.name === name);
	if (processor) processor.flash.slots[0] = imageOf(name, "1.1.0");
};

test("P7: what runs the ordered version already is left alone, and the others go forward", (t) => {
	for (const makeCurrent of [
		(bench: SetBench) => makeNew(bench, "sensor"),
		({ product, model }: SetBench) => {
			product.modemFlash.version = VERSIONS[model][1];
		},
	]) {
		const bench = new SetBench({ model: "HL7800" });
		bench.orderedThenOff(LONG_OFF_MS);
		makeCurrent(bench);
		const boot = watchBoot(bench);
		t.is(boot.said, "open updated");
		t.is(boot.side, "new");
		t.deepEqual(boot.faults, []);
		t.deepEqual(
			bench
				.of("element")
				.map(({ outcome }) => outcome)
				.sort(),
			["current", "updated", "updated", "updated"],
		);
	}
});

test("P7: a set that runs the ordered versions already is told as current, and is done", (t) => {
	const bench = new SetBench({ model: "HL7800", others: ["sensor", "display"] });
	bench.orderedThenOff(LONG_OFF_MS);
	makeNew(bench, "sensor");
	makeNew(bench, "display");
	bench.product.modemFlash.version = VERSIONS.HL7800[1];
	t.is(watchBoot(bench).said, "open current");
	t.true(bench.of("element").every(({ outcome }) => outcome === "current"));
	bench.cut(LONG_OFF_MS);
	t.is(watchBoot(bench).said, "closed");
	t.is(bench.the("decided").reason, "nothing-to-do");
});

test("P7: an element that was up to date before the window stays so when the set goes back", (t) => {
	const bench = new SetBench({
		model: "HL7800",
		others: ["sensor", "display"],
		bench: { behaviour: { install: "fail" } },
	});
	bench.orderedThenOff(LONG_OFF_MS);
	makeNew(bench, "sensor");
	t.is(watchBoot(bench).said, "open failed");
	t.like(bench.versions, { sensor: "1.1.0", display: "1.0.0" });
});

test("P7: a recovery takes nobody back who was no part of the window that it is about", (t) => {
	const bench = new SetBench({
		model: "HL7800",
		others: ["sensor"],
		bench: { behaviour: { install: "fail" } },
	});
	bench.orderedThenOff(LONG_OFF_MS);
	t.is(watchBoot(bench).said, "open failed");
	// The journal names the sensor, of the window that failed. By now it runs the new version.
	bench.cut(LONG_OFF_MS);
	makeNew(bench, "sensor");
	bench.forget();
	bench.job();
	bench.on();
	untilState(bench, "committing");
	bench.cut(BRIEF_OFF_MS);
	t.is(watchBoot(bench).said, "recover old");
	t.is(bench.versions.sensor, "1.1.0");
});

test("P7: a set whose modem is new and one element is not is mixed, and the next window goes forward", (t) => {
	const bench = new SetBench({ model: "HL7800", bench: { behaviour: { cutInstall: "start" } } });
	bench.orderedThenOff(LONG_OFF_MS);
	bench.on();
	untilState(bench, "committing");
	bench.cut(BRIEF_OFF_MS);
	// While the product is off somebody puts another sensor in, and the modem has come to its end.
	const sensor = bench.product.processors[0];
	if (sensor) sensor.flash.slots = [imageOf("sensor", "1.0.0"), new Uint8Array(0)];
	Object.assign(bench.product.modemFlash, { version: VERSIONS.HL7800[1], stored: null, installing: false });
	const boot = watchBoot(bench);
	t.is(boot.said, "recover mixed");
	t.is(bench.of("element").find(({ element }) => element === "sensor")?.is, "1.0.0");
	bench.cut(LONG_OFF_MS);
	const next = watchBoot(bench);
	t.is(next.said, "open updated");
	t.is(next.side, "new");
	t.deepEqual(next.faults, []);
});

test("P7, P8: 32 processors are updated together, or go back together", (t) => {
	const names = Array.from({ length: 32 }, (_, i) => `processor-${i}`);
	const image = (name: string, version: string) =>
		mcubootImage({ version, sizeBytes: 2_048, seed: names.indexOf(name) * 2 + Number(version === "1.1.0") });
	for (const cutMs of [undefined, 20_000]) {
		const bench = new Bench({
			model: "HL7800",
			processors: names.map((name) => ({ name, image: image(name, "1.0.0") })),
			images: Object.fromEntries(names.map((name) => [name, image(name, "1.1.0")])),
		});
		bench.usedThenOff(BRIEF_OFF_MS);
		bench.product.switchOn(
			signedEnvelope({
				schema: 1,
				sequence: 1,
				elements: names.map((name) => {
					const bytes = image(name, "1.1.0");
					return {
						name,
						kind: "smp",
						from: ["1.0.0"],
						to: "1.1.0",
						sizeBytes: bytes.length,
						image: name,
						sha256: sha256(bytes),
						hash: hashOf(bytes),
					};
				}),
			}),
		);
		bench.run(10 * MINUTE_MS);
		bench.cut(LONG_OFF_MS);
		bench.forget();
		bench.on();
		if (cutMs !== undefined) {
			bench.clock.runUntil(() => bench.of("staged").length === names.length, 3_600_000);
			bench.run(cutMs);
			bench.cut(BRIEF_OFF_MS);
			bench.forget();
			bench.on();
		}
		t.true(bench.until("released"));
		const versions = new Set(bench.product.processors.map(({ processor }) => processor.version));
		t.deepEqual([...versions], [cutMs === undefined ? "1.1.0" : "1.0.0"]);
		t.is(bench.of("element").length, 32);
		t.is(
			bench.of("closed")[0]?.outcome ?? bench.of("recovered")[0]?.set,
			cutMs === undefined ? "updated" : "old",
		);
	}
});
