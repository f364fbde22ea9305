// Requirements: P7, R5, R10
/** P7: the elements of an order move together: all of them run the new versions, or all of them the old ones. */
import test from "ava";
import { BRIEF_OFF_MS, LONG_OFF_MS, MINUTE_MS } from "../support/bench.js";
import { SetBench } from "../support/set-bench.js";

for (const model of ["HL7692", "HL7800"] as const)
	for (const source of ["avms", "local", "none"] as const)
		test(`P7: four elements of a product with an ${model} are updated together, the modem by ${source}`, (t) => {
			const bench = new SetBench({ model, source });
			bench.orderedThenOff(LONG_OFF_MS);
			t.is(bench.side, "old");
			bench.on();
			t.true(bench.until("released"));
			t.like(bench.the("closed"), { outcome: "updated", reason: "read-back" });
			t.is(bench.side, "new");
			bench.run(10 * MINUTE_MS);
			t.false(bench.journal.open);
			bench.cut(LONG_OFF_MS);
			bench.forget();
			bench.on();
			t.like(bench.the("decided"), { window: "closed", reason: "nothing-to-do" });
			bench.cut(BRIEF_OFF_MS);
		});
