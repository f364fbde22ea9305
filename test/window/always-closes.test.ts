// Requirements: P4, P7
/**
 * P4: whatever the modem, the server and the wire do, the window closes by its deadline and monitoring is released. What breaks in
 * the middle of an update breaks at every third of its seconds, in a whole run at each: test/support/share.ts.
 */
import test, { type ExecutionContext } from "ava";
import { INSTALL_OUTCOMES } from "../../hosts/emulator/behaviour.js";
import { DEFAULT_POLICY } from "../../modules/window/policy.js";
import { Bench, type BenchOptions, HOUR_MS, LONG_OFF_MS, MINUTE_MS, SECOND_MS } from "../support/bench.js";
import { VERSIONS } from "../support/orders.js";
import { shareOf } from "../support/share.js";
import { leaveSent, orderedThenOff } from "./boots.js";

/** A whole update takes less than two minutes of these modems, so that its seconds can be tried. */
const QUICK = {
	installMs: 20_000,
	bootMs: 5_000,
	progressStepPercent: 20,
	startRequestDelayMs: 4_000,
} as const;
/** Short enough for an hour to hold it, long enough for a quick update. */
const POLICY = { windowMs: 10 * MINUTE_MS, installMs: 4 * MINUTE_MS, downloadStallMs: MINUTE_MS } as const;
const TRY_EVERY = 3;
const RELEASE_MS = POLICY.windowMs + DEFAULT_POLICY.reportWithinMs + DEFAULT_POLICY.endWithinMs;

function openBench(options: BenchOptions): Bench {
	const { behaviour, ...others } = options;
	const bench = new Bench({ policy: POLICY, ...others, behaviour: { ...QUICK, ...behaviour } });
	bench.job();
	orderedThenOff(bench, LONG_OFF_MS);
	return bench;
}

function assertReleasedInTime(t: ExecutionContext, bench: Bench, startMs: number, what: string): void {
	if (bench.of("released").length === 0) bench.until("released");
	bench.run(2 * MINUTE_MS);
	t.deepEqual(bench.faults(), [], what);
	const afterMs = (bench.of("released")[0]?.at ?? Number.NaN) - startMs;
	t.true(afterMs <= RELEASE_MS, `${what}: released after ${afterMs} ms`);
}

/** The seconds of a quick update from boot to its closing, and as many more; those that are tried. */
function secondsOfUpdate(model: BenchOptions["model"], more = 0): number[] {
	const bench = openBench({ model });
	const startMs = bench.clock.now();
	bench.on();
	bench.until("closed");
	const seconds = Math.ceil((bench.clock.now() - startMs) / SECOND_MS) + more;
	return shareOf(
		Array.from({ length: seconds + 1 }, (_, second) => second),
		TRY_EVERY,
	);
}

const BREAKS: Readonly<Record<string, (bench: Bench) => void>> = {
	"loses the modem's power": (bench) => bench.product.modem.powerOff(),
	"loses the wire": (bench) => bench.product.wire.unplug(),
	"loses the server": (bench) => {
		bench.product.server.reachable = false;
	},
	"has its modem restart": (bench) => {
		bench.product.modem.powerOff();
		bench.product.modem.powerOn();
	},
	"has a flash that takes no more writes": (bench) => {
		bench.product.flash.failing = true;
	},
};

for (const model of ["HL7692", "HL7800"] as const) {
	for (const [what, fail] of Object.entries(BREAKS))
		test(`P4: an ${model}'s window that ${what} in the middle of an update closes and releases in time`, (t) => {
			const seconds = secondsOfUpdate(model);
			t.true((seconds.at(-1) as number) > 30);
			for (const second of seconds) {
				const bench = openBench({ model });
				const startMs = bench.clock.now();
				bench.on();
				bench.run(second * SECOND_MS);
				fail(bench);
				assertReleasedInTime(t, bench, startMs, `second ${second}`);
				const { outcome } = bench.the("closed");
				if (outcome === "updated") t.is(bench.product.modemFlash.version, VERSIONS[model][1]);
				if (outcome === "failed" || outcome === "deadline")
					t.is(bench.product.modemFlash.version, VERSIONS[model][0], `second ${second}: ${outcome}`);
			}
		});

	test(`P4: an ${model} product that is switched off in an update, or just after it, closes, releases, and is off within seconds, once`, (t) => {
		for (const second of secondsOfUpdate(model, 10)) {
			const bench = openBench({ model });
			bench.on();
			bench.run(second * SECOND_MS);
			let off = 0;
			bench.product.switchOff(() => off++);
			bench.run(5 * SECOND_MS);
			t.is(off, 1, `second ${second}`);
			t.false(bench.product.isOn);
			t.deepEqual(bench.faults(), [], `second ${second}`);
		}
	});

	test(`P4: an ${model} product with a mute modem is off within seconds, once`, (t) => {
		for (let second = 0; second <= 60; second += 3) {
			const bench = openBench({ model });
			bench.on();
			bench.run(second * SECOND_MS);
			bench.product.modem.powerOff();
			let off = 0;
			bench.product.switchOff(() => off++);
			bench.run(10 * SECOND_MS);
			t.is(off, 1, `second ${second}`);
			t.deepEqual(bench.faults(), [], `second ${second}`);
		}
	});

	for (const install of INSTALL_OUTCOMES)
		test(`P4: an ${model}'s window whose install ends as ${install} closes and releases in time`, (t) => {
			for (const windowMs of [4, 4.5, 5, 6, 10].map((minutes) => minutes * MINUTE_MS)) {
				const bench = openBench({ model, behaviour: { install }, policy: { ...POLICY, windowMs } });
				const startMs = bench.clock.now();
				bench.on();
				assertReleasedInTime(t, bench, startMs, `${install} in ${windowMs} ms`);
			}
		});

	for (const [what, options, reason] of [
		["whose modem is mute from the start", { behaviour: { bootMs: HOUR_MS } }, "no-modem"],
		["whose server cannot be reached", {}, "session-refused"],
		["whose download never moves", { behaviour: { downloadBytesPerSecond: 0.001 } }, "download-stalled"],
		[
			"whose download takes for ever",
			{ behaviour: { downloadBytesPerSecond: 1_000, progressStepPercent: 5 } },
			"no-time-to-install",
		],
		["whose sessions never begin", { behaviour: { sessionStartMs: HOUR_MS } }, "no-job"],
	] as const)
		test(`P4: an ${model}'s window ${what} ends, ${reason}`, (t) => {
			const bench = openBench({ model, ...options });
			if (reason === "session-refused") bench.product.server.reachable = false;
			const startMs = bench.clock.now();
			bench.on();
			assertReleasedInTime(t, bench, startMs, what);
			t.is(bench.the("closed").reason, reason);
			t.is(bench.product.modemFlash.version, VERSIONS[model][0]);
		});

	test(`P4: an ${model}'s window without the time of an install goes as far as it can and says so at its end`, (t) => {
		const bench = openBench({ model, policy: { ...POLICY, windowMs: 3 * MINUTE_MS } });
		const startMs = bench.clock.now();
		bench.on();
		assertReleasedInTime(t, bench, startMs, "3 minutes");
		t.like(bench.the("closed"), { outcome: "deadline", reason: "no-time-to-install" });
		t.true(bench.of("progress").some(({ percent }) => percent === 100));
		t.false(bench.sent.some(({ line }) => line === "AT+WDSR=4"));
	});

	test(`P4, P7: an ${model}'s recovery ends by \`recoverWithin\`, also of 0, with a modem that is mute`, (t) => {
		for (const recoverWithinMs of [0, 1, 10 * SECOND_MS, MINUTE_MS]) {
			const bench = openBench({ model, behaviour: { bootMs: HOUR_MS }, policy: { recoverWithinMs } });
			leaveSent(bench);
			const startMs = bench.clock.now();
			bench.on();
			bench.run(2 * MINUTE_MS);
			t.like(bench.the("recovered"), { set: "mixed", reason: "no-answer" });
			t.is(bench.the("released").at - startMs, recoverWithinMs);
			t.deepEqual(bench.faults(), []);
			t.true(bench.journal.open);
		}
	});

	test(`P4: an ${model}'s recovery whose wire goes, or whose product is switched off, ends at once`, (t) => {
		for (const end of ["unplug", "off"] as const) {
			const bench = openBench({ model, behaviour: { bootMs: HOUR_MS } });
			leaveSent(bench);
			bench.on();
			bench.run(SECOND_MS);
			if (end === "unplug") bench.product.wire.unplug();
			else bench.product.switchOff();
			bench.run(SECOND_MS);
			t.is(bench.the("recovered").set, "mixed");
			t.deepEqual(bench.faults(), []);
		}
	});
}
