// Requirements: P7, R5
/**
 * P7: storage that fails in the middle of a set's window, while the power stays; with a power cut it is the search of
 * test/power-cuts that fails each write. Method: the update is run once to count the writes into the MCU's flash; then it is run
 * again with each of them failing, once or from then on; the boots after it are watched.
 */
import test from "ava";
import type { MemoryStore } from "../../hosts/sim/memory-store.js";
import { BRIEF_OFF_MS, HOUR_MS, LONG_OFF_MS } from "../support/bench.js";
import { SetBench, type SetOptions } from "../support/set-bench.js";
import { bootOf, watchBoot } from "./watch.js";

const BOOTS_AFTER = 3;
const TEAR_BYTES = 20;

/** Calls `onWrite` before each write with its number. */
function watchWrites(store: MemoryStore, onWrite: (number: number) => void): void {
	let writes = 0;
	const write = store.write.bind(store);
	store.write = (key, value) => {
		onWrite(++writes);
		write(key, value);
	};
}

const FAULTS: Readonly<Record<string, (bench: SetBench) => void>> = {
	"is torn": ({ product }) => product.flash.tearNextWriteAt(TEAR_BYTES),
	"fails, and all after it,": ({ product }) => {
		product.flash.failing = true;
	},
};

const SETS: readonly SetOptions[] = [
	{ model: "HL7800", source: "none", others: ["sensor", "self"] },
	{ model: "HL7800", source: "local", others: ["sensor", "self"], bench: { behaviour: { install: "fail" } } },
];

for (const options of SETS)
	for (const [what, fail] of Object.entries(FAULTS))
		test(`P7: a write that ${what} in a window of ${options.source === "none" ? "two" : "three, whose modem fails,"} breaks no promise`, (t) => {
			let writes = 0;
			const whole = new SetBench(options);
			whole.orderedThenOff(LONG_OFF_MS);
			watchWrites(whole.product.flash, (number) => {
				writes = number;
			});
			whole.on();
			whole.until("released");
			t.true(writes >= 8, `${writes} writes`);
			for (let at = 1; at <= writes; at++) {
				const bench = new SetBench(options);
				bench.orderedThenOff(LONG_OFF_MS);
				watchWrites(bench.product.flash, (number) => {
					if (number === at) fail(bench);
				});
				const onMs = bench.clock.now();
				bench.on();
				bench.clock.runUntil(() => bench.of("released").length > 0, HOUR_MS);
				const said = `write ${at} of ${writes}`;
				const ended = bootOf(bench, onMs);
				t.deepEqual(ended.faults, [], `${said}: ${ended.said}`);
				bench.product.flash.failing = false;
				bench.cut(at % 2 === 0 ? BRIEF_OFF_MS : LONG_OFF_MS);
				for (let boot = 1; boot <= BOOTS_AFTER; boot++) {
					const after = watchBoot(bench);
					t.deepEqual(after.faults, [], `${said}, boot ${boot}: ${after.said}`);
					bench.cut(BRIEF_OFF_MS);
				}
				t.not(bench.side, "mixed", said);
			}
		});
