// Requirements: P7, R30
/** What the search itself stands on: states, tears, seeds, and checkers that share nothing with what they check. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import { bytesFromAscii } from "../../modules/storage/bytes.js";
import { Slots } from "../../modules/storage/slots.js";
import { latin1 } from "./checker/bytes.js";
import { Explorer } from "./explorer.js";
import { parseSeed, seedOf } from "./seed.js";
import { StepClock } from "./step-clock.js";
import { recordOf } from "./stored-facts.js";
import { tears, tornValue } from "./tears.js";
import { WORLDS } from "./worlds.js";

const shown = (record: Uint8Array | null | undefined) => record && latin1(record);

const SOURCES = join(import.meta.dirname, "../../../test/power-cuts");

test("the checkers, and what they read storage with, import nothing of the modules", (t) => {
	const files = readdirSync(join(SOURCES, "checker")).map((name) => join("checker", name));
	t.true(files.length >= 4);
	for (const file of [...files, "stored-facts.ts"]) {
		const imports = readFileSync(join(SOURCES, file), "utf8").match(/from "[^"]+"/g) ?? [];
		for (const line of imports) t.regex(line, /^from "\.\//, `${file}: ${line}`);
	}
});

test("timers run in order, and those of one instant in the order in which they were set", (t) => {
	const clock = new StepClock();
	const ran: string[] = [];
	for (const [name, atMs] of [
		["c", 20],
		["a", 10],
		["b", 10],
		["d", 30],
	] as const)
		clock.setTimeout(() => ran.push(`${name}${clock.now()}`), atMs);
	clock.clearTimeout(clock.setTimeout(() => ran.push("never"), 15));
	t.is(clock.nextAt(), 10);
	while (clock.step());
	t.deepEqual(ran, ["a10", "b10", "c20", "d30"]);
	t.is(clock.nextAt(), undefined);
	t.throws(() => clock.moveTo(5), { instanceOf: RangeError });
});

test("a record is read as the product writes it, and a torn one is none", (t) => {
	const store = new MemoryStore();
	const slots = new Slots({ store, key: "thing" });
	t.is(recordOf(store.values, "thing"), undefined);
	slots.write(bytesFromAscii("first"));
	slots.write(bytesFromAscii("second"));
	t.is(shown(recordOf(store.values, "thing")), "second");
	const old = store.values.get("thing-b") as ArrayBuffer;
	for (const name of tears({ medium: "flash", key: "thing-b", old: undefined, value: old }, 1)) {
		const values = new Map(store.values).set(
			"thing-b",
			tornValue({ medium: "flash", key: "thing-b", old: undefined, value: old }, name),
		);
		t.is(shown(recordOf(values, "thing")), "first", name);
		values.delete("thing-a");
		t.is(recordOf(values, "thing"), null, name);
	}
});

test("a write is torn at every byte, short or mixed with what was there", (t) => {
	const write = {
		medium: "flash",
		key: "x",
		old: Uint8Array.from([1, 1, 1]).buffer,
		value: Uint8Array.from([2, 2, 2]).buffer,
	} as const;
	t.deepEqual(
		[...tears(write, 1)].map((name) => [name, ...new Uint8Array(tornValue(write, name))]),
		[["s0"], ["m0", 1, 1, 1], ["s1", 2], ["m1", 2, 1, 1], ["s2", 2, 2], ["m2", 2, 2, 1]],
	);
});

test("a seed says the whole way", (t) => {
	const way = [
		{ off: "brief", at: 17 },
		{ off: "long", at: 203, tear: "m5" },
		{ off: "brief", at: "end" },
	] as const;
	const seed = seedOf("HL7800-alone", way, "long");
	t.is(seed, "HL7800-alone/b17.l203m5.be/l");
	t.deepEqual(parseSeed(seed), { world: "HL7800-alone", way: [...way], off: "long" });
	t.deepEqual(parseSeed("HL7800-alone//b").way, []);
	const off = seedOf("HL7800-alone", [], "long", 2_500.25);
	t.is(off, "HL7800-alone//l@2500.25");
	t.deepEqual(parseSeed(off), { world: "HL7800-alone", way: [], off: "long", switchOffAtMs: 2_500.25 });
	for (const wrong of ["", "HL7800-alone", "HL7800-alone/x1/l", "HL7800-alone/l1/x"])
		t.throws(() => parseSeed(wrong), { name: "SeedError" });
});

test("the worlds have names of their own", (t) => {
	t.is(new Set(WORLDS.map(({ name }) => name)).size, WORLDS.length);
});

test("P7: one cut anywhere in an update of one modem breaks nothing, and every kind of place is met", (t) => {
	const world = WORLDS.find(({ name }) => name === "HL7692-cut-install-start");
	if (!world) return t.fail();
	const search = {
		world,
		cutsMax: 1,
		bootsMax: 100_000,
		tearEvery: 100,
		tearAgain: false,
		bytewise: true,
		switchesOff: false,
	};
	const { boots, bootsSkipped, violations, cutsByPlace, left } = new Explorer(search).explore();
	t.deepEqual(violations, []);
	t.is(left, 0);
	t.true(boots > 500);
	t.true(bootsSkipped > boots);
	for (const place of [
		"write-before",
		"write-torn",
		"write-after",
		"timer",
		"byte-to-modem",
		"byte-to-host",
		"swap",
	] as const)
		t.true(cutsByPlace[place] > 0, place);
});
