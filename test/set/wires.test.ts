// Requirements: P1, P2, P3, P6, P7, R3, R5
/**
 * P1, P2, P3, P6, P7: what goes over the wires of a set, and when. Nothing at all while the window is closed; and no byte that
 * makes a step so before the journal says that it is about to.
 */
import test from "ava";
import type { SetStep } from "../../modules/set/journal.js";
import { BRIEF_OFF_MS, HOUR_MS, LONG_OFF_MS } from "../support/bench.js";
import { SetBench, type SetOptions } from "../support/set-bench.js";
import { watchBoot } from "./watch.js";
import { untilState } from "./window-steps.js";

const bytesOf = ({ product }: SetBench): number =>
	product.processors.reduce((sum, { wire }) => sum + wire.bytes("to-modem"), 0);

/** A bench that counts the ports that are opened, and what our own slots are asked to change. */
function counted(options: SetOptions): { bench: SetBench; opened: () => number; changed: () => number } {
	let opened = 0;
	const bench = new SetBench({
		...options,
		bench: {
			...options.bench,
			replaceElements: (ports) =>
				ports.map((port) => ({
					...port,
					open: () => {
						if (port.kind !== "self") opened++;
						return port.open();
					},
				})),
		},
	});
	return { bench, opened: () => opened, changed: () => bench.product.partitions?.operations ?? 0 };
}

const CLOSED: readonly {
	reason: string;
	prepare: (bench: SetBench) => void;
	policy?: { recoverWithinMs?: number; mode?: "prefetch" };
}[] = [
	{ reason: "off-too-short", prepare: (bench) => bench.orderedThenOff(BRIEF_OFF_MS) },
	{
		reason: "off-too-short",
		prepare: (bench) => bench.orderedThenOff(BRIEF_OFF_MS),
		policy: { mode: "prefetch" },
	},
	{
		reason: "nothing-to-do",
		prepare: (bench) => {
			bench.orderedThenOff(LONG_OFF_MS);
			watchBoot(bench);
			bench.cut(LONG_OFF_MS);
		},
	},
	{
		reason: "given-up",
		prepare: (bench) => {
			bench.orderedThenOff(LONG_OFF_MS);
			bench.journal.keepUnder({ digest: orderOf(bench), element: "modem", to: "" });
			bench.journal.write({ attempts: 3 });
		},
	},
	{
		reason: "journal-damaged",
		prepare: (bench) => {
			bench.orderedThenOff(LONG_OFF_MS);
			for (const key of ["journal-a", "journal-b"]) bench.product.flash.values.set(key, new ArrayBuffer(9));
		},
	},
	{
		reason: "no-mark",
		prepare: (bench) => {
			bench.orderedThenOff(LONG_OFF_MS);
			bench.product.battery.values.clear();
		},
	},
];

/** The digest of the order in force, as the journal of an open window would name it. */
function orderOf(bench: SetBench): string {
	const copy = new SetBench({ model: bench.model, source: bench.source, others: bench.others });
	copy.orderedThenOff(LONG_OFF_MS);
	copy.on();
	return copy.journal.record.order;
}

for (const { reason, prepare, policy = {} } of CLOSED)
	test(`P1, P2, P3: no port is opened and no byte sent to another processor in a closed boot${policy.mode ? " with prefetch" : ""}: ${reason}`, (t) => {
		const { bench, opened, changed } = counted({ model: "HL7800", bench: { policy } });
		prepare(bench);
		const before = [opened(), bytesOf(bench), changed()];
		bench.forget();
		bench.on();
		t.like(bench.the("decided"), { window: "closed", reason });
		t.is(bench.of("released").length, 1, "at once");
		bench.run(2 * HOUR_MS);
		t.deepEqual([opened(), bytesOf(bench), changed()], before);
		t.is(bench.of("restart").length, 0);
	});

test("P3: `recoverWithin` 0 releases monitoring at once, also with an open update", (t) => {
	const bench = new SetBench({
		model: "HL7800",
		others: ["sensor"],
		bench: { policy: { recoverWithinMs: 0 } },
	});
	bench.orderedThenOff(LONG_OFF_MS);
	bench.on();
	untilState(bench, "committing");
	bench.cut(BRIEF_OFF_MS);
	const boot = watchBoot(bench);
	t.is(boot.said, "recover mixed");
	t.is(boot.releasedAfterMs, 0);
});

test("P6: candidates that an earlier order left behind never run by themselves, and do not stand in the way", (t) => {
	// Everything is written, and there is no job: the window ends with candidates in every slot.
	const bench = new SetBench({ model: "HL7800" });
	bench.orderedThenOff(LONG_OFF_MS);
	bench.product.server.cancelJobs();
	t.is(watchBoot(bench).said, "open failed");
	t.is(bench.the("closed").reason, "no-job");
	for (const { flash } of bench.product.processors) t.true(flash.slots[1].length > 0, "a candidate is there");
	for (const offMs of [BRIEF_OFF_MS, LONG_OFF_MS, BRIEF_OFF_MS]) {
		bench.cut(offMs);
		bench.on();
		bench.run(HOUR_MS);
		t.is(bench.side, "old");
	}
	// A newer order that leaves the display out.
	const second = new SetBench({ model: "HL7800", source: "none", others: ["sensor"], sequence: 2 });
	bench.cut(LONG_OFF_MS);
	bench.forget();
	bench.product.switchOn(second.envelope);
	if (bench.of("released").length === 0) bench.until("released");
	t.is(bench.the("closed").outcome, "updated");
	t.like(bench.versions, { sensor: "1.1.0", display: "1.0.0", self: "1.0.0" });
	for (const offMs of [BRIEF_OFF_MS, LONG_OFF_MS]) {
		bench.cut(offMs);
		bench.on();
		bench.run(HOUR_MS);
		t.like(bench.versions, { sensor: "1.1.0", display: "1.0.0", self: "1.0.0" });
	}
});

/** Every step as it is made so, with what the journal says at that instant. */
function watchSteps(bench: SetBench): { what: string; step: SetStep }[] {
	const seen: { what: string; step: SetStep }[] = [];
	const note = (what: string): void => {
		seen.push({ what, step: bench.journal.record.step });
	};
	const { product } = bench;
	for (const { name, flash, processor } of product.processors) {
		const receive = processor.receive.bind(processor);
		const reset = processor.reset.bind(processor);
		processor.receive = (bytes) => {
			const { pending, confirmed } = flash;
			receive(bytes);
			if (flash.pending !== pending) note(`${name} pending ${flash.pending}`);
			if (flash.confirmed && !confirmed) note(`${name} confirmed`);
		};
		processor.reset = () => {
			note(`${name} reset`);
			reset();
		};
	}
	const { partitions, modem } = product;
	if (partitions)
		for (const verb of ["tryNext", "confirm", "rollBack"] as const) {
			const call = partitions[verb].bind(partitions);
			partitions[verb] = () => {
				note(`self ${verb}`);
				call();
			};
		}
	const receive = modem.receive.bind(modem);
	modem.receive = (bytes) => {
		if (String.fromCharCode(...new Uint8Array(bytes)).includes("AT+WDSR=4")) note("modem install");
		receive(bytes);
	};
	return seen;
}

/** What the journal has to say before each of these. */
const ANNOUNCED: Readonly<Record<string, readonly SetStep[]>> = {
	"pending test": ["trial"],
	reset: ["trial", "commit"],
	tryNext: ["trial"],
	confirmed: ["commit"],
	confirm: ["commit"],
	"pending permanent": ["trial", "commit"],
	rollBack: ["trial", "commit"],
	install: ["sent"],
};

for (const [what, options, count] of [
	["an update", {}, 9],
	["an update that goes back after all was accepted", { bench: { behaviour: { install: "fail" } } }, 12],
	["an update whose trial fails", { behaviours: { display: { images: { "1.1.0": "keeps-itself" } } } }, 7],
] as const)
	for (const source of ["avms", "local"] as const)
		test(`P7: the journal comes first in ${what}, the modem by ${source}`, (t) => {
			const bench = new SetBench({ model: "HL7800", source, ...options });
			bench.orderedThenOff(LONG_OFF_MS);
			const seen = watchSteps(bench);
			const boot = watchBoot(bench);
			t.deepEqual(boot.faults, []);
			for (const { what: step, step: journaled } of seen) {
				const [, words] = step.match(/^\S+ (.*)$/) ?? [];
				t.true(ANNOUNCED[words ?? ""]?.includes(journaled), `${step} while the journal says ${journaled}`);
			}
			t.true(seen.length >= count, seen.map((each) => each.what).join(", "));
			const place = (start: string) => seen.findIndex((each) => each.what.startsWith(start));
			t.true(place("self tryNext") < place("sensor pending test"), "our own MCU comes first");
			const install = place("modem install");
			if (install >= 0)
				t.deepEqual(
					seen.slice(0, install).filter((each) => /confirm/.test(each.what)).length,
					3,
					"all are accepted before the modem's install",
				);
		});
