// Requirements: P1, P4, P6, R10, R17
/** The guard: it arms, arms again, ends what nobody ordered, and tells what it could not prevent. */
import test from "ava";
import { Bench, BRIEF_OFF_MS, HOUR_MS, LONG_OFF_MS, MINUTE_MS, SECOND_MS } from "../support/bench.js";
import { FIRST_BYTES, VERSIONS } from "../support/orders.js";
import { digestOf, orderedThenOff } from "./boots.js";

const MODES = { HL7692: [2, 1, 0], HL7800: [2, 1, 0, 5, 6] } as const;
const KINDS = {
	HL7692: ["connect", "download", "install"],
	HL7800: ["connect", "download", "install", "reboot", "uninstall"],
} as const;

/** A product that monitors, armed, a while after its boot. */
function monitoring(
	model: Bench["model"],
	options: Partial<ConstructorParameters<typeof Bench>[0]> = {},
): Bench {
	const bench = new Bench({ model, ...options });
	bench.on();
	bench.run(MINUTE_MS);
	bench.forget();
	return bench;
}

const isArmed = (bench: Bench) =>
	KINDS[bench.model].every((kind) => bench.product.modemFlash.agreements[kind]);

function disarm(bench: Bench): void {
	for (const kind of KINDS[bench.model]) bench.product.modemFlash.agreements[kind] = false;
}

for (const model of ["HL7692", "HL7800"] as const) {
	const [from, to] = VERSIONS[model];

	test(`P1: the guard sets an ${model}'s agreements in the order of their danger, as soon as it answers`, (t) => {
		const bench = new Bench({ model });
		bench.on();
		t.true(bench.until("armed"));
		const lines = bench.sent.map(({ line }) => line);
		const wanted = MODES[model].map((mode) => `AT+WDSC=${mode},1`);
		t.deepEqual(
			lines.filter((line) => /^AT\+WDSC=\d,1$/.test(line)),
			wanted,
		);
		const first = lines.indexOf(wanted[0] as string);
		for (const line of lines.slice(0, first)) t.regex(line, /^(AT|ATE0|AT\+CMEE=1|AT\+CG(MM|MR|SN)|ATI3)$/);
		t.true(isArmed(bench));
		t.true(bench.product.modemFlash.startReport);
		t.is(bench.product.modemFlash.pollMinutes, 0);
		t.is(bench.product.modemFlash.retryMinutes[0], 0);
	});

	for (const sign of ["+KSUP: 0", "+WDSI: 0", "+PBREADY"])
		test(`P1: an ${model} that restarts is armed again, though only ${sign} shows it`, (t) => {
			const bench = monitoring(model);
			disarm(bench);
			bench.say(sign);
			bench.run(10 * SECOND_MS);
			t.true(isArmed(bench));
			t.true(bench.of("armed").length > 0);
		});

	test(`P1: an ${model} that restarts without a word is armed again when its echo comes back or at \`guardEvery\``, (t) => {
		const bench = monitoring(model);
		bench.product.modemFlash.startReport = false;
		bench.product.modemFlash.indications = 0;
		disarm(bench);
		bench.product.modem.powerOff();
		bench.product.modem.powerOn();
		t.true(bench.clock.runUntil(() => isArmed(bench), 11 * MINUTE_MS));
	});

	test(`P1: an ${model} whose agreements are changed behind the guard's back is armed again within \`guardEvery\``, (t) => {
		for (const kind of KINDS[model]) {
			const bench = monitoring(model);
			bench.run(25 * MINUTE_MS);
			bench.forget();
			bench.product.modemFlash.agreements[kind] = false;
			bench.run(10 * MINUTE_MS + 10 * SECOND_MS);
			t.true(isArmed(bench), kind);
			t.true(bench.of("armed").length > 0, kind);
		}
	});

	test(`an ${model} whose agreements stay as they are is only read, every \`guardEvery\``, (t) => {
		const bench = monitoring(model);
		bench.run(3 * HOUR_MS);
		const lines = bench.sent.map(({ line }) => line);
		t.true(lines.filter((line) => line === "AT+WDSC?").length >= 17);
		t.deepEqual(
			lines.filter((line) => line.includes("=")),
			[],
		);
	});

	test(`an ${model} that does not answer for 30 s is unguarded, once, and armed when it comes`, (t) => {
		const bench = new Bench({ model, behaviour: { bootMs: 45 * SECOND_MS } });
		bench.on();
		bench.run(29 * SECOND_MS);
		t.is(bench.of("unguarded").length, 0);
		bench.run(2 * SECOND_MS);
		t.like(bench.the("unguarded"), { reason: "no-modem" });
		bench.run(MINUTE_MS);
		t.is(bench.of("unguarded").length, 1);
		t.true(bench.of("armed").length > 0);
	});

	test(`P4: an ${model} whose wire goes while it is guarded is left alone, and nothing throws for hours`, (t) => {
		const bench = monitoring(model);
		bench.product.wire.unplug();
		bench.run(5 * HOUR_MS);
		t.deepEqual(bench.faults(), []);
	});

	test(`P1: a factory-fresh ${model} that installs by itself before the guard stands is reported as uninvited`, (t) => {
		for (const atStartMs of [0, 20 * SECOND_MS]) {
			const bench = new Bench({
				model,
				behaviour: { bootMs: 8 * SECOND_MS, startRequestDelayMs: 0, installMs: 30 * SECOND_MS },
			});
			bench.usedThenOff(BRIEF_OFF_MS);
			disarm(bench);
			bench.product.modemFlash.stored = {
				jobId: 0,
				version: to,
				sizeBytes: FIRST_BYTES,
				install: null,
				fault: "none",
			};
			bench.run(atStartMs);
			bench.on("first");
			bench.run(5 * MINUTE_MS);
			if (model === "HL7800") {
				// Its device services are ready only after its UART is, and the guard is faster.
				t.is(bench.product.modemFlash.version, from);
				t.is(bench.of("refused")[0]?.request, "install");
				return;
			}
			t.like(bench.the("uninvited"), { element: "modem", from, is: to });
			t.is(bench.journal.record.seen, to);
			t.is(bench.journal.record.inForce, "", "nobody read it back in a window");
			t.deepEqual(bench.faults(), []);
			bench.run(HOUR_MS);
			t.is(bench.of("uninvited").length, 1, "it is told once");
			bench.cut(LONG_OFF_MS);
			bench.forget();
			bench.on();
			t.true(bench.until("closed"));
			t.like(bench.the("closed"), { outcome: "current", reason: "already-installed" });
		}
	});

	test(`P1: an ${model}'s version that changed while the product was off is reported as uninvited`, (t) => {
		const bench = monitoring(model);
		bench.cut(BRIEF_OFF_MS);
		bench.product.modemFlash.version = VERSIONS[model][2];
		bench.on();
		t.true(bench.until("uninvited", MINUTE_MS));
		t.like(bench.the("uninvited"), { from, is: VERSIONS[model][2] });
	});

	test(`P1: an order in force whose ${model} was changed since is updated again in the next window`, (t) => {
		const bench = new Bench({ model });
		orderedThenOff(bench, BRIEF_OFF_MS);
		bench.journal.keepUnder({ digest: digestOf(bench), element: "modem", to });
		bench.journal.write({ inForce: digestOf(bench), seen: to });
		bench.on();
		t.like(bench.the("decided"), { window: "closed", reason: "nothing-to-do" });
		t.true(bench.until("uninvited", MINUTE_MS));
		bench.run(10 * MINUTE_MS);
		bench.cut(LONG_OFF_MS);
		bench.job();
		bench.forget();
		bench.on();
		t.true(bench.until("closed"));
		t.like(bench.the("closed"), { outcome: "updated" });
	});

	test(`P1: a session that nobody ordered is ended by an ${model}'s guard`, (t) => {
		const bench = monitoring(model);
		bench.job();
		bench.product.modemFlash.agreements.connect = false;
		bench.product.server.notify();
		t.true(bench.clock.runUntil(() => bench.traffic.includes("> AT+WDSS=1,0"), MINUTE_MS));
		bench.run(MINUTE_MS);
		t.false(bench.product.server.sessionOpen);
		t.deepEqual(bench.faults(), []);
		t.is(bench.product.modemFlash.version, from);
	});

	test(`P1, P6: a download that goes on by itself while an ${model} product monitors is stopped`, (t) => {
		for (const reportOwed of [false, true]) {
			const bench = monitoring(model, { behaviour: { downloadBytesPerSecond: 8_000 } });
			bench.cut(BRIEF_OFF_MS);
			bench.journal.write({ reportOwed });
			bench.product.modemFlash.download = {
				package: { jobId: 0, version: to, sizeBytes: FIRST_BYTES, install: null, fault: "none" },
				receivedBytes: FIRST_BYTES / 2,
				pausedBy: "power",
			};
			bench.on();
			bench.run(MINUTE_MS);
			bench.product.modemFlash.agreements.connect = false;
			bench.forget();
			bench.product.server.notify();
			bench.run(5 * MINUTE_MS);
			t.true(bench.traffic.includes("> AT+WDSS=1,0"), `report owed: ${reportOwed}`);
			t.not(bench.product.modemFlash.download, null);
			t.deepEqual(bench.faults(), []);
		}
	});

	test(`an ${model} that still owes its report may open a session of its own, and owes it no more then`, (t) => {
		const bench = new Bench({ model, behaviour: { reportDelayMs: 90 * SECOND_MS } });
		bench.job();
		orderedThenOff(bench, LONG_OFF_MS);
		bench.on();
		t.true(bench.until("released"));
		t.like(bench.the("closed"), { outcome: "updated" });
		t.true(bench.journal.record.reportOwed);
		bench.run(5 * MINUTE_MS);
		t.false(bench.journal.record.reportOwed);
		t.deepEqual(
			bench.product.server.jobs.map(({ state }) => state),
			["SUCCESS"],
		);
		t.deepEqual(bench.faults(), []);
		t.is(bench.of("uninvited").length, 0);
	});

	test(`P1: an ${model}'s session for its report is ended after \`reportWithin\`, and what was cut short is still owed`, (t) => {
		const bench = new Bench({ model, behaviour: { sessionIdleMs: HOUR_MS } });
		orderedThenOff(bench, BRIEF_OFF_MS);
		bench.journal.write({ reportOwed: true });
		bench.on();
		bench.run(MINUTE_MS);
		bench.product.modemFlash.agreements.connect = false;
		bench.forget();
		bench.product.server.notify();
		t.true(bench.clock.runUntil(() => bench.product.server.sessionOpen, MINUTE_MS));
		const openedAt = bench.clock.now();
		t.true(bench.clock.runUntil(() => bench.traffic.includes("> AT+WDSS=1,0"), 5 * MINUTE_MS));
		const lastedMs = bench.clock.now() - openedAt;
		t.true(lastedMs > 50 * SECOND_MS && lastedMs <= 61 * SECOND_MS, `${lastedMs} ms`);
		bench.run(MINUTE_MS);
		t.true(bench.journal.record.reportOwed);
		t.deepEqual(bench.faults(), []);
	});

	test(`P4: an ${model} that restarts every second is unguarded after 30 s, and its product monitors`, (t) => {
		const bench = new Bench({ model });
		bench.on();
		for (let second = 0; second < 60; second++) {
			bench.say("+KSUP: 0");
			bench.run(SECOND_MS);
		}
		t.true(bench.of("unguarded").length <= 1);
		bench.run(MINUTE_MS);
		t.true(isArmed(bench));
		t.true(bench.of("armed").length > 0);
		t.deepEqual(bench.faults(), []);
	});
}
