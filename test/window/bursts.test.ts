// Requirements: P1, P4, P8
/** A modem that says the same many times at once, and answers nothing meanwhile, does not keep a window from its end, or the guard from its arming. */
import test from "ava";
import { Bench, HOUR_MS, LONG_OFF_MS, MINUTE_MS, SECOND_MS } from "../support/bench.js";
import { orderedThenOff } from "./boots.js";

const OPENS = "AT+WDSS=1,1";

/** A window that has asked for its session. */
function connecting(model: Bench["model"]): Bench {
	const bench = new Bench({ model });
	orderedThenOff(bench, LONG_OFF_MS);
	bench.on();
	bench.clock.runUntil(() => bench.sent.some(({ line }) => line === OPENS), HOUR_MS);
	bench.run(SECOND_MS);
	return bench;
}

for (const model of ["HL7692", "HL7800"] as const) {
	for (const times of [8, 12, 40])
		test(`P4, P8: an ${model} that is deaf and says ${times} times at once that it is ready fails no window by that, and is armed in the end`, (t) => {
			const bench = connecting(model);
			const hears = bench.keepFromModem("AT");
			bench.say(...Array.from({ length: times }, () => "+WDSI: 0"));
			bench.run(40 * SECOND_MS);
			hears();
			bench.run(15 * MINUTE_MS);
			t.like(bench.the("closed"), { outcome: "failed", reason: "no-job" });
			t.true(bench.of("armed").length > 0);
			t.deepEqual(bench.faults(), []);
		});

	test(`P8: an ${model} that says many times at once that it is ready is not asked as often for its status`, (t) => {
		const bench = connecting(model);
		bench.forget();
		bench.say(...Array.from({ length: 40 }, () => "+WDSI: 0"));
		bench.run(5 * SECOND_MS);
		const reads = bench.sent.filter(({ line }) => line === "AT+WDSG").length;
		t.true(reads >= 1 && reads <= 3, `${reads}`);
	});
}
