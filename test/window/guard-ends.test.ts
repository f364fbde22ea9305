// Requirements: P1, P4, P6, P8, R17
/** Where guarding ends: by an orderly power-off, by a port that goes; and sessions that end in ways of their own. */
import test from "ava";
import { Bench, BRIEF_OFF_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../support/bench.js";
import { orderedThenOff } from "./boots.js";

/** A product that monitors, armed, and owes the server the report of an install. */
function owing(model: Bench["model"]): Bench {
	const bench = new Bench({ model, behaviour: { sessionIdleMs: HOUR_MS } });
	orderedThenOff(bench, BRIEF_OFF_MS);
	bench.journal.write({ reportOwed: true });
	bench.on();
	bench.run(MINUTE_MS);
	bench.forget();
	return bench;
}

const AUTHENTICATING = "+WDSI: 4";
const STARTED = "+WDSI: 6";
const ENDED = "+WDSI: 8";

for (const model of ["HL7692", "HL7800"] as const) {
	test(`P6: a session that an ${model} reports in is ended by an orderly power-off`, (t) => {
		for (const isOpen of [true, false]) {
			const bench = owing(model);
			if (isOpen) bench.say(AUTHENTICATING, STARTED);
			bench.run(5 * SECOND_MS);
			t.false(bench.traffic.includes("> AT+WDSS=1,0"));
			let isOff = false;
			bench.product.switchOff(() => {
				isOff = true;
			});
			t.true(bench.clock.runUntil(() => isOff, 10 * SECOND_MS));
			t.is(bench.traffic.includes("> AT+WDSS=1,0"), isOpen);
		}
	});

	test(`P6: a session of an ${model}'s that has ended, or that a restart took with it, is not ended once more`, (t) => {
		for (const end of [ENDED, "+KSUP: 0"]) {
			const bench = owing(model);
			bench.say(AUTHENTICATING, STARTED, end);
			bench.run(MINUTE_MS);
			bench.forget();
			bench.product.switchOff();
			bench.run(10 * SECOND_MS);
			t.false(bench.traffic.includes("> AT+WDSS=1,0"), end);
		}
	});

	test(`an ${model}'s session that was cut short leaves the report owed, and the next one pays it, though nobody saw the first end`, (t) => {
		for (const end of [[ENDED], ["+KSUP: 0"], []]) {
			const bench = owing(model);
			bench.say(AUTHENTICATING, STARTED, "+WDSI: 18,10", ...end);
			bench.run(MINUTE_MS);
			t.true(bench.traffic.includes("> AT+WDSS=1,0"), `${end}`);
			t.true(bench.journal.record.reportOwed, `${end}`);
			bench.say(AUTHENTICATING, STARTED, ENDED);
			bench.run(SECOND_MS);
			t.false(bench.journal.record.reportOwed, `${end}`);
		}
	});

	test(`P1: a session in which an ${model} reports is ended \`reportWithin\` after its own beginning, not after one's that has ended`, (t) => {
		const bench = owing(model);
		bench.say(AUTHENTICATING, STARTED, "+WDSI: 18,10", ENDED);
		bench.run(30 * SECOND_MS);
		bench.forget();
		bench.say(AUTHENTICATING, STARTED);
		bench.run(55 * SECOND_MS);
		t.false(bench.traffic.includes("> AT+WDSS=1,0"));
		bench.run(6 * SECOND_MS);
		t.true(bench.traffic.includes("> AT+WDSS=1,0"));
	});

	test(`P1: a session in which an ${model} reports has \`reportWithin\` of its own, however the one before ended`, (t) => {
		for (const end of ["+KSUP: 0", "+WDSI: 5", "+WDSI: 7"]) {
			const bench = owing(model);
			bench.say(AUTHENTICATING, STARTED);
			bench.run(40 * SECOND_MS);
			bench.say(end);
			bench.run(10 * SECOND_MS);
			bench.say(AUTHENTICATING, STARTED);
			bench.run(55 * SECOND_MS);
			t.false(bench.traffic.includes("> AT+WDSS=1,0"), end);
			bench.run(6 * SECOND_MS);
			t.true(bench.traffic.includes("> AT+WDSS=1,0"), end);
		}
	});

	test(`P1: a session that nobody ordered ends though an ${model} does not hear for a minute that it has to`, (t) => {
		const bench = new Bench({ model, behaviour: { sessionIdleMs: HOUR_MS } });
		bench.on();
		bench.run(MINUTE_MS);
		bench.product.modemFlash.agreements.connect = false;
		const hears = bench.keepFromModem("AT");
		bench.product.server.notify();
		t.true(bench.clock.runUntil(() => bench.product.server.sessionOpen, MINUTE_MS));
		bench.run(MINUTE_MS);
		t.true(bench.product.server.sessionOpen);
		hears();
		bench.run(MINUTE_MS);
		t.false(bench.product.server.sessionOpen);
		bench.forget();
		bench.run(5 * MINUTE_MS);
		t.false(bench.traffic.includes("> AT+WDSS=1,0"), "it is ended once");
	});

	test(`P8: an ${model} that does not hear for long that a session has to end is asked a few times, and once more when its agreements are read`, (t) => {
		const bench = new Bench({ model });
		bench.on();
		bench.run(MINUTE_MS);
		const hears = bench.keepFromModem("AT+WDSS=1,0");
		bench.say(AUTHENTICATING, STARTED);
		bench.run(5 * MINUTE_MS);
		const ends = () => bench.sent.filter(({ line }) => line === "AT+WDSS=1,0").length;
		t.is(ends(), 8);
		hears();
		bench.run(6 * MINUTE_MS);
		t.is(ends(), 9);
		bench.run(HOUR_MS);
		t.is(ends(), 9, "it has heard it");
	});

	test(`P1: a session that an ${model} begins while it was asked for long to end another is asked to end as often`, (t) => {
		for (const begins of [
			[ENDED, AUTHENTICATING, STARTED],
			[AUTHENTICATING, STARTED],
			["+KSUP: 0", STARTED],
		]) {
			const bench = new Bench({ model });
			bench.on();
			bench.run(MINUTE_MS);
			bench.keepFromModem("AT+WDSS=1,0");
			bench.say(AUTHENTICATING, STARTED);
			const ends = () => bench.sent.filter(({ line }) => line === "AT+WDSS=1,0").length;
			t.true(bench.clock.runUntil(() => ends() === 8, 5 * MINUTE_MS));
			bench.say(...begins);
			bench.run(5 * MINUTE_MS);
			t.is(ends(), 16, `${begins}`);
		}
	});

	test(`P6: a session that an ${model} tells the end of after a second sign of one restart has not paid the report where it was cut short`, (t) => {
		for (const sign of ["+PBREADY", "+WDSI: 0"]) {
			const bench = owing(model);
			bench.say("+KSUP: 0");
			bench.run(SECOND_MS);
			bench.say(AUTHENTICATING, STARTED, "+WDSI: 18,10");
			bench.run(SECOND_MS);
			bench.say(sign);
			bench.run(SECOND_MS);
			bench.say(ENDED);
			bench.run(SECOND_MS);
			t.true(bench.journal.record.reportOwed, sign);
		}
	});

	test(`P1: a session of an ${model}'s that went on while our own MCU alone started again is ended, whatever the modem says of itself`, (t) => {
		for (const activity of [0, 1, 2, 3]) {
			const bench = new Bench({ model });
			bench.on();
			bench.run(MINUTE_MS);
			bench.forget();
			bench.keepFromModem("AT+WDSG", `+WDSG: 0,3\r\n+WDSG: 1,${activity}\r\n\r\nOK`);
			bench.reset("watchdog");
			bench.run(MINUTE_MS);
			const ends = () => bench.sent.filter(({ line }) => line === "AT+WDSS=1,0").length;
			t.is(ends(), 1, `activity ${activity}`);
			// Of the next arming it is nothing that the boot does not know.
			bench.say("+KSUP: 0");
			bench.run(MINUTE_MS);
			t.is(ends(), activity === 1 ? 2 : 1, `activity ${activity}`);
			bench.cut(BRIEF_OFF_MS);
			bench.forget();
			bench.on();
			bench.run(MINUTE_MS);
			t.is(bench.traffic.includes("> AT+WDSS=1,0"), activity === 1, `activity ${activity}`);
		}
	});

	test(`P6: an ${model} that restarts before it answered to the end of a session is not asked again, and the next session pays the report`, (t) => {
		const bench = owing(model);
		const hears = bench.keepFromModem("AT+WDSS=1,0");
		bench.say(AUTHENTICATING, STARTED, "+WDSI: 18,10");
		bench.run(SECOND_MS);
		bench.say("+KSUP: 0", STARTED);
		bench.run(20 * SECOND_MS);
		t.is(bench.sent.filter(({ line }) => line === "AT+WDSS=1,0").length, 1);
		bench.say(ENDED, AUTHENTICATING, STARTED, ENDED);
		bench.run(SECOND_MS);
		t.false(bench.journal.record.reportOwed);
		hears();
		bench.run(HOUR_MS);
		t.is(bench.sent.filter(({ line }) => line === "AT+WDSS=1,0").length, 1);
	});

	test(`P1: an ${model} that restarts in a session that was ended after \`reportWithin\`, or does not say its end, has its next one ended as well`, (t) => {
		for (const end of [["+KSUP: 0"], []]) {
			const bench = owing(model);
			for (let session = 1; session <= 3; session++) {
				bench.say(AUTHENTICATING, STARTED);
				bench.run(55 * SECOND_MS);
				t.false(bench.traffic.includes("> AT+WDSS=1,0"), `${end} session ${session}`);
				bench.run(10 * SECOND_MS);
				t.true(bench.traffic.includes("> AT+WDSS=1,0"), `${end} session ${session}`);
				bench.say(...end);
				bench.run(MINUTE_MS);
				bench.forget();
			}
			t.true(bench.journal.record.reportOwed);
		}
	});

	test(`P8: an ${model} that tells many times at once that a download goes on by itself is told once to end it`, (t) => {
		const bench = owing(model);
		bench.say(...Array.from({ length: 40 }, () => "+WDSI: 18,50"));
		bench.run(MINUTE_MS);
		t.is(bench.sent.filter(({ line }) => line === "AT+WDSS=1,0").length, 1);
	});

	test(`a session of an ${model}'s pays the report though its beginning was not heard whole, after one that was cut short`, (t) => {
		const bench = owing(model);
		bench.say(AUTHENTICATING, STARTED, "+WDSI: 18,10", ENDED);
		bench.run(MINUTE_MS);
		t.true(bench.journal.record.reportOwed);
		bench.say(STARTED, ENDED);
		bench.run(SECOND_MS);
		t.false(bench.journal.record.reportOwed);
	});

	test(`P1: a session that an ${model} began before the guard stood, and that only its status tells, is ended`, (t) => {
		const bench = new Bench({ model });
		bench.on();
		bench.keepFromModem("AT+WDSG", "+WDSG: 0,3\r\n+WDSG: 1,1\r\n\r\nOK");
		t.true(bench.until("armed"));
		bench.run(5 * SECOND_MS);
		t.true(bench.traffic.includes("> AT+WDSS=1,0"));
	});

	test(`P6: an ${model} that tells a package's size, or that one is down, while the product monitors, has its session ended`, (t) => {
		for (const said of ["+WDSI: 9,1000", "+WDSI: 18,10", "+WDSI: 10"]) {
			const bench = owing(model);
			bench.say(said);
			bench.run(5 * SECOND_MS);
			t.true(bench.traffic.includes("> AT+WDSS=1,0"), said);
		}
	});

	test(`P4: an ${model} whose port goes is unguarded once, at once, and nothing is asked of it any more`, (t) => {
		for (const bootMs of [10 * SECOND_MS, 2 * SECOND_MS]) {
			const bench = new Bench({ model, behaviour: { bootMs } });
			bench.on();
			bench.run(5 * SECOND_MS);
			bench.forget();
			bench.product.wire.unplug();
			bench.run(SECOND_MS);
			t.like(bench.the("unguarded"), { reason: "no-modem" });
			bench.run(5 * HOUR_MS);
			t.is(bench.events.length, 1);
			t.deepEqual(bench.sent, []);
		}
	});

	test(`an ${model} that was unguarded for its silence is not told so once more when its port goes`, (t) => {
		const bench = new Bench({ model, behaviour: { bootMs: 45 * SECOND_MS } });
		bench.on();
		bench.run(35 * SECOND_MS);
		t.is(bench.of("unguarded").length, 1);
		bench.product.wire.unplug();
		bench.run(HOUR_MS);
		t.is(bench.of("unguarded").length, 1);
	});
}
