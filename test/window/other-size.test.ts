// Requirements: P5, P6, R4, R6
import test from "ava";
import { Bench, HOUR_MS, LONG_OFF_MS, MINUTE_MS } from "../support/bench.js";
import { FIRST_BYTES, VERSIONS } from "../support/orders.js";

const model = "HL7800";

/** Goes on until the statechart is in a state of this name. */
function untilState(bench: Bench, name: string): boolean {
	return bench.clock.runUntil(
		() => bench.of("state").some(({ value }) => JSON.stringify(value).includes(`"${name}"`)),
		HOUR_MS,
	);
}

test("P6: another size that the guard hears makes a package that had matched a foreign one", (t) => {
	const bench = new Bench({ model });
	bench.job();
	bench.usedThenOff(LONG_OFF_MS);
	bench.on("first");
	t.true(untilState(bench, "downloaded"));
	bench.cut(MINUTE_MS);
	bench.on();
	t.true(bench.until("armed"));
	bench.say("+WDSI: 4", "+WDSI: 6", `+WDSI: 9,${FIRST_BYTES + 1}`);
	bench.run(MINUTE_MS);
	t.is(bench.journal.record.package, "foreign");
	bench.cut(LONG_OFF_MS);
	bench.forget();
	bench.on();
	t.true(bench.until("released"));
	t.like(bench.of("closed")[0], { outcome: "failed", reason: "foreign-package" });
	t.false(bench.accepting.includes("AT+WDSR=4"));
	t.is(bench.product.modemFlash.version, VERSIONS[model][0]);
});

test("P5: another size after the download is not passed over", (t) => {
	const bench = new Bench({ model });
	bench.job();
	bench.usedThenOff(LONG_OFF_MS);
	bench.on("first");
	t.true(untilState(bench, "downloaded"));
	bench.say(`+WDSI: 9,${FIRST_BYTES + 1}`);
	t.true(bench.until("released"));
	t.like(bench.of("closed")[0], { outcome: "failed", reason: "wrong-size" });
	t.false(bench.accepting.includes("AT+WDSR=4"));
});
