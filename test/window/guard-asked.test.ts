// Requirements: P1, P6, P7, R6, R17
/** What the guard does with what a modem asks, or has done unasked: it puts it off, journals what that proves, and tells the rest. */
import test from "ava";
import { Bench, type BenchOptions, BRIEF_OFF_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../support/bench.js";
import { FIRST_BYTES, VERSIONS } from "../support/orders.js";
import { leaveSent, orderedThenOff } from "./boots.js";

/** By the number of the `+WDSI` that asks, the reply that puts off. */
const DELAYS = { 1: 0, 2: 2, 3: 5, 24: 7, 25: 9 } as const;
const INSTALL = "+WDSI: 3";
const RESTARTED = "+KSUP: 0";

const packageOf = (version: string) =>
	({ jobId: 0, version, sizeBytes: FIRST_BYTES, install: null, fault: "none" }) as const;
const delays = (bench: Bench): string[] =>
	bench.sent.map(({ line }) => line).filter((line) => line.startsWith("AT+WDSR"));

function monitoring(options: BenchOptions): Bench {
	const bench = new Bench(options);
	bench.on();
	bench.run(MINUTE_MS);
	bench.forget();
	return bench;
}

/** An install was sent, its recovery ended without a word of the modem, and this came up later, in the old version. */
function unanswered(options: BenchOptions, change: (bench: Bench) => void = () => {}): Bench {
	const bench = new Bench({ ...options, behaviour: { bootMs: 90 * SECOND_MS, ...options.behaviour } });
	orderedThenOff(bench, BRIEF_OFF_MS);
	leaveSent(bench);
	change(bench);
	bench.on();
	bench.until("recovered");
	bench.run(5 * MINUTE_MS);
	return bench;
}

for (const model of ["HL7692", "HL7800"] as const) {
	const [from, to] = VERSIONS[model];

	test(`P1: an ${model} is answered each time that it asks, first with the longest delay, then with its own`, (t) => {
		for (const [event, reply] of Object.entries(DELAYS)) {
			// It has asked nothing, and so refuses every answer.
			const bench = monitoring({ model });
			for (let time = 0; time < 2; time++) {
				bench.forget();
				bench.say(`+WDSI: ${event}`);
				bench.run(MINUTE_MS);
				t.deepEqual(delays(bench), [`AT+WDSR=${reply},1440`, `AT+WDSR=${reply},30`]);
				t.is(bench.of("refused").length, 0, "what it would not take is not told");
			}
		}
	});

	test(`P1: an ${model} that takes no long delay is put off by its own, and that is told`, (t) => {
		const bench = monitoring({ model, behaviour: { replyWithoutRequest: "ok" } });
		bench.keepFromModem("AT+WDSR=5,1440", "ERROR");
		bench.say(INSTALL);
		bench.run(MINUTE_MS);
		t.like(bench.the("refused"), { request: "install", by: "delay", minutes: 30 });
	});

	test(`P6: a download that an ${model} has been offered, and does not ask about, is put off as soon as it is armed`, (t) => {
		for (const isOffered of [true, false]) {
			const bench = new Bench({ model, behaviour: { startRequestDelayMs: HOUR_MS } });
			bench.usedThenOff(BRIEF_OFF_MS);
			if (isOffered)
				bench.product.modemFlash.download = {
					package: packageOf(to),
					receivedBytes: FIRST_BYTES / 2,
					pausedBy: "power",
				};
			bench.on();
			bench.run(MINUTE_MS);
			t.deepEqual(delays(bench), isOffered ? ["AT+WDSR=2,1440"] : []);
		}
	});

	test(`P1: an ${model} that refuses an agreement is unguarded, by its name, and armed once it takes it`, (t) => {
		const bench = new Bench({ model });
		const end = bench.keepFromModem("AT+WDSC=1,1", "ERROR");
		bench.on();
		bench.run(MINUTE_MS);
		t.like(bench.the("unguarded"), { reason: "refused WDSC=1" });
		t.is(bench.of("armed").length, 0);
		end();
		bench.run(11 * MINUTE_MS);
		t.is(bench.of("armed").length, 1);
		t.is(bench.of("unguarded").length, 1);
	});

	test(`P1: an ${model} that restarts often is read once every \`guardEvery\`, as one that never does`, (t) => {
		const bench = monitoring({ model });
		for (let time = 0; time < 10; time++) {
			bench.say(RESTARTED);
			bench.run(20 * SECOND_MS);
		}
		bench.forget();
		bench.run(HOUR_MS);
		t.is(bench.sent.filter(({ line }) => line === "AT+WDSC?").length, 6);
	});

	test(`P1: an ${model} that restarts while its agreements are read is read as often as before`, (t) => {
		const bench = monitoring({ model });
		for (let time = 0; time < 5; time++) {
			const reads = bench.sent.length;
			t.true(
				bench.clock.runUntil(
					() => bench.sent.slice(reads).some(({ line }) => line === "AT+WDSC?"),
					11 * MINUTE_MS,
				),
			);
			bench.say(RESTARTED);
			bench.run(MINUTE_MS);
		}
		bench.forget();
		bench.run(HOUR_MS);
		t.is(bench.sent.filter(({ line }) => line === "AT+WDSC?").length, 6);
	});

	test(`P7: an install whose end nobody knew did not happen where an ${model} asks for it in its old version`, (t) => {
		const bench = unanswered({ model }, ({ product }) => {
			product.modemFlash.stored = packageOf(to);
		});
		t.like(bench.the("recovered"), { set: "mixed", reason: "no-answer" });
		t.true(bench.of("refused").some(({ request }) => request === "install"));
		t.like(bench.journal.record, { step: "none", seen: from });
		t.is(bench.of("uninvited").length, 0);
		bench.cut(BRIEF_OFF_MS);
		bench.forget();
		bench.on();
		t.is(bench.the("decided").window, "closed", "monitoring is not held back once more");
	});

	test(`P7: what an ${model} says of an install of ours whose end nobody knew is no install that nobody ordered`, (t) => {
		for (const said of ["+WDSI: 14", "+WDSI: 15", "+WDSI: 16"]) {
			const bench = unanswered({ model, behaviour: { replyWithoutRequest: "ok" } });
			for (const line of [said, RESTARTED, INSTALL, RESTARTED]) {
				bench.say(line);
				bench.run(MINUTE_MS);
			}
			t.is(bench.journal.record.step, "none");
			t.is(bench.of("uninvited").length, 0, said);
		}
	});

	test(`P7: what was accepted beside an ${model} whose install did not happen has still to go back`, (t) => {
		const sensor = { name: "sensor", from: "1.0.0", fromHash: "a", to: "1.1.0", toHash: "b" };
		const bench = unanswered({ model }, ({ product, journal }) => {
			journal.write({ others: [sensor] });
			product.modemFlash.stored = packageOf(to);
		});
		t.like(bench.journal.record, { step: "commit", seen: from });
		bench.cut(BRIEF_OFF_MS);
		bench.forget();
		bench.on();
		t.is(bench.the("decided").window, "recover");
	});

	test(`P7: neither another request of an ${model}'s nor an install that it will not put off says how an install ended`, (t) => {
		for (const [replyWithoutRequest, said] of [
			["ok", ["+WDSI: 1", "+WDSI: 2", "+WDSI: 24", "+WDSI: 25"]],
			["error", [INSTALL]],
		] as const) {
			const bench = unanswered({ model, behaviour: { replyWithoutRequest } });
			bench.forget();
			bench.say(...said);
			bench.run(MINUTE_MS);
			t.true(delays(bench).length > 0);
			t.is(bench.journal.record.step, "sent");
		}
	});

	test(`P7: the version that an ${model} had before it restarted does not say how an install ended`, (t) => {
		const bench = unanswered({ model, behaviour: { replyWithoutRequest: "ok" } });
		t.is(bench.journal.record.step, "sent");
		bench.product.modemFlash.version = to;
		bench.say(RESTARTED, INSTALL);
		bench.run(MINUTE_MS);
		t.true(delays(bench).includes("AT+WDSR=5,1440"));
		t.is(bench.journal.record.step, "sent");
		t.is(bench.of("uninvited").length, 0);
	});

	test(`P1: an install that an ${model} began unasked is told though it ends in the old version, and once`, (t) => {
		for (const said of ["+WDSI: 14", "+WDSI: 15", "+WDSI: 16"]) {
			const bench = monitoring({ model });
			bench.say(said, RESTARTED);
			bench.run(MINUTE_MS);
			t.like(bench.the("uninvited"), { from, is: from }, said);
			bench.say(RESTARTED);
			bench.run(MINUTE_MS);
			t.is(bench.of("uninvited").length, 1, said);
		}
	});

	test(`P1: an ${model}'s install that nobody ordered is told once, though its end is said after its version was read`, (t) => {
		for (const end of ["+WDSI: 15", "+WDSI: 16"])
			for (const began of [["+WDSI: 14"], []]) {
				const bench = monitoring({ model });
				bench.say(...began);
				bench.product.modemFlash.version = to;
				bench.say(RESTARTED);
				bench.run(MINUTE_MS);
				t.like(bench.the("uninvited"), { from, is: to });
				bench.say(end, end);
				bench.run(20 * HOUR_MS);
				bench.say(RESTARTED);
				bench.run(MINUTE_MS);
				t.is(bench.of("uninvited").length, 1, `${began} ${end}`);
				bench.say(end);
				bench.run(MINUTE_MS);
				t.is(bench.of("uninvited").length, 2, "another one's end, a day later");
			}
	});

	test(`P1: an install of which an ${model} says nothing but its end is told at once`, (t) => {
		for (const said of ["+WDSI: 15", "+WDSI: 16"]) {
			const bench = monitoring({ model });
			bench.say(said, said);
			bench.run(10 * SECOND_MS);
			t.like(bench.the("uninvited"), { from, is: from }, said);
			bench.run(20 * HOUR_MS);
			t.is(bench.of("uninvited").length, 1, said);
		}
	});

	test(`an ${model} that tells late how our own install ended has installed nothing unasked`, (t) => {
		for (const said of ["+WDSI: 15", "+WDSI: 16"]) {
			const bench = new Bench({ model });
			orderedThenOff(bench, BRIEF_OFF_MS);
			bench.journal.write({ reportOwed: true });
			bench.on();
			bench.run(MINUTE_MS);
			bench.say(said);
			bench.run(MINUTE_MS);
			bench.say(RESTARTED);
			bench.run(MINUTE_MS);
			t.is(bench.of("uninvited").length, 0, said);
		}
	});
}
