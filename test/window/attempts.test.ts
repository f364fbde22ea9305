// Requirements: P8
/** P8: what is bounded: attempts, the journal, replies, whatever is tried and however long. */
import test from "ava";
import { Bench, type BenchOptions, BRIEF_OFF_MS, HOUR_MS, LONG_OFF_MS, MINUTE_MS } from "../support/bench.js";
import { FIRST_BYTES, SECOND_BYTES, VERSIONS } from "../support/orders.js";
import { orderedThenOff } from "./boots.js";

const QUICK = { installMs: 20_000, bootMs: 5_000, progressStepPercent: 20 } as const;

function window(bench: Bench, order?: "second"): string {
	bench.forget();
	bench.on(order);
	bench.until("released");
	const { window: opened, reason } = bench.the("decided");
	const end = bench.of("closed")[0]?.reason ?? bench.of("recovered")[0]?.set ?? "";
	bench.run(10 * MINUTE_MS);
	bench.cut(LONG_OFF_MS);
	return `${opened} ${reason} ${end}`.trim();
}

const isOpen = (reason: string) => `open off-long-enough ${reason}`;

const FAILING: readonly { what: string; fail: (bench: Bench) => void; reasons: readonly string[] }[] = [
	{
		what: "installs that fail",
		fail: (bench) =>
			bench.product.server.addJob({
				version: VERSIONS[bench.model][1],
				sizeBytes: FIRST_BYTES,
				result: "fail",
			}),
		reasons: ["install-failed"],
	},
	{
		what: "downloads of the wrong size",
		fail: (bench) => {
			bench.product.server.cancelJobs();
			bench.job(undefined, FIRST_BYTES + 1);
		},
		// What was stopped goes on by itself in the next session, where the job is another by then.
		reasons: ["wrong-size", "foreign-package"],
	},
	{
		what: "packages that are corrupt",
		fail: (bench) =>
			bench.product.server.addJob({
				version: VERSIONS[bench.model][1],
				sizeBytes: FIRST_BYTES,
				fault: "corrupt",
			}),
		reasons: ["download-failed"],
	},
];

const HARMLESS: readonly {
	what: string;
	options?: Partial<BenchOptions>;
	prepare?: (bench: Bench) => void;
	reason: string;
}[] = [
	{ what: "no job", reason: "no-job" },
	{
		what: "no network",
		prepare: (bench) => {
			bench.job();
			bench.product.server.reachable = false;
		},
		reason: "session-refused",
	},
	{ what: "a modem that is mute", options: { behaviour: { bootMs: 2 * HOUR_MS } }, reason: "no-modem" },
	{ what: "a modem of a version nobody ordered", reason: "wrong-version" },
	{
		what: "a package of unknown origin",
		prepare: (bench) => {
			bench.product.modemFlash.stored = {
				jobId: 0,
				version: VERSIONS[bench.model][1],
				sizeBytes: FIRST_BYTES,
				install: null,
				fault: "none",
			};
		},
		reason: "unidentified-package",
	},
];

for (const model of ["HL7692", "HL7800"] as const) {
	for (const { what, fail, reasons } of FAILING)
		test(`P8: after three windows of ${what} an ${model}'s order is given up, until a new order comes`, (t) => {
			const bench = new Bench({ model, behaviour: QUICK });
			orderedThenOff(bench, LONG_OFF_MS);
			let windows = 0;
			for (; windows < 10; windows++) {
				fail(bench);
				const boot = window(bench);
				if (boot === "closed given-up") break;
				t.true(
					reasons.some((reason) => boot === isOpen(reason)),
					boot,
				);
			}
			t.true(windows >= 3 && windows < 10, `${windows} windows`);
			t.is(bench.journal.record.attempts, 3);
			t.is(window(bench), "closed given-up");
			bench.product.server.cancelJobs();
			bench.job(VERSIONS[model][2], SECOND_BYTES);
			t.is(window(bench, "second"), isOpen("read-back"));
			t.is(bench.product.modemFlash.version, VERSIONS[model][2]);
			t.is(window(bench), "closed nothing-to-do");
		});

	for (const { what, options, prepare, reason } of HARMLESS)
		test(`P8: ${what} is no attempt of an ${model}'s, however often`, (t) => {
			const bench = new Bench({ model, ...options, behaviour: { ...QUICK, ...options?.behaviour } });
			if (reason === "wrong-version") bench.product.modemFlash.version = VERSIONS[model][2];
			orderedThenOff(bench, LONG_OFF_MS);
			prepare?.(bench);
			for (let windows = 0; windows < 6; windows++) t.is(window(bench), isOpen(reason));
			t.is(bench.journal.record.attempts, 0);
		});

	test(`P8: a window in which an ${model} refuses a download, before or after it has taken it, is one attempt where it fails, and no other`, (t) => {
		const accepts = (bench: Bench): number => bench.sent.filter(({ line }) => line === "AT+WDSR=3").length;
		for (const taken of [0, 1]) {
			const bench = new Bench({ model, behaviour: QUICK });
			FAILING[0]?.fail(bench);
			orderedThenOff(bench, LONG_OFF_MS);
			bench.on();
			bench.clock.runUntil(() => accepts(bench) === taken && bench.of("state").length > 0, MINUTE_MS);
			if (taken > 0) bench.until("progress");
			const takes = bench.keepFromModem("AT+WDSR=3", "ERROR");
			if (taken > 0) bench.say("+WDSI: 2");
			t.true(bench.clock.runUntil(() => accepts(bench) > taken, MINUTE_MS));
			bench.run(100);
			t.is(bench.journal.record.attempts, taken);
			takes();
			t.true(bench.until("closed"));
			t.is(bench.the("closed").reason, "install-failed");
			t.true(accepts(bench) > 1);
			t.is(bench.journal.record.attempts, 1);
		}
	});

	test(`P8: an ${model} product's records do not grow over a hundred boots and a flood of everything`, (t) => {
		const bench = new Bench({ model, behaviour: QUICK });
		bench.job();
		orderedThenOff(bench, LONG_OFF_MS);
		window(bench);
		const sizeOf = () =>
			[...bench.product.flash.values.values()].reduce((sum, value) => sum + value.byteLength, 0);
		const before = sizeOf();
		for (let boot = 0; boot < 100; boot++) {
			bench.on();
			bench.say(...Array.from({ length: 100 }, (_, i) => `+WDSI: ${i % 26},${"9".repeat(i)}`));
			bench.run(MINUTE_MS);
			bench.cut(BRIEF_OFF_MS);
			bench.forget();
		}
		t.true(sizeOf() <= before + 64, `${before} bytes became ${sizeOf()}`);
		t.true(bench.product.flash.values.size <= 12, `${[...bench.product.flash.values.keys()]}`);
	});
}
