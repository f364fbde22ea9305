// Requirements: P1, R28
// Goal: what the modem keeps without power, and what goes on by itself when power comes back. Method: virtual time, and
// the power cut at every second of a whole update.
import test from "ava";
import type { InstallOutcome } from "../../hosts/emulator/behaviour.js";
import { FAMILIES, type Model } from "../../hosts/emulator/families.js";
import { Bench, MODELS, short } from "./bench.js";

const MINUTE = 60_000;
const NEXT: Record<Model, string> = {
	HL7692: "RHL769x.2.27.183100.201809071813.x7120m_3",
	HL7800: "HL7800.4.5.4.0",
};

/** A modem with one job of 200,000 bytes, of which it does not know yet. */
function withJob(model: Model, behaviour = {}): Bench {
	const bench = new Bench({ model, behaviour });
	bench.flash.agreements.connect = false;
	bench.server.addJob({ version: NEXT[model], sizeBytes: 200_000 });
	return bench;
}

/** A modem whose package waits for its install. */
function withPackage(model: Model, result: InstallOutcome = "ok", behaviour = {}): Bench {
	const bench = new Bench({ model, behaviour, off: true });
	bench.server.addJob({ version: NEXT[model], sizeBytes: 200_000, result });
	bench.flash.stored = bench.server.offer() ?? null;
	bench.modem.findRunning();
	return bench;
}

for (const model of MODELS) {
	test(`${model}: settings survive a power cycle, and an hour of it takes no time`, (t) => {
		const bench = new Bench({ model });
		bench.send("AT+WDSC=3,60");
		bench.send("AT+WDSC=4,5,10");
		bench.send("AT+WDSI=66");
		const before = bench.send("AT+WDSC?");
		bench.modem.powerOff();
		t.is(bench.modem.phase, "off");
		bench.wait(60 * MINUTE);
		bench.modem.powerOn();
		bench.wait(30_000);
		t.deepEqual(bench.send("AT+WDSC?"), before);
		t.deepEqual(bench.send("AT+WDSI?"), ["+WDSI: 66", "OK"]);
	});

	test(`${model}: a question without a reply comes again every 30 minutes, and after a power cycle`, (t) => {
		const bench = withPackage(model);
		for (let i = 0; i < 3; i++) {
			t.is(short(bench.wait(30 * MINUTE)), "3");
			t.is(bench.times.at(-1)?.atMs, (i + 1) * 30 * MINUTE);
		}
		t.regex(short(bench.cycle()), / 3$/);
		t.is(bench.flash.version, FAMILIES[model].version);
		t.deepEqual(bench.send("AT+WDSG"), ["+WDSG: 0,3", "+WDSG: 1,3", "OK"]);
	});

	test(`${model}: P1: a question is never accepted by time alone, in 40 days of it`, (t) => {
		const bench = withPackage(model);
		bench.send("AT+WDSR=5,1440");
		t.is(bench.wait(40 * 24 * 60 * MINUTE).filter((line) => line === "+WDSI: 3").length, 39 * 48 + 1);
		t.is(bench.flash.version, FAMILIES[model].version);
	});

	test(`${model}: P1: a stored package is installed by itself where the agreement is off`, (t) => {
		const bench = withPackage(model);
		bench.send("AT+WDSC=2,0");
		bench.cycle(5 * MINUTE);
		t.is(bench.flash.version, NEXT[model]);
	});

	test(`${model}: a question put off before it was asked aloud stays put off`, (t) => {
		const bench = withPackage(model);
		bench.cycle(14_000);
		t.deepEqual(bench.send("AT+WDSR=5,1440"), ["OK"]);
		t.notRegex(short(bench.wait(1439 * MINUTE)), /\b3\b/);
		t.is(short(bench.wait(2 * MINUTE)), "3");
	});

	test(`${model}: power cut at every second of a whole update: it ends, when accepted again, in the new version`, (t) => {
		const phases = new Set<string>();
		for (let second = 0; second < 280; second++) {
			const bench = withJob(model);
			const replies: Record<string, string> = { "+WDSI: 2": "AT+WDSR=3", "+WDSI: 3": "AT+WDSR=4" };
			/** A host that accepts everything six seconds later, and starts a session a minute. */
			const drive = (seconds: number) => {
				const due: string[] = [];
				for (let i = 0; i < seconds && bench.server.jobs[0]?.state !== "SUCCESS"; i++) {
					if (i % 60 === 0) bench.send("AT+WDSS=1,1");
					for (const line of bench.wait(1_000)) if (replies[line]) due[i + 6] = replies[line] as string;
					if (due[i]) bench.send(due[i] as string);
				}
			};
			drive(second);
			const { download, stored, installing, version } = bench.flash;
			phases.add(download ? "download" : installing ? "install" : stored ? "stored" : version);
			bench.modem.powerOff();
			const frozen = structuredClone(bench.flash);
			bench.wait(10 * MINUTE);
			t.deepEqual(bench.flash, frozen, `cut at ${second} s`);
			bench.modem.powerOn();
			drive(600);
			t.is(bench.flash.version, NEXT[model], `cut at ${second} s`);
			t.is(bench.server.jobs[0]?.state, "SUCCESS", `cut at ${second} s`);
		}
		t.deepEqual(
			[...phases].sort(),
			["download", "install", "stored", FAMILIES[model].version, NEXT[model]].sort(),
		);
	});

	test(`${model}: a download that was cut keeps its bytes and goes on at the next session`, (t) => {
		const bench = withJob(model);
		bench.send("AT+WDSS=1,1");
		bench.until("+WDSI: 8");
		bench.send("AT+WDSR=3");
		bench.wait(model === "HL7692" ? 11_000 : 7_000);
		const kept = bench.flash.download?.receivedBytes ?? 0;
		t.true(kept > 0 && kept < 200_000);
		t.regex(short(bench.cycle()), / 2$/);
		t.is(bench.flash.download?.receivedBytes, kept);
		bench.send("AT+WDSS=1,1");
		t.regex(short(bench.until("+WDSI: 8")), /^4 6 (23,1 )?9,200000 18.* 10 12 3 8$/);
		t.is(bench.flash.stored?.sizeBytes, 200_000);
	});

	test(`${model}: a download that was stopped goes on at the next session`, (t) => {
		const bench = withJob(model);
		bench.send("AT+WDSS=1,1");
		bench.until("+WDSI: 8");
		bench.send("AT+WDSR=3");
		bench.wait(11_000);
		t.deepEqual(bench.send("AT+WDSS=1,0"), ["OK"]);
		t.is(short(bench.wait(60_000)), "8");
		bench.send("AT+WDSS=1,1");
		t.regex(short(bench.until("+WDSI: 8")), / 10 12 3 8$/);
	});

	test(`${model}: a download that lost the server goes on with a retry`, (t) => {
		const bench = withJob(model);
		bench.send("AT+WDSC=4,15,60");
		bench.send("AT+WDSS=1,1");
		bench.until("+WDSI: 8");
		bench.send("AT+WDSR=3");
		bench.wait(11_000);
		bench.server.reachable = false;
		t.regex(short(bench.wait(10 * MINUTE)), /^11,1( 8)?$/);
		t.is(short(bench.wait(10 * MINUTE)), "4 7");
		bench.server.reachable = true;
		t.regex(short(bench.wait(70 * MINUTE)), /^4 6 .* 10 12 3 8/);
	});

	test(`${model}: sessions that fail are retried after the times of WDSC=4, also over a power cycle`, (t) => {
		const bench = new Bench({ model });
		bench.send("AT+WDSC=4,5,10,20");
		bench.flash.retryMinutes.length = 3;
		bench.server.reachable = false;
		bench.send("AT+WDSS=1,1");
		bench.wait(10_000);
		t.is(short(bench.wait(4 * MINUTE)), "");
		t.is(short(bench.wait(2 * MINUTE)), "4 7");
		bench.cycle();
		t.is(short(bench.wait(10 * MINUTE)), "4 7");
		t.is(short(bench.wait(30 * MINUTE)), "4 7");
		t.is(short(bench.wait(600 * MINUTE)), "");
	});

	test(`${model}: polling opens a session every so many minutes, as long as a year`, (t) => {
		const bench = new Bench({ model });
		bench.send("AT+WDSC=3,60");
		t.is(bench.wait(150 * MINUTE).filter((line) => line === "+WDSI: 8").length, 2);
		bench.send("AT+WDSC=3,525600");
		t.deepEqual(bench.wait(525_599 * MINUTE), []);
		t.true(bench.wait(2 * MINUTE).includes("+WDSI: 8"));
		bench.send("AT+WDSC=3,0");
		t.deepEqual(bench.wait(525_600 * MINUTE), []);
	});

	const ends: [InstallOutcome, comes: RegExp, version: string, state: string][] = [
		["ok", /^14 .* 16 4 6 (23,1 )?8$/, NEXT[model], "SUCCESS"],
		["fail", /^14 .* 15 4 6 (23,1 )?8$/, FAMILIES[model].version, "FAILURE"],
		["silent", /^(?!.*1[456]).* 4 6 (23,1 )?8$/, NEXT[model], "SUCCESS"],
		["unchanged", /^14 (?!.*1[56]).*\b0$/, FAMILIES[model].version, "IN_PROGRESS"],
		["wrong", /^14 .* 16 4 6 (23,1 )?8$/, NEXT[model].replace(/\d$/, (digit) => `${+digit + 1}`), "FAILURE"],
		["hang", /^14$/, FAMILIES[model].version, "IN_PROGRESS"],
	];
	for (const [result, comes, version, state] of ends)
		test(`${model}: an install that ends "${result}"`, (t) => {
			const bench = withPackage(model, result);
			t.deepEqual(bench.send("AT+WDSR=4"), ["OK"]);
			t.regex(short(bench.wait(5 * MINUTE)), comes);
			t.is(bench.flash.version, version);
			t.is(bench.server.jobs[0]?.state, state as "SUCCESS");
			t.is(bench.modem.phase, result === "hang" ? "hung" : "running");
			bench.cycle();
			t.is(bench.send("AT+CGMR")[0], version);
			t.deepEqual(bench.send("AT+WDSG"), ["+WDSG: 0,3", "+WDSG: 1,0", "OK"]);
		});

	test(`${model}: an install that is cut comes back in the old version and goes on unasked at the next session`, (t) => {
		const bench = withPackage(model, "cut");
		bench.send("AT+WDSR=4");
		bench.wait(3 * MINUTE);
		t.deepEqual(bench.send("AT+CGMR"), [FAMILIES[model].version, "OK"]);
		t.deepEqual(bench.send("AT+WDSR=5,1440"), ["OK"]);
		t.deepEqual(bench.wait(23 * 60 * MINUTE), []);
		bench.send("AT+WDSS=1,1");
		t.regex(short(bench.wait(5 * MINUTE)), /^4 6 (23,1 )?14 8 .* 16 4 6 (23,1 )?8$/);
		t.is(bench.flash.version, NEXT[model]);
	});

	test(`${model}: an install cannot be stopped, and hears nothing`, (t) => {
		const bench = withPackage(model);
		bench.send("AT+WDSR=4");
		t.deepEqual(bench.send("AT+WDSS=1,0"), ["OK"]);
		bench.wait(10_000);
		t.is(bench.modem.phase, "installing");
		t.deepEqual(bench.send("AT"), []);
		bench.wait(5 * MINUTE);
		t.is(bench.flash.version, NEXT[model]);
	});

	test(`${model}: a notification waits until the modem is up, and the question to connect outlives the power`, (t) => {
		const bench = new Bench({ model });
		bench.modem.powerOff();
		bench.server.notify();
		bench.wait(MINUTE);
		bench.modem.powerOn();
		t.regex(short(bench.wait(MINUTE)), / 1$/);
		t.deepEqual(bench.send("AT+WDSR=0,1440"), ["OK"]);
		t.regex(short(bench.cycle()), / 1$/);
		bench.send("AT+WDSR=1");
		t.regex(short(bench.wait(MINUTE)), /^4 6 (23,1 )?8$/);
		t.notRegex(short(bench.cycle()), / 1$/);
	});

	test(`${model}: a session that the host opens answers the question to connect`, (t) => {
		const bench = new Bench({ model });
		bench.server.notify();
		t.is(short(bench.wait(1_000)), "1");
		bench.send("AT+WDSS=1,1");
		t.regex(short(bench.wait(60 * MINUTE)), /^4 6 (23,1 )?8$/);
		t.deepEqual(bench.send("AT+WDSR=1"), ["+CME ERROR: 3"]);
	});

	test(`${model}: the report that found no server is owed until a later session`, (t) => {
		const bench = withPackage(model);
		bench.send("AT+WDSR=4");
		bench.server.reachable = false;
		t.regex(short(bench.wait(5 * MINUTE)), / 16 4 7$/);
		t.is(bench.server.jobs[0]?.state, "IN_PROGRESS");
		bench.server.reachable = true;
		t.regex(short(bench.cycle()), /4 6 (23,1 )?8$/);
		t.is(bench.server.jobs[0]?.state, "SUCCESS");
	});

	test(`${model}: a minute that takes a second makes everything but answers sixty times as fast`, (t) => {
		const bench = withPackage(model, "ok", { minuteMs: 1_000 });
		t.deepEqual(bench.send("AT+WDSR=4"), ["OK"]);
		bench.wait(5_000);
		t.is(bench.flash.version, NEXT[model]);
		t.is(bench.server.jobs[0]?.state, "SUCCESS");
	});
}
