// Requirements: P6, R6
import test from "ava";
import { Bench, LONG_OFF_MS, MINUTE_MS } from "../support/bench.js";
import { SECOND_BYTES, VERSIONS } from "../support/orders.js";

for (const model of ["HL7692", "HL7800"] as const)
	test(`P6: an ${model} that was left with half of a wrong package takes the right one once that job is cancelled`, (t) => {
		const bench = new Bench({ model });
		bench.job(VERSIONS[model][2], SECOND_BYTES);
		bench.usedThenOff(LONG_OFF_MS);
		bench.on("first");
		t.true(bench.until("closed"));
		t.like(bench.of("closed")[0], { outcome: "failed", reason: "wrong-size" });
		bench.product.server.cancelJobs();
		bench.job();
		bench.run(10 * MINUTE_MS);
		bench.cut(LONG_OFF_MS);
		bench.forget();
		bench.on();
		t.true(bench.until("closed"));
		t.like(bench.of("closed")[0], { outcome: "updated" });
		t.is(bench.product.modemFlash.version, VERSIONS[model][1]);
	});
