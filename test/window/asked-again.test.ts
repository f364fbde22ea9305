// Requirements: P5, P6, R6
/** P6: what is asked for once more, or not answered to, may be another package; the journal does not take it for ours before its size is told. */
import test from "ava";
import { Bench, type BenchOptions, LONG_OFF_MS, MINUTE_MS, SECOND_MS } from "../support/bench.js";
import { FIRST_BYTES, VERSIONS } from "../support/orders.js";
import { digestOf, orderedThenOff } from "./boots.js";

for (const model of ["HL7692", "HL7800"] as const) {
	/** In the middle of a download whose size was told. */
	function downloading(): Bench {
		const bench = new Bench({ model });
		bench.job();
		orderedThenOff(bench, LONG_OFF_MS);
		bench.on();
		bench.clock.runUntil(() => bench.journal.record.package === "matched", 10 * MINUTE_MS);
		return bench;
	}
	const accepts = (bench: Bench): number => bench.sent.filter(({ line }) => line === "AT+WDSR=3").length;

	test(`P6: an ${model} that asks for a download again: its journal forgets the size until bytes come without a new one`, (t) => {
		const bench = downloading();
		t.is(bench.journal.record.package, "matched");
		const before = accepts(bench);
		bench.say("+WDSI: 2");
		t.true(bench.clock.runUntil(() => accepts(bench) > before, MINUTE_MS));
		t.is(bench.journal.record.package, "accepted");
		bench.until("closed");
		t.is(bench.the("closed").outcome, "updated");
		t.deepEqual(bench.faults(), []);
	});

	test(`P6: an ${model} that asks for another package in the same window, and loses power before its size: nothing of it is installed`, (t) => {
		const bench = downloading();
		const before = accepts(bench);
		bench.say("+WDSI: 2");
		bench.clock.runUntil(() => accepts(bench) > before, MINUTE_MS);
		bench.cut(LONG_OFF_MS);
		t.not(bench.journal.record.package, "matched");
		bench.forget();
		bench.product.server.cancelJobs();
		bench.job(VERSIONS[model][1], FIRST_BYTES + 1);
		bench.on();
		bench.until("released");
		t.is(bench.product.modemFlash.version, VERSIONS[model][0]);
		t.false(bench.sent.some(({ line }) => line === "AT+WDSR=4"));
	});

	/** A window goes on where an earlier one had accepted a package of the order's size, and a part of it is there. */
	function goingOn(behaviour: BenchOptions["behaviour"] = {}): Bench {
		const bench = new Bench({ model, behaviour });
		bench.job();
		orderedThenOff(bench, LONG_OFF_MS);
		bench.on();
		bench.clock.runUntil(() => bench.journal.record.package === "matched", 10 * MINUTE_MS);
		bench.run(SECOND_MS);
		bench.cut(LONG_OFF_MS);
		bench.forget();
		return bench;
	}

	test(`P6: an ${model} that does not answer to a download is not taken to have what it did not tell the size of`, (t) => {
		const bench = new Bench({ model });
		bench.job();
		orderedThenOff(bench, LONG_OFF_MS);
		bench.keepFromModem("AT+WDSR=3");
		bench.on();
		t.true(bench.clock.runUntil(() => accepts(bench) > 0, 10 * MINUTE_MS));
		bench.run(30 * SECOND_MS);
		bench.say("+WDSI: 18,10");
		t.true(bench.until("closed", MINUTE_MS));
		t.like(bench.the("closed"), { outcome: "failed", reason: "unidentified-package" });
	});

	test(`an ${model} that does not answer to a download whose size is known goes on with it, and is updated`, (t) => {
		const bench = goingOn({ resumeTellsSize: false, sessionStartMs: 40 * SECOND_MS });
		const end = bench.keepFromModem("AT+WDSR=3");
		bench.on();
		t.true(bench.clock.runUntil(() => accepts(bench) > 0, 10 * MINUTE_MS));
		end();
		t.true(bench.until("closed"));
		t.like(bench.the("closed"), { outcome: "updated" });
		t.deepEqual(bench.faults(), []);
	});

	test(`P5: an ${model} that tells another size is blamed for it where it may have accepted our download, not where it refused that`, (t) => {
		for (const [answer, answeredMs, reason] of [
			["", 20 * SECOND_MS, "wrong-size"],
			["ERROR", 10, "foreign-package"],
		] as const) {
			const bench = new Bench({ model });
			bench.job();
			orderedThenOff(bench, LONG_OFF_MS);
			bench.keepFromModem("AT+WDSR=3", answer);
			bench.on();
			t.true(bench.clock.runUntil(() => accepts(bench) > 0, 10 * MINUTE_MS));
			bench.run(answeredMs);
			bench.say(`+WDSI: 9,${FIRST_BYTES + 1}`);
			t.true(bench.until("closed", MINUTE_MS));
			t.like(bench.the("closed"), { outcome: "failed", reason });
		}
	});

	test(`P6: another size that an ${model} tells before it refuses the download stays known when it has refused`, (t) => {
		const bench = new Bench({ model });
		bench.job();
		orderedThenOff(bench, LONG_OFF_MS);
		bench.journal.keepUnder({ digest: digestOf(bench), element: "modem", to: VERSIONS[model][1] });
		bench.journal.write({ package: "matched" });
		bench.keepFromModem("AT+WDSR=3", `+WDSI: 9,${FIRST_BYTES + 1}\r\n\r\nERROR`);
		bench.on();
		t.true(bench.until("closed"));
		t.is(bench.the("closed").outcome, "failed");
		t.is(bench.journal.record.package, "foreign");
	});

	test(`P6: what an ${model} asks for in a session may be new: bytes without a size are not the package that was known before`, (t) => {
		const bench = new Bench({ model });
		orderedThenOff(bench, LONG_OFF_MS);
		bench.journal.keepUnder({ digest: digestOf(bench), element: "modem", to: VERSIONS[model][1] });
		bench.journal.write({ package: "matched" });
		bench.on();
		t.true(bench.clock.runUntil(() => bench.sent.some(({ line }) => line === "AT+WDSS=1,1"), MINUTE_MS));
		bench.say("+WDSI: 4", "+WDSI: 6", "+WDSI: 2", "+WDSI: 18,10");
		t.true(bench.until("closed", SECOND_MS));
		t.like(bench.the("closed"), { outcome: "failed", reason: "unidentified-package" });
	});

	test(`P6: a download that an ${model} asks for is put off where the answer before could not be journaled`, (t) => {
		const bench = new Bench({ model });
		orderedThenOff(bench, LONG_OFF_MS);
		bench.on();
		t.true(bench.clock.runUntil(() => bench.sent.some(({ line }) => line === "AT+WDSS=1,1"), MINUTE_MS));
		bench.product.flash.failing = true;
		bench.say("+WDSI: 4", "+WDSI: 6", "+WDSI: 2", "+WDSI: 2");
		t.true(bench.until("closed", MINUTE_MS));
		t.like(bench.the("closed"), { outcome: "failed", reason: "journal-not-writable" });
		t.is(accepts(bench), 0);
		t.true(bench.sent.some(({ line }) => line === "AT+WDSR=2,1440"));
	});
}
