// Requirements: P7, R4
/**
 * P7: a version that nobody ordered is told. Method: the modem's install ends in another version, and the power goes between the
 * reading of that version and the end of the window; the next boots are watched for the word.
 */
import test from "ava";
import { Bench, BRIEF_OFF_MS, LONG_OFF_MS, MINUTE_MS } from "../support/bench.js";
import { VERSIONS } from "../support/orders.js";
import { orderedThenOff } from "./boots.js";

for (const offMs of [BRIEF_OFF_MS, LONG_OFF_MS])
	test(`P7: a modem in a version nobody ordered is called mixed though the power failed before it could be said, for ${offMs} ms`, (t) => {
		const bench = new Bench({ model: "HL7800", behaviour: { install: "wrong", installMs: 20_000 } });
		bench.job();
		orderedThenOff(bench, LONG_OFF_MS);
		bench.on();
		t.true(bench.clock.runUntil(() => bench.of("element").length > 0, 60 * MINUTE_MS));
		t.like(bench.the("element"), { outcome: "wrong-version" });
		t.is(bench.of("closed").length, 0);
		bench.cut(offMs);
		bench.forget();
		bench.on();
		t.true(bench.until("released"));
		t.like(bench.the("decided"), { window: "recover", reason: "journal-open" });
		t.like(bench.the("recovered"), { set: "mixed", reason: "wrong-version" });
		t.like(bench.the("element"), { outcome: "wrong-version" });
		t.not(bench.product.modemFlash.version, VERSIONS.HL7800[1]);
		bench.run(10 * MINUTE_MS);
		t.false(bench.journal.open);
		t.deepEqual(bench.faults(), []);
		// It is said once: then the product goes on in what it has.
		bench.cut(BRIEF_OFF_MS);
		bench.forget();
		bench.on();
		t.is(bench.the("decided").window, "closed");
	});
