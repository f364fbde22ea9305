// Requirements: P1, P2, P3, P5, R1, R2, R3, R4, R7
import test from "ava";
import { Bench, BRIEF_OFF_MS, HOUR_MS, LONG_OFF_MS, MINUTE_MS } from "../support/bench.js";
import { VERSIONS } from "../support/orders.js";

for (const model of ["HL7692", "HL7800"] as const) {
	test(`P2, P5: after ten minutes off an ${model} takes exactly the ordered version and is read back`, (t) => {
		const bench = new Bench({ model });
		bench.job();
		bench.usedThenOff(LONG_OFF_MS);
		bench.on("first");
		t.true(bench.until("armed"));
		t.like(bench.of("decided")[0], { window: "open", reason: "off-long-enough" });
		t.like(bench.of("element")[0], {
			from: VERSIONS[model][0],
			to: VERSIONS[model][1],
			is: VERSIONS[model][1],
			outcome: "updated",
		});
		t.like(bench.of("closed")[0], { outcome: "updated" });
		t.is(bench.product.modemFlash.version, VERSIONS[model][1]);
		t.deepEqual(
			bench.product.server.jobs.map(({ state }) => state),
			["SUCCESS"],
		);
		bench.cut(LONG_OFF_MS);
		bench.forget();
		bench.on();
		t.true(bench.until("armed"));
		t.like(bench.of("decided")[0], { window: "closed", reason: "nothing-to-do" });
		t.deepEqual(bench.accepting, []);
	});

	test(`P1, P3: after a brief power cut an ${model} product monitors at once and accepts nothing`, (t) => {
		const bench = new Bench({ model });
		bench.job();
		bench.usedThenOff(BRIEF_OFF_MS);
		bench.on("first");
		t.deepEqual(
			bench.events.map(({ event }) => event),
			["order", "decided", "released"],
		);
		t.like(bench.of("decided")[0], { window: "closed", reason: "off-too-short" });
		t.is(bench.product.wire.bytes("to-modem"), bench.product.wire.bytes("to-modem"));
		bench.product.server.notify();
		bench.run(HOUR_MS);
		bench.product.server.notify();
		bench.run(30 * MINUTE_MS);
		t.deepEqual(bench.accepting, []);
		t.is(bench.product.modemFlash.version, VERSIONS[model][0]);
		t.true(bench.of("armed").length > 0);
	});
}
