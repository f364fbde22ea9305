// Requirements: P6, R6
/** P6: what is asked for once more may be another package; the journal does not take it for ours before its size is told. */
import test from "ava";
import { Bench, LONG_OFF_MS, MINUTE_MS } from "../support/bench.js";
import { FIRST_BYTES, VERSIONS } from "../support/orders.js";
import { orderedThenOff } from "./boots.js";

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
}
