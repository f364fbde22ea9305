// Requirements: P7, R4
/**
 * P7 for one element, beside the search of test/power-cuts, which cuts everywhere and tears every write: that long times off
 * bring the update home whenever it was cut (at every eighth second, in a whole run at each: test/support/share.ts), more
 * cuts in a row than the search has, and a version that nobody ordered.
 */
import test, { type ExecutionContext } from "ava";
import type { Behaviour } from "../../hosts/emulator/behaviour.js";
import { Bench, BRIEF_OFF_MS, LONG_OFF_MS, MINUTE_MS, SECOND_MS } from "../support/bench.js";
import { VERSIONS } from "../support/orders.js";
import { shareOf } from "../support/share.js";
import { digestOf, orderedThenOff } from "./boots.js";

const QUICK = {
	installMs: 20_000,
	bootMs: 5_000,
	progressStepPercent: 20,
	startRequestDelayMs: 4_000,
} as const;
const CUT_INSTALLS = ["session", "start", "bootloader", "lost"] as const;
const BOOTS_MAX = 8;
const CUT_EVERY = 8;

function openBench(model: Bench["model"], behaviour: Partial<Behaviour>): Bench {
	const bench = new Bench({ model, behaviour: { ...QUICK, ...behaviour } });
	bench.job();
	orderedThenOff(bench, LONG_OFF_MS);
	return bench;
}

/** What every boot must keep, after whatever cut. */
function assertBoot(t: ExecutionContext, bench: Bench, what: string): void {
	const { model, product } = bench;
	const [from, to] = VERSIONS[model];
	t.deepEqual(bench.faults(), [], what);
	const { version } = product.modemFlash;
	t.true(version === from || version === to, `${what}: ${version}`);
	const recovered = bench.of("recovered")[0];
	const told = bench.of("element")[0];
	if (recovered && recovered.set !== "mixed") {
		t.is(recovered.set, version === to ? "new" : "old", what);
		t.is(told?.is, version, what);
	}
	const closed = bench.of("closed")[0];
	if (closed?.outcome === "updated" || closed?.outcome === "current") {
		t.is(version, to, what);
		t.is(bench.journal.record.inForce, digestOf(bench), what);
	}
	t.true(bench.journal.record.attempts <= 3, what);
}

/** Boots until the order is in force, long off between the boots. Gives what the boots were. */
function goOn(t: ExecutionContext, bench: Bench, what: string): string[] {
	const boots: string[] = [];
	for (let boot = 1; boot <= BOOTS_MAX; boot++) {
		bench.forget();
		bench.on();
		t.true(bench.until("released") || bench.of("released").length > 0, what);
		// A window may end while the modem still works; then it goes on behind the guard.
		bench.run(10 * MINUTE_MS);
		const { window, reason } = bench.the("decided");
		boots.push(`${window} ${reason} ${bench.of("closed")[0]?.reason ?? bench.of("recovered")[0]?.set ?? ""}`);
		assertBoot(t, bench, `${what}, boot ${boot}: ${boots.join("; ")}`);
		if (reason === "nothing-to-do") return boots;
		bench.cut(LONG_OFF_MS);
	}
	return boots;
}

/** The seconds of a whole update, up to its release. */
function secondsOf(model: Bench["model"]): number[] {
	const bench = openBench(model, {});
	const startMs = bench.clock.now();
	bench.on();
	bench.until("released");
	return Array.from(
		{ length: Math.ceil((bench.clock.now() - startMs) / SECOND_MS) + 1 },
		(_, second) => second,
	);
}

for (const model of ["HL7692", "HL7800"] as const) {
	const to = VERSIONS[model][1];

	for (const cutInstall of CUT_INSTALLS)
		test(`P7: an ${model} product that is cut in an update brings it home after long times off (a cut install: ${cutInstall})`, (t) => {
			const seconds = secondsOf(model);
			t.true(seconds.length > 40);
			for (const second of shareOf(seconds, CUT_EVERY)) {
				const bench = openBench(model, { cutInstall });
				bench.on();
				bench.run(second * SECOND_MS);
				const wasSent = bench.journal.open;
				const isAccepted = bench.accepting.some((line) => line === "AT+WDSR=3" || line === "AT+WDSR=4");
				bench.cut(LONG_OFF_MS);
				const { attempts, inForce } = bench.journal.record;
				t.is(attempts, isAccepted && inForce === "" ? 1 : 0, `second ${second}`);
				const boots = goOn(t, bench, `second ${second}`);
				if (wasSent) t.regex(boots[0] as string, /^recover journal-open/);
				t.is(bench.product.modemFlash.version, to, `second ${second}: ${boots.join("; ")}`);
			}
		});

	test(`P7: an ${model} product cut again and again in its recovery recovers in the end`, (t) => {
		const bench = openBench(model, {});
		bench.on();
		t.true(bench.clock.runUntil(() => bench.product.modem.phase === "installing", 10 * MINUTE_MS));
		bench.cut(BRIEF_OFF_MS);
		for (let second = 0; second < 10; second++) {
			bench.forget();
			bench.on();
			t.like(bench.the("decided"), { window: "recover", reason: "journal-open" });
			bench.run(second * 500);
			t.is(bench.accepting.length, 0);
			if (bench.of("recovered").length > 0) break;
			bench.cut(second % 2 ? LONG_OFF_MS : BRIEF_OFF_MS);
		}
		bench.cut(BRIEF_OFF_MS);
		goOn(t, bench, "after many cuts");
		t.is(bench.product.modemFlash.version, to);
	});

	test(`P7: an ${model} in a version nobody ordered is found out by the recovery, and nothing is installed for it`, (t) => {
		const bench = openBench(model, { install: "wrong" });
		bench.on();
		t.true(bench.clock.runUntil(() => bench.product.modem.phase === "installing", 10 * MINUTE_MS));
		bench.run(5 * SECOND_MS);
		// The modem has a supply of its own and ends what it began.
		bench.product.cutPower();
		bench.product.modem.powerOn();
		bench.run(10 * MINUTE_MS);
		bench.product.modemFlash.version = VERSIONS[model][2];
		bench.product.modemFlash.stored = null;
		bench.product.modemFlash.installing = false;
		bench.forget();
		bench.product.modem.powerOff();
		bench.on();
		t.true(bench.until("released"));
		t.like(bench.the("recovered"), { set: "mixed", reason: "wrong-version" });
		t.like(bench.the("element"), { is: VERSIONS[model][2], outcome: "wrong-version" });
		bench.run(10 * MINUTE_MS);
		t.deepEqual(bench.faults(), []);
	});
}
