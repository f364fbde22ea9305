// Requirements: P4, P7, R5
/**
 * P4: whatever an element does or does not do, the window closes by its deadline and monitoring starts. Method: an element
 * breaks its contract in each verb in each way, in a product that is otherwise sound.
 */
import test from "ava";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { ElementSet } from "../../modules/set/element-set.js";
import { DEFAULT_POLICY } from "../../modules/window/policy.js";
import { LONG_OFF_MS, MINUTE_MS } from "../support/bench.js";
import { SetBench } from "../support/set-bench.js";
import { type Ending, HostileElement, type HostileFlash, VERBS, type VerbName } from "./hostile-element.js";

const ENDINGS: readonly Ending[] = ["soon", "never", "twice", "late", "fails", "lies"];
const CLOSED_WITHIN_MS = DEFAULT_POLICY.windowMs + DEFAULT_POLICY.reportWithinMs + DEFAULT_POLICY.endWithinMs;

interface Hostile {
	bench: SetBench;
	elements: HostileElement[];
	flash: HostileFlash;
}

/** A product whose sensor is the hostile one. */
function hostile(endings: Partial<Record<VerbName, Ending>>, source: "avms" | "none"): Hostile {
	const elements: HostileElement[] = [];
	const flash: HostileFlash = {
		old: { version: "1.0.0", hash: "old" },
		new: { version: "1.1.0", hash: "" },
		running: "old",
		onTrial: false,
	};
	const bench = new SetBench({
		model: "HL7800",
		source,
		others: ["display", "sensor"],
		bench: {
			replaceElements: (ports, clock) =>
				ports.map((port) => {
					if (port.name !== "sensor") return port;
					return {
						...port,
						open: () => {
							const element = new HostileElement({ name: "sensor", clock, endings, flash });
							elements.push(element);
							return element;
						},
					};
				}),
		},
	});
	return { bench, elements, flash };
}

for (const verb of VERBS)
	test(`P4, P7: an element whose ${verb} never ends, ends twice, late, badly or falsely holds nobody back`, (t) => {
		for (const ending of ENDINGS)
			for (const source of ["none", "avms"] as const) {
				// The last verb needs an update that goes back.
				const endings = { [verb]: ending, ...(verb === "reject" ? { accept: "fails" as const } : {}) };
				const { bench, elements, flash } = hostile(endings, source);
				const said = `${ending}, ${source}`;
				bench.orderedThenOff(LONG_OFF_MS);
				const onMs = bench.clock.now();
				bench.on();
				t.true(bench.of("released").length > 0 || bench.until("released", 2 * CLOSED_WITHIN_MS), said);
				t.true(bench.clock.now() - onMs <= CLOSED_WITHIN_MS, said);
				const { outcome } = bench.the("closed");
				const display = bench.versions.display;
				const sensor = flash.onTrial ? "on trial" : flash[flash.running].version;
				const isWhole = display === sensor;
				t.true(isWhole || outcome === "mixed", `${said}: ${outcome}, ${display}, ${sensor}`);
				t.is(outcome === "mixed", bench.journal.open, said);
				t.is(bench.of("element").filter(({ element }) => element === "sensor").length, 1, said);
				const calls = elements.map((element) => element.calls.length);
				t.true(
					elements.every(({ isClosed }) => isClosed),
					said,
				);
				bench.run(10 * MINUTE_MS);
				t.deepEqual(
					elements.map((element) => element.calls.length),
					calls,
					`${said}: nothing is asked of it while the product monitors`,
				);
			}
	});

test("P4: what an element calls twice, or after it was cancelled, counts for nothing", (t) => {
	const clock = new VirtualClock();
	const flash: HostileFlash = {
		old: { version: "1.0.0", hash: "a" },
		new: { version: "1.1.0", hash: "b" },
		running: "old",
		onTrial: false,
	};
	const image = { version: "1.1.0", sizeBytes: 1, sha256: "", hash: "b" };
	const elements = (["twice", "late"] as const).map(
		(ending) =>
			new HostileElement({
				name: ending,
				clock,
				endings: { install: ending, query: "twice" },
				flash: { ...flash },
			}),
	);
	const members = elements.map((element) => ({ element, image, from: ["1.0.0"] }));
	const set = new ElementSet({ members });
	let ends = 0;
	set.inspect(() => ends++);
	t.is(ends, 1);
	set.install(() => ends++);
	t.is(ends, 1, "one of them has not ended");
	set.cancel();
	const calls = elements.map((element) => element.calls.length);
	clock.advance(MINUTE_MS);
	t.is(ends, 1);
	t.deepEqual(
		elements.map((element) => element.calls.length),
		calls,
		"nobody is asked again by an answer that came late",
	);
});
