// Requirements: P7, P8, R11
/**
 * Goal: wherever the power goes, and whatever the line does, a processor ends up with one of the two images, running, and
 * `reject` brings the old one back for good. Method: the same update again and again, cut a little later each time; and
 * updates over a line that loses and changes bytes, by a seed.
 */
import test from "ava";
import fc from "fast-check";
import type { ProcessorBehaviour } from "../../hosts/emulator/processor-behaviour.js";
import { isValidImage } from "../../hosts/emulator/processor-image.js";
import { NEW_IMAGE, OLD_IMAGE, ProcessorBench, type Verb } from "../smp/processor-bench.js";

const BEHAVIOUR: Partial<ProcessorBehaviour> = {
	swapMs: 4_000,
	eraseMs: 500,
	bootMs: 300,
	bufferBytes: 1_024,
};
const STEPS: readonly Verb[] = ["upload", "install", "accept"];
const SETTLE_MS = 60_000;

/** Runs the steps one after the other until they end or the power goes at `cutMs`; gives the steps that ended well. */
function runUntil(bench: ProcessorBench, steps: readonly Verb[], cutMs: number): Verb[] {
	const ended: Verb[] = [];
	const next = (): void => {
		const step = steps[ended.length];
		if (!step) return;
		bench.begin(step, step === "reject" ? OLD_IMAGE : NEW_IMAGE, (error) => {
			if (error) return;
			ended.push(step);
			next();
		});
	};
	next();
	bench.clock.advance(cutMs);
	return ended;
}

/** How long the steps take, uncut. */
function lengthOf(steps: readonly Verb[], prepare: (bench: ProcessorBench) => void): number {
	const bench = new ProcessorBench({ behaviour: BEHAVIOUR });
	prepare(bench);
	const beganMs = bench.clock.now();
	for (const step of steps) bench.run(step);
	return bench.clock.now() - beganMs;
}

function cutPoints(totalMs: number): number[] {
	// The first 200 ms hold the upload, a line each; the rest is mostly the swap.
	const early = Array.from({ length: 200 }, (_, i) => i);
	const late = Array.from({ length: 150 }, (_, i) => Math.floor(200 + (i * (totalMs + 500 - 200)) / 150));
	return [...early, ...late];
}

for (const offMs of [1_000, 3_600_000])
	test(`P7: power is cut for ${offMs / 1_000} s at any instant of an update: one of the two images runs, and reject brings back the old one`, (t) => {
		const totalMs = lengthOf(STEPS, () => {});
		const seen = new Set<string>();
		for (const cutMs of cutPoints(totalMs)) {
			const bench = new ProcessorBench({ behaviour: BEHAVIOUR });
			const ended = runUntil(bench, STEPS, cutMs);
			bench.cutPower(offMs);
			bench.clock.advance(SETTLE_MS);
			const { state } = bench;
			seen.add(state);
			// A test that was pending is on trial after the power came back; what was accepted is not taken back.
			if (ended.includes("accept")) t.is(state, "candidate 1.1.0/1.0.0", `cut at ${cutMs} ms`);
			else
				t.regex(
					state,
					/^(ready 1\.0\.0|candidate 1\.0\.0|trial 1\.1\.0|candidate 1\.1\.0)\//,
					`cut at ${cutMs} ms`,
				);
			t.is(bench.run("reject"), "ok", `cut at ${cutMs} ms`);
			t.deepEqual(bench.flash.slots[0], OLD_IMAGE, `cut at ${cutMs} ms`);
			t.true(bench.flash.confirmed && bench.flash.pending === null && bench.flash.swap === null);
		}
		t.log([...seen].sort().join("; "));
		t.true(seen.has("ready 1.0.0/-") && seen.has("candidate 1.0.0/1.1.0") && seen.has("trial 1.1.0/1.0.0"));
	});

for (const from of ["trial", "accepted"] as const)
	test(`P7: power is cut at any instant of going back from ${from}: the next reject ends it`, (t) => {
		const prepare = (bench: ProcessorBench): void => {
			for (const step of from === "trial" ? STEPS.slice(0, 2) : STEPS) bench.run(step);
		};
		const totalMs = lengthOf(["reject"], (bench) => prepare(bench));
		for (const cutMs of cutPoints(totalMs).filter((at) => at % 3 === 0)) {
			const bench = new ProcessorBench({ behaviour: BEHAVIOUR });
			prepare(bench);
			runUntil(bench, ["reject"], cutMs);
			bench.cutPower();
			t.is(bench.run("reject"), "ok", `cut at ${cutMs} ms`);
			t.deepEqual(bench.flash.slots[0], OLD_IMAGE, `cut at ${cutMs} ms`);
			t.true(bench.flash.confirmed && bench.flash.pending === null, `cut at ${cutMs} ms`);
		}
	});

test("P7: power is cut at any instant of accepting: it is accepted for good, or a trial that went back", (t) => {
	const seen = new Set<string>();
	for (let cutMs = 0; cutMs < 20; cutMs++) {
		const bench = new ProcessorBench({ behaviour: BEHAVIOUR });
		bench.run("upload");
		bench.run("install");
		runUntil(bench, ["accept"], cutMs);
		bench.cutPower();
		bench.clock.advance(SETTLE_MS);
		seen.add(bench.state);
	}
	t.deepEqual([...seen].sort(), ["candidate 1.0.0/1.1.0", "candidate 1.1.0/1.0.0"]);
});

test("P7: cut again and again in the swap: it goes on where it stopped, and ends", (t) => {
	const bench = new ProcessorBench({ behaviour: BEHAVIOUR });
	bench.run("upload");
	bench.flash.pending = "test";
	for (let cut = 0; cut < 10; cut++) {
		bench.processor.powerOff();
		bench.processor.powerOn();
		bench.clock.advance(300);
	}
	bench.clock.advance(SETTLE_MS);
	t.is(bench.state, "trial 1.1.0/1.0.0");
	t.is(bench.log.filter((line) => line === "swaps (trial)").length, 10);
});

/** Random numbers of which a seed is all. */
function randomOf(seed: number): () => number {
	let state = seed | 0;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
		return (state >>> 8) / 0x1000000;
	};
}

test("P7, P8: over a line that loses, changes and doubles bytes every verb ends in time, and what it says is so", (t) => {
	let oks = 0;
	let errors = 0;
	fc.assert(
		fc.property(
			fc.integer(),
			fc.constantFrom(0.000_1, 0.000_5, 0.002),
			fc.constantFrom("none", "prompt", "log"),
			(seed, rate, noise) => {
				const random = randomOf(seed);
				const bench = new ProcessorBench({
					behaviour: { ...BEHAVIOUR, noise, bufferBytes: 384 },
					disturb: (_, bytes) => {
						const left: number[] = [];
						for (const byte of bytes) {
							const chance = random() / rate;
							if (chance >= 1) left.push(byte);
							else if (chance < 0.4) left.push(byte ^ (1 << Math.floor(random() * 8)));
							else if (chance < 0.6) left.push(byte, byte);
						}
						return Uint8Array.from(left);
					},
				});
				for (const verb of ["upload", "install", "accept", "reject", "clean"] as const) {
					const beganMs = bench.clock.now();
					const end = bench.run(verb);
					t.true(bench.clock.now() - beganMs < 600_000, `${verb} ended in time`);
					if (end === "ok") oks++;
					else errors++;
					if (end !== "ok") break;
					if (verb === "upload") t.deepEqual(bench.flash.slots[1], NEW_IMAGE);
					if (verb === "install") t.true(!bench.flash.confirmed && bench.processor.version === "1.1.0");
					if (verb === "accept") t.true(bench.flash.confirmed && bench.processor.version === "1.1.0");
					if (verb === "reject") t.true(bench.flash.confirmed && bench.processor.version === "1.0.0");
				}
				t.true(isValidImage(bench.flash.slots[0]));
			},
		),
		{ numRuns: 60, verbose: 1 },
	);
	t.log(`${oks} verbs did it, ${errors} said why not`);
	t.true(oks > 100);
});
