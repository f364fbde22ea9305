// Requirements: P1, P3, P4, P7, P8, R1, R12
/**
 * The planned restart of our own MCU in the middle of a window. Goal: a window goes on over it once, by a token that nothing
 * else can use; whatever else leads to the next boot recovers; and no MCU is started again and again.
 */
import test from "ava";
import type { ResetCause } from "../../modules/off-time/board.js";
import { Journal, type JournalRecord } from "../../modules/set/journal.js";
import { bootOf, watchBoot } from "../set/watch.js";
import { HOUR_MS, LONG_OFF_MS, MINUTE_MS, SECOND_MS } from "../support/bench.js";
import { SetBench, type SetOptions } from "../support/set-bench.js";

const SET: SetOptions = { model: "HL7800", source: "none", others: ["sensor", "self"] };
const RESTART_MS = 200;

/** Up to the instant at which our own MCU has been told to start again for its trial. */
function untilRestart(options: SetOptions = SET): SetBench {
	const bench = new SetBench(options);
	bench.orderedThenOff(LONG_OFF_MS);
	bench.on();
	if (!bench.until("restart")) throw new Error("Expected a restart");
	return bench;
}

/** What the boot that the restart leads to comes to, and what the set is when monitoring starts. */
function endOf(bench: SetBench): string {
	if (bench.of("released").length === 0) bench.until("released", 2 * HOUR_MS);
	const end = bench.of("closed")[0]?.outcome ?? bench.of("recovered")[0]?.set ?? "";
	return `${bench.of("decided").at(-1)?.window} ${end}, ${bench.side}`;
}

test("P1: a window goes on over our own restart, and is decided once", (t) => {
	const bench = untilRestart();
	t.truthy(bench.journal.record.restart, "the token is in the journal");
	t.is(endOf(bench), "open updated, new");
	t.is(bench.of("decided").length, 1);
	t.is(bench.of("restart").length, 1);
	t.is(bench.journal.record.restart, null);
});

for (const cause of ["power-on", "watchdog", "other"] as const satisfies readonly ResetCause[])
	test(`P1: a boot by ${cause} in the place of our restart does not go on with the window: it recovers`, (t) => {
		const bench = untilRestart();
		bench.product.restart(cause);
		// A boot after a fault does not wait for a recovery; the next one does.
		t.is(endOf(bench), cause === "watchdog" ? "recover mixed, old" : "recover old, old");
		t.is(bench.journal.record.restart, null, "the token is gone all the same");
		bench.cut(2 * SECOND_MS);
		t.deepEqual(watchBoot(bench).faults, []);
		t.is(bench.side, "old");
	});

test("P1: a power cut right after the token was written takes the window away", (t) => {
	for (const offMs of [10, LONG_OFF_MS]) {
		const bench = untilRestart();
		bench.cut(offMs);
		const boot = watchBoot(bench);
		t.is(boot.said, "recover old");
		t.is(boot.side, "old");
		t.deepEqual(boot.faults, []);
	}
});

test("P1: a watchdog reset in the boot after our restart finds no token", (t) => {
	const bench = untilRestart();
	bench.run(RESTART_MS + 100);
	bench.product.restart("watchdog");
	t.is(endOf(bench), "recover mixed, old");
});

test("P1: a token is for one boot and one order, and is used once", (t) => {
	const spoiled: readonly [
		what: string,
		change: (record: JournalRecord) => Partial<JournalRecord>,
		end?: string,
	][] = [
		[
			"another boot's",
			({ restart }) => ({ restart: restart && { ...restart, bootNumber: restart.bootNumber + 1 } }),
		],
		[
			"the boot's before",
			({ restart }) => ({ restart: restart && { ...restart, bootNumber: restart.bootNumber - 1 } }),
		],
		[
			"another order's",
			({ restart }) => ({ restart: restart && { ...restart, order: "f".repeat(64) } }),
			"open failed, old",
		],
		["none", () => ({ restart: null })],
	];
	for (const [what, change, end = "recover mixed, old"] of spoiled) {
		const bench = untilRestart();
		const { journal } = bench;
		journal.write(change(journal.record));
		t.is(endOf(bench), end, what);
		t.is(bench.of("installed").length, 0, what);
	}
	const bench = untilRestart();
	const { bootNumber } = bench.journal.record.restart as { bootNumber: number };
	const first = bench.journal;
	t.truthy(first.takeRestart(bootNumber));
	t.is(first.takeRestart(bootNumber), undefined, "used once");
	t.is(new Journal({ store: bench.product.flash }).takeRestart(bootNumber), undefined, "and erased");
});

test("P1: a token that cannot be erased is no token, and nothing is tried by it later", (t) => {
	const bench = untilRestart();
	const { flash } = bench.product;
	const write = flash.write.bind(flash);
	flash.write = (key, value) => {
		if (key.startsWith("journal")) throw new Error("medium does not take writes");
		write(key, value);
	};
	// A start that could not be journaled could be one of many.
	t.is(endOf(bench), "open mixed, mixed");
	t.is(bench.of("restart").length, 1);
	t.truthy(bench.journal.record.restart);
	flash.write = write;
	bench.product.restart("software");
	bench.forget();
	t.is(endOf(bench), "recover mixed, old", "the token is of an earlier boot");
});

test("P1: a new order that arrives between ends the window of the old one", (t) => {
	const bench = untilRestart();
	bench.run(RESTART_MS / 2);
	// By way of the store, as an order that was offered while the firmware ran.
	const { envelope } = new SetBench({ ...SET, sequence: 2 });
	const other = new SetBench({ ...SET, sequence: 2 });
	other.product.switchOn(envelope);
	for (const [key, value] of other.product.flash.values)
		if (key.startsWith("order")) bench.product.flash.values.set(key, value);
	t.is(endOf(bench), "open failed, old");
	t.like(bench.the("closed"), { outcome: "failed", reason: "went-back" });
	t.is(bench.of("decided").length, 1);
});

test("P1: an order store that cannot be read after the restart ends the window", (t) => {
	const bench = untilRestart();
	for (const key of bench.product.flash.values.keys())
		if (key.startsWith("order")) bench.product.flash.values.set(key, new ArrayBuffer(40));
	t.is(endOf(bench), "open failed, old");
});

test("P4: a restart does not start the window anew, and without the time left nothing more is tried", (t) => {
	for (const remainingMs of [0, -1, 59_000]) {
		const bench = untilRestart();
		const { journal } = bench;
		const { restart } = journal.record;
		t.true((restart?.remainingMs ?? 0) <= 45 * MINUTE_MS);
		journal.write({ restart: restart && { ...restart, remainingMs } });
		t.regex(endOf(bench), /^open (deadline, old|mixed, \w+)$/, `${remainingMs} ms left`);
		t.deepEqual(
			bench.of("installed").map(({ element }) => element),
			[],
		);
		bench.cut(LONG_OFF_MS);
		watchBoot(bench);
		t.is(bench.side === "mixed", false);
	}
});

test("P4: an install is not sent after a restart that left no time for it", (t) => {
	const bench = untilRestart({ model: "HL7800", others: ["sensor", "self"] });
	const { journal } = bench;
	const { restart } = journal.record;
	// The install takes 15 minutes, the accepting one.
	journal.write({ restart: restart && { ...restart, remainingMs: 16 * MINUTE_MS } });
	t.is(endOf(bench), "open deadline, old");
	t.is(bench.the("closed").reason, "no-time-to-install");
	t.false(bench.sent.some(({ line }) => line === "AT+WDSR=4"));
});

test("P7: our own image that goes back by itself takes the set back", (t) => {
	const bench = untilRestart();
	bench.product.partitions?.powerOn();
	bench.product.partitions?.powerOn();
	t.is(endOf(bench), "open failed, old");
	t.is(bench.the("closed").reason, "trial-failed");
	t.is(bench.of("restart").length, 1, "it need not start again");
});

test("P8: an MCU that never runs its new image is started again once a window", (t) => {
	const bench = new SetBench(SET);
	bench.orderedThenOff(LONG_OFF_MS);
	const partitions = bench.product.partitions;
	if (!partitions) throw new Error("Expected partitions");
	const powerOn = partitions.powerOn.bind(partitions);
	partitions.powerOn = () => {
		powerOn();
		// The bootloader refuses it: what was to be tried counts as aborted.
		if (partitions.state().onTrial) powerOn();
	};
	for (let window = 1; window <= 5; window++) {
		const boot = watchBoot(bench);
		t.deepEqual(boot.faults, []);
		t.is(boot.said, window <= 3 ? "open failed" : "closed");
		t.is(boot.restarts, window <= 3 ? 1 : 0);
		bench.cut(LONG_OFF_MS);
	}
});

/** Its bootloader takes nothing back, though it says that it will. */
function neverGoesBack({ product }: SetBench, { onTrial }: { onTrial?: true } = {}): void {
	const { partitions, ownFlash } = product;
	if (!partitions || !ownFlash) throw new Error("Expected partitions");
	const powerOn = partitions.powerOn.bind(partitions);
	partitions.powerOn = () => {
		for (const entry of ownFlash.otadata) if (entry?.state === "pending-verify") entry.state = "valid";
		powerOn();
	};
	partitions.rollBack = () => {};
	const state = partitions.state.bind(partitions);
	partitions.state = () => {
		const now = state();
		if (now.running.version === "1.0.0") return now;
		return { ...now, next: "other", onTrial: onTrial ?? now.onTrial };
	};
}

test("P4, P8: an MCU that never goes back is started again once a boot to go back, and monitoring starts", (t) => {
	const bench = new SetBench({ ...SET, behaviours: { sensor: { images: { "1.1.0": "crashes" } } } });
	bench.orderedThenOff(LONG_OFF_MS);
	neverGoesBack(bench);
	const boots = [1, 2, 3, 4].map(() => {
		const boot = watchBoot(bench);
		t.deepEqual(boot.faults, []);
		bench.cut(LONG_OFF_MS);
		return boot;
	});
	t.deepEqual(
		boots.map(({ said }) => said),
		["open mixed", "recover mixed", "recover mixed", "recover mixed"],
	);
	t.deepEqual(
		boots.map(({ restarts }) => restarts),
		[2, 1, 1, 1],
	);
});

/** Our own MCU runs its new image on trial, by a start that was planned, and the journal is as given. */
function onTrialWith(change: (bench: SetBench) => void): SetBench {
	const bench = untilRestart();
	change(bench);
	return bench;
}

const damageJournal = ({ product }: SetBench): void => {
	for (const key of ["journal-a", "journal-b"]) product.flash.values.set(key, new ArrayBuffer(30));
};
const closeJournal = ({ journal }: SetBench): void => journal.write({ step: "none", restart: null });

for (const [what, change, reason] of [
	["the journal is damaged", damageJournal, "journal-damaged"],
	["the journal knows of no update", closeJournal, "no-power-on"],
] as const)
	test(`P7: our own image on trial goes back before monitoring starts where ${what}, once`, (t) => {
		const bench = onTrialWith(change);
		t.is(bench.of("restart").length, 1);
		t.true(bench.until("released"));
		t.is(bench.versions.self, "1.0.0");
		t.is(bench.of("restart").length, 2, "once to try it, once to go back");
		t.like(bench.of("decided").at(-1), { window: "closed", reason });
		t.is(bench.of("closed").length, 0);
		bench.run(10 * MINUTE_MS);
		t.is(bench.of("restart").length, 2);
		t.is(bench.versions.self, "1.0.0");
	});

test("P3, P8: an image on trial that cannot be got rid of is run, and the MCU is not started again and again", (t) => {
	const bench = onTrialWith(damageJournal);
	neverGoesBack(bench, { onTrial: true });
	t.true(bench.until("released"));
	bench.run(10 * MINUTE_MS);
	t.is(bench.of("restart").length, 2, "once to try it, once to be rid of it");
	t.is(bench.versions.self, "1.1.0 on trial");
});

test("P8: a medium that takes no writes starts no MCU again", (t) => {
	const bench = onTrialWith((each) => {
		damageJournal(each);
		each.product.flash.failing = true;
	});
	t.true(bench.until("released"));
	t.is(bench.of("restart").length, 1);
	t.is(bench.versions.self, "1.1.0 on trial", "it goes at the next reset");
	bench.product.flash.failing = false;
	bench.cut(2 * SECOND_MS);
	bench.on();
	t.is(bench.versions.self, "1.0.0");
});

test("P4: without a way to start our own MCU again it is no element", (t) => {
	const bench = new SetBench({ ...SET, bench: { restartable: false } });
	bench.orderedThenOff(LONG_OFF_MS);
	const onMs = bench.clock.now();
	bench.on();
	t.true(bench.until("released"));
	t.like(bench.the("closed"), { outcome: "failed", reason: "unknown-element" });
	t.deepEqual(bootOf(bench, onMs).faults, []);
});
