// Requirements: P1, P4, P8, R8, R10
// Goal: while the AT line is lent to a file, its bytes are taken for nothing else, every line comes through once, and the
// line comes back whole. Method: a port that the test plays byte by byte, in virtual time.
import test from "ava";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { type Answer, Channel } from "../../modules/at/channel.js";
import type { Transfer } from "../../modules/at/transfer.js";
import { IDENTITY_QUERIES } from "../../modules/modem/identity.js";
import { hl7800, ScriptedModem } from "../at/scripted-modem.js";

const STATUS: Answer = { result: "ok", sent: true, lines: ["+WDSG: 0,3", "+WDSG: 1,0"] };

function bench() {
	const clock = new VirtualClock();
	const modem = new ScriptedModem({ clock, script: hl7800({ "AT+WDSD=9": undefined }) });
	const lines: string[] = [];
	const raw: number[] = [];
	const log: string[] = [];
	const troubles: string[] = [];
	const written: string[] = [];
	const channel = new Channel({
		serial: modem.port.serial,
		clock,
		syncQueries: IDENTITY_QUERIES,
		isRestart: (line) => line === "+KSUP: 0",
		onLine: (line) => lines.push(line),
		onTrouble: ({ kind }) => troubles.push(kind),
		onGone: (reason) => log.push(`gone ${reason}`),
	});
	const b = {
		clock,
		modem,
		channel,
		lines,
		raw,
		log,
		troubles,
		written,
		ask: (command: string): Answer => {
			const answers: Answer[] = [];
			channel.send({ command, timeoutMs: 6_000, done: (answer) => answers.push(answer) });
			clock.runUntil(() => answers.length > 0, 120_000);
			return answers[0] as Answer;
		},
		lend: (mayStart = () => true): Transfer => {
			const transfer = channel.transfer({
				command: "AT+WDSD=9",
				mayStart,
				onStart: () => log.push("start"),
				onBytes: (bytes) => raw.push(...bytes),
				onRestart: () => log.push("restart"),
				done: ({ result, sent, cmeError }) => log.push([result, sent, cmeError].join(" ").trim()),
			});
			clock.advance(100);
			return transfer;
		},
	};
	return b;
}

test("bytes of the protocol and lines are told apart at every place and in every chunking", (t) => {
	const control = "\x15\x06\x18\x00\x1a\x7f";
	const line = '\r\n+WDSI: 18,"C"\r\n';
	for (let at = 0; at <= control.length; at++)
		for (const chunkBytes of [1, 2, 3, 7, 100]) {
			const b = bench();
			b.lend();
			b.modem.port.inject(control.slice(0, at) + line + control.slice(at), chunkBytes);
			t.deepEqual(b.lines, ['+WDSI: 18,"C"']);
			t.is(String.fromCharCode(...b.raw), control);
			t.deepEqual(b.log, ["start"]);
		}
});

test("a C where a line could begin is the protocol's, and any other is the line's", (t) => {
	const b = bench();
	b.lend();
	b.modem.port.inject("CC\r\n+CGREG: 5\r\nC\r\n+CC: 1\r\n");
	t.is(String.fromCharCode(...b.raw), "CCC");
	t.deepEqual(b.lines, ["+CGREG: 5", "+CC: 1"]);
});

test("a port that gives numbers is read as well", (t) => {
	const b = bench();
	b.lend();
	for (const byte of [0x06, 0x0d, 0x2b, 0x58, 0x0d, 0x15]) b.modem.port.injectNumber(byte);
	t.deepEqual(b.raw, [0x06, 0x15]);
	t.deepEqual(b.lines, ["+X"]);
});

for (const [final, told] of [
	["OK", "ok true"],
	["ERROR", "error true"],
	["+CME ERROR: 3", "error true 3"],
] as const)
	test(`${final} gives the line back, and what comes with it is a line again`, (t) => {
		const b = bench();
		const transfer = b.lend();
		b.modem.port.inject(`\x06\r\n${final}\r\n\r\n+WDSI: 3\r\n\x15`);
		t.deepEqual(b.log, ["start", told]);
		t.deepEqual(b.lines, ["+WDSI: 3"]);
		t.deepEqual(b.raw, [0x06]);
		transfer.write(Uint8Array.of(0x18).buffer);
		transfer.end();
		const before = b.modem.port.sent.length;
		t.deepEqual(b.ask("AT+WDSG"), STATUS);
		// After OK all is known to be answered; after an error the rest of a block may lie in the modem as half a command.
		const expected = final === "OK" ? ["AT+WDSG"] : ["AT", "AT+CGMM", "AT+WDSG"];
		t.deepEqual(b.modem.port.sent.slice(before), expected);
		t.deepEqual(b.troubles, []);
	});

test("P1: a transfer that may not start at its turn is withdrawn, and one that waits can be ended unsent", (t) => {
	const b = bench();
	b.lend(() => false);
	t.deepEqual(b.log, ["withdrawn false"]);
	b.modem.silent = true;
	b.channel.send({ command: "AT+WDSG", timeoutMs: 6_000, done: () => {} });
	const transfer = b.lend();
	transfer.end();
	b.modem.silent = false;
	b.clock.advance(30_000);
	t.deepEqual(b.log, ["withdrawn false"]);
	t.false(b.modem.port.sent.includes("AT+WDSD=9"));
	t.deepEqual(b.ask("AT+WDSG"), STATUS);
});

test("nothing is written before the command is out, nor after the end", (t) => {
	const b = bench();
	b.modem.silent = true;
	const transfer = b.lend();
	transfer.write(new Uint8Array([65, 13]).buffer);
	t.deepEqual(b.modem.port.sent, ["AT"]);
	b.modem.silent = false;
	b.clock.advance(1_000);
	t.deepEqual(b.log, ["start"]);
	transfer.write(new Uint8Array([66, 13]).buffer);
	t.is(b.modem.port.sent.at(-1), "B");
	transfer.end();
	transfer.write(new Uint8Array([67, 13]).buffer);
	t.is(b.modem.port.sent.at(-1), "B");
});

test("P8: a modem that never answers before a transfer ends it, unsent", (t) => {
	const b = bench();
	b.modem.silent = true;
	b.lend();
	b.clock.advance(60_000);
	t.deepEqual(b.log, ["timeout false"]);
});

test("what may be a restart is told, and the transfer goes on", (t) => {
	const b = bench();
	b.lend();
	b.modem.urc("+KSUP: 0");
	b.modem.port.inject("\x06\r\nOK\r\n");
	t.deepEqual(b.log, ["start", "restart", "ok true"]);
	t.deepEqual(b.lines, ["+KSUP: 0"]);
});

test("P4: a port that goes away in the middle is told once; one that is closed too, and then nothing comes", (t) => {
	for (const how of ["error", "write", "close"]) {
		const b = bench();
		const transfer = b.lend();
		if (how === "error") b.modem.port.fail("unplugged");
		if (how === "close") b.channel.close();
		if (how === "write") {
			b.modem.port.writeError = "unplugged";
			transfer.write(Uint8Array.of(1).buffer);
			t.deepEqual(b.log, ["start"], "not called from within write");
		}
		b.clock.advance(10);
		t.deepEqual(b.log, how === "close" ? ["start", "gone false"] : ["start", "gone true", "gone unplugged"]);
		transfer.write(Uint8Array.of(1).buffer);
		transfer.end();
		b.modem.port.inject("\x06");
		t.is(b.modem.port.callsAfterClose, 0);
		t.is(b.clock.nextAt(), undefined, "no timer is left");
	}
});

test("a modem that asks for a file while it is woken is told that none comes, and only then", (t) => {
	const b = bench();
	const bytes: string[] = [];
	b.modem.silent = true;
	b.modem.port.onCommand = (command) => {
		bytes.push(command);
		if (bytes.length === 2) b.modem.port.inject("\x15");
	};
	const cancel = b.channel.wake({ done: () => {} });
	b.clock.advance(2_200);
	cancel();
	t.deepEqual(bytes, ["AT", "AT", "\x18\x18AT", "AT", "AT"]);
});
