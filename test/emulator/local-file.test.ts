// Requirements: R28
// Goal: the emulated modem takes a local file as the reference says, and everything that may go wrong can be switched on.
// Method: a person at a terminal who types commands and frames made by the book, and writes down what comes.
import test from "ava";
import fc from "fast-check";
import { DEFAULT_BEHAVIOUR, FILE_FAULTS } from "../../hosts/emulator/behaviour.js";
import { emulatedDelta, emulatedDeltaBytes, parseDeltaLine } from "../../hosts/emulator/emulated-delta.js";
import { Bench, MODELS, short } from "./bench.js";
import { frameOf, type TypeFileOptions, typeFile, typeFrame, worded } from "./xmodem-typist.js";

const TO = "A.9.9.9.9";
const deltaFor = (bench: Bench, sizeBytes = 5_000) =>
	emulatedDelta({ from: bench.flash.version, to: TO, sizeBytes });

/** Control bytes by name, the rest as it is, line ends left out. */
function named(raw: string): string {
	const names: Record<string, string> = {
		"\x06": "<ACK>",
		"\x15": "<NAK>",
		"\x18": "<CAN>",
		"\r": "",
		"\n": "",
	};
	return [...raw].map((c) => names[c] ?? (c < " " ? `<${c.charCodeAt(0)}>` : c)).join("");
}

function typed(bench: Bench, file: Uint8Array, options?: TypeFileOptions): string {
	bench.raw = "";
	typeFile(bench, file, options);
	return named(bench.raw);
}

for (const model of MODELS)
	for (const blockBytes of [128, 1024] as const)
		for (const crc of [false, true])
			test(`${model}: a file in blocks of ${blockBytes}, ${crc ? "CRCs" : "checksums"}, is taken, asked about and installed`, (t) => {
				const bench = new Bench({ model, behaviour: { fileRequest: crc ? "crc" : "nak" } });
				const blocks = Math.ceil(5_000 / blockBytes);
				const said = typed(bench, deltaFor(bench), { blockBytes, crc });
				t.is(said, `${crc ? "C" : "<NAK>"}${"<ACK>".repeat(blocks + 1)}OK`);
				t.is(short(worded(bench.until("+WDSI: 3"))), "OK 3");
				t.deepEqual(bench.send("AT+WDSG"), ["+WDSG: 0,3", "+WDSG: 1,3", "OK"]);
				t.deepEqual(bench.send("AT+WDSR=4"), ["OK"]);
				t.regex(short(bench.wait(10 * 60_000)), /^14 .*\b16\b/);
				t.is(bench.flash.version, TO);
			});

test("the modem asks every three seconds, for a minute, and then refuses", (t) => {
	const bench = new Bench({ model: "HL7800" });
	bench.type("AT+WDSD=5000\r");
	bench.clock.advance(59_000);
	t.is(named(bench.raw), "<NAK>".repeat(20));
	bench.clock.advance(10_000);
	t.is(named(bench.raw), `${"<NAK>".repeat(20)}ERROR`);
	t.deepEqual(worded(bench.send("AT")), ["ERROR", "OK"]);
});

test("what is no size, and a file while a session runs, is refused with 3", (t) => {
	const bench = new Bench({ model: "HL7800" });
	for (const size of ["0", "99999999", "-1", "x", "1,2"])
		t.deepEqual(bench.send(`AT+WDSD=${size}`), ["+CME ERROR: 3"], size);
	bench.send("AT+WDSS=1,1");
	t.deepEqual(bench.send("AT+WDSD=5000"), ["+CME ERROR: 3"]);
	t.deepEqual(bench.send("AT+WDSD=?"), ["+WDSD: (1-24643584)", "OK"]);
});

test("a package that was there stays until the file is whole, and is replaced then", (t) => {
	const bench = new Bench({ model: "HL7800", off: true });
	bench.flash.stored = { jobId: 0, version: "B.1", sizeBytes: 7, install: null, fault: "none" };
	bench.modem.findRunning();
	typeFile(bench, deltaFor(bench), { blocks: 2 });
	t.is(bench.flash.stored.version, "B.1");
	typeFrame(bench, Uint8Array.of(0x18, 0x18));
	t.is(bench.flash.stored.version, "B.1");
	typeFile(bench, deltaFor(bench));
	t.is(bench.flash.stored.version, TO);
});

test("a file that was changed on its way, is none, or ends before its size is not kept", (t) => {
	const changed = new Bench({ model: "HL7800" });
	const file = deltaFor(changed);
	file[4_000] = (file[4_000] as number) ^ 1;
	typeFile(changed, file);
	t.is(short(worded(changed.wait(60_000))), "OK 13");
	t.deepEqual(changed.send("AT+WDSR=4"), ["+CME ERROR: 3"]);

	const none = new Bench({ model: "HL7800" });
	typeFile(none, new Uint8Array(5_000));
	t.is(short(worded(none.wait(60_000))), "OK 13");

	const other = new Bench({ model: "HL7800" });
	typeFile(other, deltaFor(other, 6_000), { sizeBytes: 5_000 });
	t.is(short(worded(other.wait(60_000))), "OK 13");

	const early = new Bench({ model: "HL7800" });
	t.regex(typed(early, deltaFor(early), { sizeBytes: 9_000 }), /<ACK><NAK>$/);
	t.is(early.flash.stored, null);
});

test("a frame that is damaged or out of order is not taken, one that came already is acknowledged again", (t) => {
	const bench = new Bench({ model: "HL7800" });
	const block = (number: number) => deltaFor(bench).slice((number - 1) * 128, number * 128);
	typeFile(bench, deltaFor(bench), { blockBytes: 128, blocks: 2 });
	const say = (frame: Uint8Array<ArrayBuffer>) => {
		bench.raw = "";
		typeFrame(bench, frame);
		return named(bench.raw);
	};
	t.is(say(frameOf(block(2), 2, false)), "<ACK>");
	const damaged = frameOf(block(3), 3, false);
	damaged[50] = (damaged[50] as number) ^ 4;
	t.is(say(damaged), "<NAK>");
	const misnumbered = frameOf(block(3), 3, false);
	misnumbered[2] = 3;
	t.is(say(misnumbered), "<NAK>");
	t.is(say(Uint8Array.of(0x18)), "", "one CAN is noise");
	t.is(say(frameOf(block(3), 3, false)), "<ACK>");
	t.is(say(frameOf(block(5), 5, false)), "<CAN><CAN>ERROR");
	t.deepEqual(worded(bench.send("AT")), ["ERROR", "OK"]);
});

test("CAN CAN inside a block is data, and between two blocks the end", (t) => {
	const bench = new Bench({ model: "HL7800" });
	bench.type("AT+WDSD=5000\r");
	bench.clock.advance(10);
	bench.raw = "";
	typeFrame(bench, frameOf(new Uint8Array(128).fill(0x18), 1, false));
	t.is(named(bench.raw), "<ACK>");
	typeFrame(bench, Uint8Array.of(0x18, 0x18));
	t.is(named(bench.raw), "<ACK>ERROR");
});

test("a power cut in the middle of a file drops it, and so does a session", (t) => {
	const cut = new Bench({ model: "HL7800" });
	typeFile(cut, deltaFor(cut), { blocks: 3 });
	cut.cycle();
	t.is(cut.flash.stored, null);
	t.true(cut.send("AT+WDSG").includes("+WDSG: 1,0"));

	const session = new Bench({ model: "HL7800", factory: true });
	session.flash.provisioned = true;
	typeFile(session, deltaFor(session), { blocks: 3 });
	session.raw = "";
	session.server.notify();
	session.clock.advance(60_000);
	t.regex(named(session.raw), /^<CAN><CAN>ERROR/);
	t.is(session.flash.stored, null);
});

const FAULTS: Record<(typeof FILE_FAULTS)[number], RegExp> = {
	none: /^<NAK>(<ACK>){6}OK$/,
	error: /^<NAK>(<ACK>){2}(ERROR)+$/,
	"error-1k": /^<NAK>(<ACK>){2}\+CME ERROR: 3(ERROR)*$/,
	cancel: /^<NAK>(<ACK>){2}<CAN><CAN>(ERROR)+$/,
	"nak-last": /^<NAK>(<ACK>){4}<NAK>/,
	"nak-end": /^<NAK>(<ACK>){5}<NAK>$/,
	"lost-ack": /^<NAK>(<ACK>){5}OK$/,
	"doubled-ack": /^<NAK>(<ACK>){7}OK$/,
	mute: /^<NAK>(<ACK>){2}$/,
};

for (const fileFault of FILE_FAULTS)
	test(`the fault ${fileFault} is seen, and without 1K blocks EURY-4127 is not`, (t) => {
		const bench = new Bench({ model: "HL7800", behaviour: { fileFault } });
		const said = typed(bench, deltaFor(bench));
		// What is typed on after an error is no file any more but command lines.
		t.regex(said, FAULTS[fileFault]);
		for (const [other, expected] of Object.entries(FAULTS))
			if (other !== fileFault) t.notRegex(said, expected, other);
		if (fileFault === "mute") t.deepEqual(bench.send("AT"), []);
		if (fileFault !== "error-1k") return;
		const small = new Bench({ model: "HL7800", behaviour: { fileFault } });
		t.regex(typed(small, deltaFor(small), { blockBytes: 128 }), /<ACK>OK$/);
	});

test("the defaults of both models are what the reference confirms: NAK, and no fault", (t) => {
	for (const model of MODELS) {
		t.is(DEFAULT_BEHAVIOUR[model].fileRequest, "nak");
		t.is(DEFAULT_BEHAVIOUR[model].fileFault, "none");
	}
});

test("an emulated delta is the same in pieces, tells what it is, and holds every byte that means something", (t) => {
	const delta = { from: "A.1", to: "B.2", sizeBytes: 20_000 };
	const whole = emulatedDelta(delta);
	fc.assert(
		fc.property(fc.nat(21_000), fc.nat(3_000), (offset, bytes) => {
			const piece = emulatedDeltaBytes(delta, offset, bytes);
			return piece.every((byte, i) => byte === whole[offset + i]) && piece.length <= bytes;
		}),
	);
	t.deepEqual(parseDeltaLine(whole), delta);
	t.is(new Set(whole).size, 256);
	t.notDeepEqual(emulatedDelta({ ...delta, to: "B.3" }).slice(100), whole.slice(100));
	for (const bad of [
		{ ...delta, sizeBytes: 10 },
		{ ...delta, to: "B 2" },
		{ ...delta, from: "" },
		{ ...delta, to: "x".repeat(200) },
	])
		t.throws(() => emulatedDelta(bad), { name: "EmulatedDeltaError" });
});
