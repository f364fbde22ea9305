// Requirements: P4, P5, P7, R5
/** P4: each step of a set has its time, and so has the whole: when it is over the set goes back, and monitoring starts. */
import test from "ava";
import { BRIEF_OFF_MS, LONG_OFF_MS, MINUTE_MS, SECOND_MS } from "../support/bench.js";
import { SetBench, type SetOptions } from "../support/set-bench.js";
import { watchBoot } from "./watch.js";
import { untilState } from "./window-steps.js";

const powerOff = (bench: SetBench, name: string): void =>
	bench.product.processors.find((each) => each.name === name)?.processor.powerOff();

const STEPS: readonly {
	what: string;
	options: SetOptions;
	closed: string;
	side: "old" | "mixed";
	atMost: number;
}[] = [
	{
		what: "an upload that takes longer than the time until the install has to be sent",
		options: {
			model: "HL7800",
			behaviours: { sensor: { answerDelayMs: 1_900 } },
			bench: { policy: { windowMs: 17 * MINUTE_MS } },
		},
		closed: "deadline no-time-to-install",
		side: "old",
		atMost: 75 * SECOND_MS,
	},
	{
		what: "a swap that takes longer than a trial may",
		options: { model: "HL7800", source: "none", bench: { policy: { trialWithinMs: 10 * SECOND_MS } } },
		closed: "failed trial-failed",
		side: "old",
		atMost: 90 * SECOND_MS,
	},
	{
		what: "a swap that ends while an upload, an install and a trial have used the window up",
		options: {
			model: "HL7800",
			source: "none",
			behaviours: { sensor: { swapMs: 45_000 } },
			bench: { policy: { windowMs: 90 * SECOND_MS } },
		},
		closed: "mixed not-rejected",
		side: "mixed",
		atMost: 101 * SECOND_MS,
	},
	{
		what: "a going back that takes longer than it may",
		options: {
			model: "HL7800",
			source: "none",
			behaviours: { display: { images: { "1.1.0": "keeps-itself" } } },
			bench: { policy: { rejectWithinMs: 5 * SECOND_MS } },
		},
		closed: "mixed not-rejected",
		side: "mixed",
		atMost: 60 * SECOND_MS,
	},
];

for (const { what, options, closed, side, atMost } of STEPS)
	test(`P4: ${what}: ${closed}, and monitoring starts`, (t) => {
		const bench = new SetBench(options);
		bench.orderedThenOff(LONG_OFF_MS);
		const boot = watchBoot(bench);
		const { outcome, reason } = bench.the("closed");
		t.is(`${outcome} ${reason}`, closed);
		t.is(boot.side, side);
		t.deepEqual(boot.faults, []);
		t.true(boot.releasedAfterMs <= atMost, `${boot.releasedAfterMs} ms`);
		bench.cut(BRIEF_OFF_MS);
		t.deepEqual(watchBoot(bench).faults, []);
		t.is(bench.side, "old");
	});

test("P4: an accepting that takes longer than it may goes back", (t) => {
	const bench = new SetBench({ model: "HL7800", bench: { policy: { acceptWithinMs: 3 * SECOND_MS } } });
	bench.orderedThenOff(LONG_OFF_MS);
	bench.on();
	untilState(bench, "accepting");
	const sensor = bench.product.processors[0]?.processor;
	sensor?.powerOff();
	bench.run(4 * SECOND_MS);
	// It comes back by itself, in its old version.
	sensor?.powerOn();
	t.true(bench.until("released"));
	t.like(bench.the("closed"), { outcome: "failed", reason: "not-accepted" });
	t.is(bench.side, "old");
});

test("P7: an element that is not back within `recoverWithin` is told, its swap is left alone, and a later boot is whole", (t) => {
	const bench = new SetBench({
		model: "HL7800",
		source: "none",
		others: ["sensor", "display"],
		behaviours: { display: { swapMs: 90_000, answerDelayMs: 200 } },
	});
	bench.orderedThenOff(LONG_OFF_MS);
	bench.on();
	untilState(bench, "accepting");
	bench.run(30);
	bench.cut(BRIEF_OFF_MS);
	const boot = watchBoot(bench);
	t.is(boot.said, "recover mixed");
	t.true(boot.releasedAfterMs <= 60 * SECOND_MS);
	t.deepEqual(boot.faults, []);
	const told = bench.of("element").map(({ element, is }) => `${element} ${is}`);
	t.deepEqual(told, ["sensor 1.0.0", "display "]);
	t.deepEqual(bench.versions.display, "1.0.0", "the swap ended while the product monitored");
	bench.cut(BRIEF_OFF_MS);
	const next = watchBoot(bench);
	t.is(next.said, "recover old");
	t.deepEqual(next.faults, []);
	t.is(bench.side, "old");
});

test("P7: our own MCU goes back though another element is silent, and the restart takes no more time than there was", (t) => {
	const bench = new SetBench({
		model: "HL7800",
		source: "none",
		others: ["sensor", "self"],
		behaviours: { sensor: { answerDelayMs: 200 } },
	});
	bench.orderedThenOff(LONG_OFF_MS);
	bench.on();
	untilState(bench, "accepting");
	bench.run(30);
	bench.cut(BRIEF_OFF_MS);
	bench.forget();
	const onMs = bench.clock.now();
	bench.on();
	powerOff(bench, "sensor");
	t.true(bench.of("restart").length === 1 || bench.until("restart", MINUTE_MS));
	t.true((bench.journal.record.restart?.remainingMs ?? Number.NaN) <= 60 * SECOND_MS);
	t.true(bench.until("released"));
	t.true(bench.clock.now() - onMs <= 61 * SECOND_MS);
	t.is(bench.the("recovered").set, "mixed");
	t.is(bench.versions.self, "1.0.0");
});

test("P4: an orderly power-off in a trial ends at once, starts no MCU again, and the next boot is whole", (t) => {
	for (const state of ["trial", "accepting", "rejecting"]) {
		const bench = new SetBench({
			model: "HL7800",
			source: "none",
			behaviours: state === "rejecting" ? { display: { images: { "1.1.0": "crashes" } } } : {},
		});
		bench.orderedThenOff(LONG_OFF_MS);
		bench.on();
		untilState(bench, state);
		const restarts = bench.of("restart").length;
		const offMs = bench.clock.now();
		let isOff = false;
		bench.product.switchOff(() => {
			isOff = true;
		});
		bench.clock.runUntil(() => isOff, MINUTE_MS);
		t.true(bench.clock.now() - offMs <= 2 * SECOND_MS, state);
		t.is(bench.of("restart").length, restarts, state);
		t.is(bench.the("closed").outcome, "mixed", state);
		const own = bench.of("element").find(({ element }) => element === "self");
		// On trial it goes back without power: nobody may be told that it was updated.
		if (state === "trial") t.is(own?.outcome, "failed");
		bench.run(BRIEF_OFF_MS);
		const boot = watchBoot(bench);
		t.is(boot.said, "recover old", state);
		t.deepEqual(boot.faults, [], state);
	}
});

test("P5: an orderly power-off while images that were accepted go back tells none of them as updated", (t) => {
	for (const afterMs of [0, 3, 500, 5 * SECOND_MS]) {
		const bench = new SetBench({
			model: "HL7800",
			others: ["sensor", "display"],
			bench: { behaviour: { install: "fail" } },
		});
		bench.orderedThenOff(LONG_OFF_MS);
		bench.on();
		untilState(bench, "rejecting");
		bench.run(afterMs);
		const told = bench.of("element").length;
		bench.product.switchOff();
		bench.run(5 * SECOND_MS);
		const outcomes = bench.of("element").map(({ element, outcome }) => `${element} ${outcome}`);
		t.is(told, 0, `after ${afterMs} ms`);
		t.is(outcomes.length, 3);
		t.deepEqual(
			outcomes.filter((each) => each.endsWith("updated")),
			[],
			`after ${afterMs} ms`,
		);
		bench.run(BRIEF_OFF_MS);
		const boot = watchBoot(bench);
		t.is(boot.said, "recover old");
		t.deepEqual(boot.faults, []);
	}
});

test("P4: a journal that takes no writes does not hold monitoring back while the set goes back", (t) => {
	const bench = new SetBench({
		model: "HL7800",
		source: "none",
		behaviours: { display: { images: { "1.1.0": "keeps-itself" } } },
	});
	bench.orderedThenOff(LONG_OFF_MS);
	bench.on();
	untilState(bench, "rejecting");
	bench.run(SECOND_MS);
	bench.product.flash.failing = true;
	const failingMs = bench.clock.now();
	t.true(bench.until("released"));
	t.true(bench.clock.now() - failingMs < MINUTE_MS);
	t.is(bench.the("closed").outcome, "mixed");
	bench.product.flash.failing = false;
	bench.cut(BRIEF_OFF_MS);
	t.is(watchBoot(bench).said, "recover old");
	t.is(bench.side, "old");
});
