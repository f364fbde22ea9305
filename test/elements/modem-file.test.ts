// Requirements: P1, P4, P6, P8, R6, R7, R10
// Goal: the modem holds the company's file and nothing else, or there is an error that says what to do; and the AT line
// is whole again, whatever happened. Method: the emulated modem on a line with a rate, in virtual time, with one fault each.
import test from "ava";
import { FILE_FAULTS } from "../../hosts/emulator/behaviour.js";
import type { ElementReason } from "../../modules/elements/element-error.js";
import { FileBench, type FileBenchOptions, FROM, TO } from "../xmodem/file-bench.js";

const MODELS = ["HL7692", "HL7800"] as const;
const HOUR_MS = 3_600_000;

/** The line answers commands, and each gets its own answer. */
function checkLine(
	t: { is(a: unknown, b: unknown, message?: string): void },
	b: FileBench,
	what: string,
): void {
	for (let i = 0; i < 2; i++) {
		t.is(b.version(), b.flash.version, what);
		t.is(
			b.wait<boolean>((done) => b.services.setErrorNumbers(done)),
			true,
			what,
		);
	}
}

for (const model of MODELS)
	for (const fileRequest of ["nak", "crc"] as const)
		for (const frameBytes of [128, 1024] as const)
			test(`${model}: a file arrives, is installed and runs: start with ${fileRequest}, blocks of ${frameBytes}`, (t) => {
				const b = new FileBench({ model, behaviour: { fileRequest }, file: { frameBytes } }).armed();
				t.is(b.send(), undefined);
				const sent = b.traffic.filter((line) => line.startsWith(">")).slice(0, 3);
				t.deepEqual(sent, ["> AT+WDSG", "> AT+KSLEEP=2", "> AT+WDSD=10000"]);
				t.deepEqual(b.indications, ["request install"]);
				t.is(b.status(), 3);
				t.is(b.flash.version, FROM[model]);
				checkLine(t, b, "after the file");
				t.true(b.install());
				t.is(b.version(), TO[model]);
				t.deepEqual(b.troubles, []);
			});

for (const sizeBytes of [200, 1_023, 1_024, 1_025, 2_048, 300 * 1_024])
	test(`a file of ${sizeBytes} bytes takes its blocks and none more`, (t) => {
		for (const frameBytes of [128, 1024] as const) {
			const b = new FileBench({ sizeBytes, file: { frameBytes } }).armed();
			const before = b.line.sentBytes["to-modem"];
			t.is(b.send(), undefined);
			const command = `AT+KSLEEP=2\rAT+WDSD=${sizeBytes}\r`.length;
			const frames = Math.ceil(sizeBytes / frameBytes) * (frameBytes + 4);
			const status = "AT+WDSG\r".length;
			t.true([1, 2].includes((b.line.sentBytes["to-modem"] - before - command - frames - 1) / status));
		}
	});

interface Scene extends FileBenchOptions {
	error?: ElementReason;
	/** The same image was started once more, and arrived. */
	again?: true;
}

const SCENES: Record<string, Scene> = {
	none: {},
	error: { error: "transfer-failed", again: true },
	"error-1k": { error: "transfer-failed", again: true },
	cancel: { error: "transfer-failed" },
	"nak-last": {},
	"nak-end": {},
	"lost-ack": {},
	"doubled-ack": {},
	mute: { error: "no-answer" },
};

test("every fault of the emulated modem has its scene", (t) =>
	t.deepEqual(Object.keys(SCENES), [...FILE_FAULTS]));

for (const fileFault of FILE_FAULTS)
	for (const fileFaultBlock of [1, 2, 5])
		test(`P8: ${fileFault} at block ${fileFaultBlock} ends well, or badly with its name, in time`, (t) => {
			const { error, again } = SCENES[fileFault] as Scene;
			const b = new FileBench({ behaviour: { fileFault, fileFaultBlock } }).armed();
			t.is(b.send()?.reason, error);
			t.true(b.clock.now() < 5 * 60_000, `${b.clock.now()} ms`);
			t.is(b.file.retry, again ?? false);
			if (fileFault === "mute") {
				b.modem.powerOff();
				b.modem.powerOn();
				b.clock.advance(60_000);
			}
			checkLine(t, b, fileFault);
			t.is(b.flash.stored?.sizeBytes, error ? undefined : 10_000);
			if (fileFault === "error-1k") {
				t.is(b.send(), undefined, "in blocks of 128 it goes");
				t.false(b.file.retry);
				t.is(b.status(), 3);
			}
		});

test("P8: an error that blocks of 128 do not cure is not tried a third time", (t) => {
	const b = new FileBench({ behaviour: { fileFault: "error" } }).armed();
	t.is(b.send()?.reason, "transfer-failed");
	t.true(b.file.retry);
	t.is(b.send()?.reason, "transfer-failed");
	t.false(b.file.retry);
});

test("a `3` that never comes is asked for", (t) => {
	const b = new FileBench({ behaviour: { installAskedAfterDownload: false } }).armed();
	t.is(b.send(), undefined);
	t.deepEqual(b.indications, []);
	t.true(b.install());
	t.is(b.version(), TO.HL7800);
});

test("a modem that never tells anything about its package is believed its OK", (t) => {
	const b = new FileBench({ behaviour: { installAskedAfterDownload: false } });
	b.flash.indications = 0;
	b.wait((done) => b.services.connect(done));
	b.services.status = (done) => void b.clock.setTimeout(() => done(undefined), 100);
	t.is(b.send(), undefined);
	t.is(b.flash.stored?.version, TO.HL7800);
});

test("a modem that says OK and holds nothing has failed, also where it does not say why", (t) => {
	for (const indications of [4479, 0]) {
		const b = new FileBench({ from: "HL7800.4.3.9.0", behaviour: { mismatchedDelta: "rejected" } }).armed();
		b.flash.indications = indications;
		t.is(b.send()?.reason, indications ? "refused" : "transfer-failed");
		t.false(b.file.retry);
		checkLine(t, b, "after the rejection");
	}
});

test("a delta for another version arrives, and the read-back shows that it does not run", (t) => {
	for (const mismatchedDelta of ["unchanged", "failed"] as const) {
		const b = new FileBench({ from: "HL7800.4.3.9.0", behaviour: { mismatchedDelta } }).armed();
		t.is(b.send(), undefined);
		t.true(b.install());
		t.is(b.version(), FROM.HL7800);
		t.is(b.indications.includes("install-failed"), mismatchedDelta === "failed");
	}
});

test("an install that ends silently is seen in the version", (t) => {
	const b = new FileBench({ behaviour: { install: "silent" } }).armed();
	t.is(b.send(), undefined);
	t.true(b.install());
	t.false(b.indications.includes("installing") || b.indications.includes("installed"));
	t.is(b.version(), TO.HL7800);
});

test("P1: with the window closed AT+WDSD is not sent, and neither is it where the window closes before its turn", (t) => {
	const closed = new FileBench().armed();
	closed.open = false;
	t.is(closed.send()?.reason, "refused");
	t.deepEqual(
		closed.traffic.filter((line) => line.startsWith(">")),
		["> AT+WDSG"],
	);

	const closing = new FileBench().armed();
	const errors: (string | undefined)[] = [];
	closing.file.start(closing.image, (error) => errors.push(error?.reason));
	// The answer to AT+WDSG has come, and AT+KSLEEP is out.
	closing.clock.runUntil(() => closing.traffic.includes("> AT+KSLEEP=2"), 1_000);
	closing.open = false;
	closing.clock.advance(HOUR_MS);
	t.deepEqual(errors, ["refused"]);
	t.false(closing.traffic.some((line) => line.includes("WDSD")));
	checkLine(t, closing, "afterwards");
});

test("a modem that is busy or does not take the size refuses, and blocks of 128 are no cure for that", (t) => {
	const b = new FileBench().armed();
	b.flash.provisioned = true;
	b.wait((done) => b.services.openSession(done));
	const error = b.send();
	t.is(error?.reason, "refused");
	t.regex(error?.message ?? "", /\+CME ERROR: 3/);
	t.false(b.file.retry);
	const huge = new FileBench({ sizeBytes: 99_999_999 }).armed();
	t.is(huge.send()?.reason, "refused");
});

test("P8: a modem that never asks for the file, or is silent before it, is waited for within a limit", (t) => {
	const silent = new FileBench().armed();
	silent.modem.powerOff();
	t.is(silent.send()?.reason, "no-answer");
	t.true(silent.clock.now() < 120_000);
	const deaf = new FileBench({ disturb: (byte) => ({ bytes: byte === 0x15 ? [] : [byte] }) }).armed();
	t.is(deaf.send()?.reason, "no-answer");
	t.true(deaf.clock.now() < 120_000);
});

test("P4: cancel in the middle drops the file, nobody is told, and the line answers at once", (t) => {
	for (const stopAt of [0, 1, 7]) {
		const b = new FileBench().armed();
		t.is(b.send({ stopAt }), undefined);
		b.file.cancel();
		b.file.cancel();
		const startMs = b.clock.now();
		checkLine(t, b, `after ${stopAt} blocks`);
		t.true(b.clock.now() - startMs < 3_000, `${b.clock.now() - startMs} ms`);
		t.is(b.flash.stored, null);
		t.is(b.send(), undefined, "and the file can be sent again");
	}
});

test("P4: cancel while a block is out, at any instant of it, is heard", (t) => {
	for (let ms = 0; ms < 200; ms += 13) {
		const b = new FileBench().armed();
		t.is(b.send({ stopAt: 1 }), undefined);
		const told: unknown[] = [];
		b.file.write(1_024, new Uint8Array(1_024).fill(65), (error) => told.push(error));
		b.clock.advance(ms);
		const before = told.length;
		b.file.cancel();
		const startMs = b.clock.now();
		checkLine(t, b, `after ${ms} ms`);
		t.true(b.clock.now() - startMs < 3_000, `${b.clock.now() - startMs} ms`);
		t.is(told.length, before);
		t.is(b.flash.stored, null);
	}
});

test("P4: a modem that did not hear the CAN CAN, or lost part of a block, is told again as soon as it asks", (t) => {
	for (const lost of ["cancel", "half a block"]) {
		let losing = false;
		const b = new FileBench({
			disturb: (byte, direction) => ({ bytes: losing && direction === "to-modem" ? [] : [byte] }),
		}).armed();
		t.is(b.send({ stopAt: 1 }), undefined);
		if (lost === "half a block") {
			b.file.write(1_024, new Uint8Array(1_024), () => {});
			b.clock.advance(40);
		}
		losing = true;
		if (lost === "half a block") b.line.send("to-modem", new Uint8Array(0));
		b.file.cancel();
		losing = false;
		const startMs = b.clock.now();
		checkLine(t, b, lost);
		t.true(b.clock.now() - startMs < 30_000, `${b.clock.now() - startMs} ms`);
	}
});

test("P4: a product that restarts in the middle of a file finds a modem that it can talk to", (t) => {
	const b = new FileBench().armed();
	t.is(b.send({ stopAt: 3 }), undefined);
	b.services.close();
	const next = new FileBench();
	next.line.onModem = (bytes) => b.modem.receive(bytes.buffer);
	b.line.onHost = (bytes) => next.line.onHost(bytes);
	// One clock drives both: the second one is run along.
	const startMs = b.clock.now();
	let version: string | undefined;
	next.services.connect(() => next.services.version((text) => (version = text)));
	while (version === undefined && b.clock.now() - startMs < 60_000) {
		b.clock.advance(1);
		next.clock.advance(1);
	}
	t.is(version, FROM.HL7800);
	t.true(b.clock.now() - startMs < 20_000, `${b.clock.now() - startMs} ms`);
});

test("P8: commands wait while a file is sent, eight at most, and are answered after it", (t) => {
	const b = new FileBench().armed();
	t.is(b.send({ stopAt: 2 }), undefined);
	const answers: boolean[] = [];
	for (let i = 0; i < 9; i++) b.services.setErrorNumbers((ok) => answers.push(ok));
	b.clock.advance(10_000);
	t.deepEqual(answers, [false]);
	t.is(b.traffic.at(-1), "> AT+WDSD=10000");
	b.file.cancel();
	b.clock.advance(20_000);
	t.deepEqual(answers, [false, ...Array(8).fill(true)]);
});

test("P4: a file that stops coming is ended within a minute, though nobody asks", (t) => {
	const b = new FileBench().armed();
	t.is(b.send({ stopAt: 2 }), undefined);
	b.clock.advance(61_000);
	checkLine(t, b, "after the pause");
	const errors: (string | undefined)[] = [];
	b.file.write(2_048, new Uint8Array(1_024), (error) => errors.push(error?.reason));
	b.clock.advance(0);
	t.deepEqual(errors, ["transfer-failed"]);
});

test("P4: so it is where the modem says nothing any more", (t) => {
	let isDeaf = false;
	const b = new FileBench({
		disturb: (byte, direction) => ({ bytes: isDeaf && direction === "to-host" ? [] : [byte] }),
	}).armed();
	t.is(b.send({ stopAt: 2 }), undefined);
	isDeaf = true;
	b.modem.powerOff();
	b.clock.advance(61_000);
	isDeaf = false;
	b.modem.powerOn();
	b.clock.advance(60_000);
	checkLine(t, b, "after the pause");
});

test("an error after the end of the file is one like any other", (t) => {
	const b = new FileBench().armed();
	const send = b.line.send.bind(b.line);
	b.line.send = (direction, bytes) => {
		const text = String.fromCharCode(...bytes);
		if (direction === "to-host" && b.flash.stored && text.includes("OK"))
			send(
				direction,
				Uint8Array.from(text.replace("OK", "ERROR"), (c) => c.charCodeAt(0)),
			);
		else send(direction, bytes);
	};
	const startMs = b.clock.now();
	const error = b.send();
	t.is(error?.reason, "transfer-failed");
	t.true(b.clock.now() - startMs < 5_000);
	t.true(b.file.retry);
});

test("P6: a package that was there before is not taken for the file, and the file takes its place", (t) => {
	const leftover = {
		jobId: 0,
		version: "HL7800.4.7.1.0",
		sizeBytes: 77,
		install: null,
		fault: "none",
	} as const;
	const b = new FileBench().armed();
	b.flash.stored = { ...leftover };
	t.is(b.send(), undefined);
	t.is(b.flash.stored?.version, TO.HL7800);

	const rejected = new FileBench({
		from: "HL7800.4.3.9.0",
		behaviour: { mismatchedDelta: "rejected", stepMs: 10_000 },
	}).armed();
	rejected.flash.stored = { ...leftover };
	t.is(rejected.send()?.reason, "refused");
	t.is(rejected.status(), 3);
});

test("P4: a port that goes away, and a modem that loses its power, end the file with their names", (t) => {
	const b = new FileBench().armed();
	t.is(b.send({ stopAt: 2 }), undefined);
	b.line.broken = true;
	const errors: (string | undefined)[] = [];
	b.file.write(2_048, new Uint8Array(1_024), (error) => errors.push(error?.reason));
	b.clock.advance(1_000);
	t.deepEqual(errors, ["transfer-failed"]);
	t.deepEqual(b.gone, ["unplugged"]);
	t.false(b.file.retry);

	const cut = new FileBench({ sizeBytes: 200_000 }).armed();
	cut.clock.setTimeout(() => {
		cut.modem.powerOff();
		cut.modem.powerOn();
	}, 3_000);
	t.is(cut.send()?.reason, "no-answer");
	t.is(cut.flash.stored, null);
	checkLine(t, cut, "after the power cut");
});

test("unsolicited lines in the middle of a file are delivered, once each, and the file arrives", (t) => {
	const b = new FileBench({ sizeBytes: 50_000 }).armed();
	const lines = ["+CGREG: 5", "+WDSI: 1", "+CGREG: 2", "+WDSI: 8"];
	lines.forEach((line, i) => {
		const text = `\r\n${line}\r\n`;
		b.clock.setTimeout(
			() =>
				b.line.send(
					"to-host",
					Uint8Array.from(text, (c) => c.charCodeAt(0)),
				),
			700 + i * 777,
		);
	});
	t.is(b.send(), undefined);
	for (const line of lines) t.is(b.traffic.filter((each) => each === `< ${line}`).length, 1, line);
	t.deepEqual(b.indications, ["request connect", "session-ended", "request install"]);
	t.deepEqual(b.troubles, []);
	t.is(b.flash.stored?.version, TO.HL7800);
});

test("write and finish without a start are told so", (t) => {
	const b = new FileBench();
	const error = b.wait<{ reason: string } | undefined>((done) => b.file.write(0, new Uint8Array(1), done));
	t.is(error?.reason, "transfer-failed");
	t.is(b.wait<{ reason: string } | undefined>((done) => b.file.finish(done))?.reason, "transfer-failed");
});

test("P8: a download that fails in the air before the modem's turn for the file ends it, and no file is begun", (t) => {
	const bench = new FileBench().armed();
	const ends: (string | undefined)[] = [];
	bench.file.start(bench.image, (error) => ends.push(error?.reason));
	bench.line.send(
		"to-host",
		Uint8Array.from("\r\n+WDSI: 11\r\n", (c) => c.charCodeAt(0)),
	);
	bench.clock.advance(60_000);
	t.deepEqual(ends, ["refused"]);
	t.false(bench.traffic.some((line) => line.startsWith("> AT+WDSD")));
});
