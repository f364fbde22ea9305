// Requirements: P7, R12
import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { startOwnMcu } from "../../hosts/node/self-slots-start.js";
import { OwnMcu } from "../../modules/elements/own-mcu.js";
import { type OwnImage, ownImage } from "../elements/own-images.js";
import { Steps } from "../elements/own-mcu-steps.js";
import { temporaryDirectory } from "./support.js";

const OLD = carryingItsHash(ownImage("1.0.0"));
const NEW = carryingItsHash(ownImage("1.1.0"));

interface Files {
	a?: Uint8Array | string;
	b?: Uint8Array | string;
	boot?: unknown;
}

function directoryWith(t: ExecutionContext, { a, b, boot }: Files): string {
	const directory = temporaryDirectory(t);
	if (a !== undefined) writeFileSync(join(directory, "slot-a"), a);
	if (b !== undefined) writeFileSync(join(directory, "slot-b"), b);
	if (boot !== undefined)
		writeFileSync(join(directory, "boot"), typeof boot === "string" ? boot : JSON.stringify(boot));
	return directory;
}

const bootOf = (directory: string): unknown =>
	existsSync(join(directory, "boot")) ? JSON.parse(readFileSync(join(directory, "boot"), "utf8")) : undefined;

const both = { a: OLD.bytes, b: NEW.bytes };
const truncated = NEW.bytes.subarray(0, NEW.bytes.length - 1);
const flipped = NEW.bytes.slice();
flipped[100] = (flipped[100] ?? 0) ^ 1;

/** What a start makes of the files: which slot runs, and what `boot` says then; undefined where it is not written. */
const STARTS: readonly (readonly [what: string, files: Files, runs: "a" | "b", boot: unknown])[] = [
	["no file `boot`: slot a runs", { a: OLD.bytes }, "a", undefined],
	[
		"an active slot that is confirmed runs",
		{ ...both, boot: { active: "b", pending: null, confirmed: true } },
		"b",
		{ active: "b", pending: null, confirmed: true },
	],
	[
		"a pending slot is tried",
		{ ...both, boot: { active: "a", pending: "b", confirmed: true } },
		"b",
		{ active: "b", pending: null, confirmed: false },
	],
	[
		"a trial that was not confirmed goes back",
		{ ...both, boot: { active: "b", pending: null, confirmed: false } },
		"a",
		{ active: "a", pending: null, confirmed: true },
	],
	[
		"a pending slot that is missing is not tried",
		{ a: OLD.bytes, boot: { active: "a", pending: "b", confirmed: true } },
		"a",
		{ active: "a", pending: null, confirmed: true },
	],
	[
		"a pending slot that was cut off is not tried",
		{ a: OLD.bytes, b: truncated, boot: { active: "a", pending: "b", confirmed: true } },
		"a",
		{ active: "a", pending: null, confirmed: true },
	],
	[
		"a pending slot that is damaged is not tried",
		{ a: OLD.bytes, b: flipped, boot: { active: "a", pending: "b", confirmed: true } },
		"a",
		{ active: "a", pending: null, confirmed: true },
	],
	[
		"a pending slot that is no image is not tried",
		{ a: OLD.bytes, b: "no image", boot: { active: "a", pending: "b", confirmed: true } },
		"a",
		{ active: "a", pending: null, confirmed: true },
	],
	[
		"an active slot that is damaged gives way to the other one",
		{ a: "no image", b: NEW.bytes, boot: { active: "a", pending: null, confirmed: true } },
		"b",
		{ active: "b", pending: null, confirmed: true },
	],
	[
		"a trial with nothing to go back to stays",
		{ a: "no image", b: NEW.bytes, boot: { active: "b", pending: null, confirmed: false } },
		"b",
		{ active: "b", pending: null, confirmed: true },
	],
	[
		"the active slot pending is no change",
		{ ...both, boot: { active: "a", pending: "a", confirmed: true } },
		"a",
		{ active: "a", pending: "a", confirmed: true },
	],
	[
		"fields that are missing are those of an image that is settled",
		{ ...both, boot: { active: "b" } },
		"b",
		{ active: "b" },
	],
];

for (const [what, files, runs, boot] of STARTS)
	test(`P7: ${what}`, (t) => {
		const directory = directoryWith(t, files);
		const slots = startOwnMcu(directory);
		t.is(slots.slot, runs);
		t.deepEqual(bootOf(directory), boot);
		const { onTrial } = slots.state();
		t.is(onTrial, (boot as { confirmed?: boolean } | undefined)?.confirmed === false);
	});

test("nothing to start from is wrong usage, and says which file is missing", (t) => {
	for (const [files, message] of [
		[{}, /Expected the image that the MCU runs in .*slot-a, which is missing/],
		[{ a: "no image" }, /Expected a whole image with the header of MCUboot or ESP-IDF in .*slot-a/],
		[{ boot: { active: "b", pending: null, confirmed: true } }, /slot-b, which is missing/],
	] as const)
		t.throws(() => startOwnMcu(directoryWith(t, files)), { name: "NoImageError", message });
});

test("a file `boot` that cannot be understood is named, and nothing is changed", (t) => {
	for (const boot of [
		"",
		"{",
		"null",
		"[]",
		'{"active":"c"}',
		'{"active":"a","pending":"c"}',
		'{"active":"a","confirmed":1}',
	]) {
		const directory = directoryWith(t, { ...both, boot });
		t.throws(() => startOwnMcu(directory), { name: "BootFileError", message: /^Expected .*boot/ }, boot);
		t.is(readFileSync(join(directory, "boot"), "utf8"), boot);
	}
});

test("P7: an update of our own MCU, as the files show it from outside", (t) => {
	const directory = directoryWith(t, { a: OLD.bytes });
	const start = () => new Steps(new OwnMcu({ name: "self", slots: startOwnMcu(directory) }));
	let own = start();
	t.is(own.stage(NEW), undefined);
	t.deepEqual(readFileSync(join(directory, "slot-b")), Buffer.from(NEW.bytes));
	t.is(own.install(NEW), undefined);
	t.deepEqual(bootOf(directory), { active: "a", pending: "b", confirmed: true });
	own = start();
	t.deepEqual(bootOf(directory), { active: "b", pending: null, confirmed: false });
	t.is(own.accept(NEW), undefined);
	t.deepEqual(bootOf(directory), { active: "b", pending: null, confirmed: true });
	t.is(own.reject(OLD.slot), undefined);
	t.deepEqual(bootOf(directory), { active: "a", pending: null, confirmed: true });
	t.is(own.query().state, "rejected");
	own = start();
	t.deepEqual(own.query(), { state: "ready", running: OLD.slot, other: NEW.slot });
	t.deepEqual(readdirSync(directory).sort(), ["boot", "slot-a", "slot-b"]);
});

test("P7: a power cut between any two writes of an update leaves files that a start resolves", (t) => {
	const moments: string[] = [];
	const directory = directoryWith(t, { a: OLD.bytes });
	const remember = () => {
		const copy = temporaryDirectory(t);
		cpSync(directory, copy, { recursive: true });
		moments.push(copy);
	};
	let slots = startOwnMcu(directory);
	const stages: (() => void)[] = [
		() => slots.begin(NEW.bytes.length),
		() => slots.write(NEW.bytes.subarray(0, 100)),
		() => slots.write(NEW.bytes.subarray(100)),
		() => slots.finish(),
		() => slots.tryNext(),
		() => {
			slots = startOwnMcu(directory);
		},
		() => slots.confirm(),
		() => slots.rollBack(),
	];
	for (const stage of stages) {
		remember();
		stage();
	}
	remember();
	const ran = moments.map((moment) => {
		// A file that was being written beside `boot` is left over.
		writeFileSync(join(moment, "boot.new"), "{");
		return [1, 2, 3].map(() => startOwnMcu(moment).slot).join("");
	});
	// Before the trial, and back from it: old. Tried once. Confirmed: new.
	t.deepEqual(ran, ["aaa", "aaa", "aaa", "aaa", "aaa", "baa", "aaa", "bbb", "aaa"]);
});

test("a half-written image is gone after a start", (t) => {
	const directory = directoryWith(t, both);
	const slots = startOwnMcu(directory);
	slots.begin(NEW.bytes.length);
	slots.write(NEW.bytes.subarray(0, 100));
	t.deepEqual(readdirSync(directory).sort(), ["slot-a", "slot-b.new"]);
	startOwnMcu(directory);
	t.deepEqual(readdirSync(directory), ["slot-a"]);
});

test("an image of ESP-IDF is taken by its segments and the digest that it carries", (t) => {
	const image = espImage("2.0.0");
	const directory = directoryWith(t, { a: image });
	const { running } = startOwnMcu(directory).state();
	t.deepEqual(running, { version: "2.0.0", hash: Buffer.from(image.slice(-32)).toString("hex") });
	for (const damaged of [
		image.subarray(0, -1),
		image.subarray(0, 300),
		image.map((byte, at) => (at === 310 ? byte ^ 1 : byte)),
	])
		t.throws(() => startOwnMcu(directoryWith(t, { a: damaged })), { name: "NoImageError" });
	const withoutDigest = image.slice(0, -32);
	withoutDigest[23] = 0;
	t.is(startOwnMcu(directoryWith(t, { a: withoutDigest })).slot, "a");
});

test("a MCUboot image without a digest is taken by its length", (t) => {
	const bare = OLD.bytes.subarray(0, OLD.bytes.length - 40);
	t.is(startOwnMcu(directoryWith(t, { a: bare })).state().running.version, "1.0.0");
	t.throws(() => startOwnMcu(directoryWith(t, { a: bare.subarray(0, -1) })), { name: "NoImageError" });
});

test("a running image that is taken away is told, not guessed", (t) => {
	const directory = directoryWith(t, both);
	const slots = startOwnMcu(directory);
	rmSync(join(directory, "slot-a"));
	t.throws(() => slots.state(), { name: "SelfSlotsError", message: /slot-a, got none/ });
});

/** One segment that holds the description, the checksum's block, the digest (ESP-IDF, "App Image Format"). */
function espImage(version: string): Uint8Array {
	const segmentBytes = 256 + 32;
	const unpadded = 24 + 8 + segmentBytes;
	const hashed = unpadded + 16 - (unpadded % 16);
	const bytes = new Uint8Array(hashed + 32);
	const view = new DataView(bytes.buffer);
	view.setUint8(0, 0xe9);
	view.setUint8(1, 1);
	view.setUint8(23, 1);
	view.setUint32(28, segmentBytes, true);
	view.setUint32(32, 0xabcd5432, true);
	bytes.set(new TextEncoder().encode(version), 48);
	bytes.set(createHash("sha256").update(bytes.subarray(0, hashed)).digest(), hashed);
	return bytes;
}

/** Known by the hash at its end, as `order new` writes it into an order. */
function carryingItsHash({ bytes, target, slot }: OwnImage): OwnImage {
	const hash = Buffer.from(bytes.subarray(-32)).toString("hex");
	return { bytes, target: { ...target, hash }, slot: { ...slot, hash } };
}
