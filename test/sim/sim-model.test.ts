// Requirements: P1, P2, P3, P5, P7, P8, R2, R3, R4, R5, R23
import test from "ava";
import { MISHAPS, SimModel, type SimView } from "../../hosts/sim/sim-model.js";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** Ticks of the screen that are more than any window takes at the fastest speed. */
const TICKS_MAX = 2_000;
const TICK_MS = 100;

const TARGETS = { HL7692: ["2.27.183100", "2.24.173100"], HL7800: ["4.5.4.0", "4.7.1.0"] } as const;

/** A product that was used for ten minutes under the first order, with jobs for both versions, and is on. */
function used(model: "HL7692" | "HL7800"): SimModel {
	const bench = new SimModel({ model });
	bench.loadOrder("first");
	bench.addJob("first");
	bench.addJob("second");
	bench.switchOn();
	bench.letPass(10 * MINUTE_MS);
	return bench;
}

/** Lets the screen tick until `done` holds; every view on the way. */
function tickUntil(bench: SimModel, done: (view: SimView) => boolean): SimView[] {
	const views: SimView[] = [];
	while (views.length < TICKS_MAX) {
		bench.tick(TICK_MS);
		views.push(bench.view);
		if (done(bench.view)) return views;
	}
	throw new Error(`Expected it within ${TICKS_MAX} ticks, got: ${JSON.stringify(bench.view)}`);
}

function isMonitoring({ headline }: SimView): boolean {
	return headline.tone === "monitoring";
}

for (const model of ["HL7692", "HL7800"] as const) {
	test(`P1, P3: the simulated ${model} product monitors at once after a brief cut, and says why the window is shut`, (t) => {
		const bench = used(model);
		bench.briefCut();
		const { headline, reason, offTime } = bench.view;
		t.deepEqual(headline, { text: "Monitoring, window closed", tone: "monitoring" });
		t.is(reason.text, "Stays closed: the product was not off long enough.");
		t.is(offTime, "Proven 0s, opens from 10m 55s");
	});

	test(`P5: the user's story can be played by hand on the simulated ${model} product`, (t) => {
		const bench = used(model);
		bench.switchOff();
		t.is(bench.view.headline.text, "Off for 0s");
		bench.letPass(12 * MINUTE_MS);
		t.is(bench.view.headline.text, "Off for 12m");
		bench.switchOn();
		t.is(bench.view.reason.text, "Opens: the product was off long enough.");
		bench.setSpeed(60);
		const views = tickUntil(bench, isMonitoring);
		const headlines = new Set(views.map(({ headline }) => `${headline.tone}: ${headline.text}`));
		t.true(headlines.has("trouble: Do not switch off: installing"));
		t.true(views.some(({ bars }) => bars[0]?.text.startsWith("download ")));
		const { bars, jobs, orderInForce, reason } = bench.view;
		const others = ["sensor", "display", "self"].map((name) => ({
			name,
			text: "1.0.0",
			percent: 0,
			tone: "plain" as const,
		}));
		t.deepEqual(bars, [
			{ name: "modem", text: `${TARGETS[model][0]}, updated`, percent: 100, tone: "monitoring" },
			...others,
		]);
		t.is(reason.text, "Window closed: updated (read-back).");
		t.is(orderInForce, TARGETS[model][0]);
		t.deepEqual(
			jobs.map(({ tone }) => tone),
			["monitoring", "window"],
		);
		bench.briefCut();
		t.is(bench.view.reason.text, "Stays closed: no order, or the order is in force already.");
		t.is(bench.view.bars[0]?.text, TARGETS[model][0]);
	});
}

test("P5: a package that no order names is not installed, and the log says why", (t) => {
	const bench = used("HL7800");
	bench.cancelJobs();
	bench.addJob("second");
	bench.switchOff();
	bench.letPass(12 * MINUTE_MS);
	bench.switchOn();
	bench.setSpeed(60);
	tickUntil(bench, isMonitoring);
	const { bars, reason, log } = bench.view;
	t.like(bars[0], { text: "4.4.14.0, failed", tone: "trouble" });
	t.is(reason.tone, "trouble");
	t.regex(reason.text, /^Window closed: nothing was installed \([a-z-]+\)\.$/);
	t.true(log.some(({ text, tone }) => tone === "trouble" && text.includes("nothing was installed")));
});

test("P5: the second order takes the product from the first one's version to its own", (t) => {
	const bench = used("HL7800");
	bench.setSpeed(60);
	for (const target of TARGETS.HL7800) {
		bench.switchOff();
		bench.letPass(12 * MINUTE_MS);
		bench.switchOn();
		t.is(bench.view.orderWaiting, "none");
		tickUntil(bench, isMonitoring);
		t.is(bench.view.orderInForce, target);
		t.is(bench.view.bars[0]?.text, `${target}, updated`);
		bench.loadOrder("second");
		t.is(bench.view.orderWaiting, TARGETS.HL7800[1]);
	}
});

test("P1: a notification while the product monitors is put off, and the log says so", (t) => {
	const bench = used("HL7800");
	bench.notify();
	tickUntil(bench, ({ log }) => log.some(({ text }) => text.includes("put off for 1440 min")));
	t.true(isMonitoring(bench.view));
});

test("P2: a clock that stopped keeps the window shut, and the firmware starts it anew", (t) => {
	const bench = used("HL7800");
	bench.stopClock();
	t.is(bench.view.clock, "stopped");
	t.true(bench.view.isClockStopped);
	bench.switchOff();
	bench.letPass(12 * MINUTE_MS);
	bench.switchOn();
	t.true(isMonitoring(bench.view));
	t.is(bench.view.offTime, "Not proven, opens from 10m 55s");
	t.false(bench.view.isClockStopped);
});

test("P2: setting the clock forward adds nothing to the off-time", (t) => {
	const bench = used("HL7800");
	bench.moveClock(60 * MINUTE_MS);
	t.is(bench.view.clock, "2026-01-01 01:10:00");
	bench.briefCut();
	t.true(isMonitoring(bench.view));
});

test("a product that is off cannot set its clock", (t) => {
	const bench = new SimModel();
	bench.moveClock(60 * MINUTE_MS);
	t.is(bench.view.clock, "2026-01-01 00:00:00");
});

test("time passes by ticks while the product is on, in time-lapse, and stands still while it is off", (t) => {
	const bench = new SimModel();
	bench.tick(SECOND_MS);
	t.is(bench.view.clock, "2026-01-01 00:00:00");
	bench.switchOn();
	bench.tick(SECOND_MS);
	t.is(bench.view.clock, "2026-01-01 00:00:10");
	bench.setSpeed(0);
	bench.tick(SECOND_MS);
	t.is(bench.view.clock, "2026-01-01 00:00:10");
	bench.setSpeed(60);
	bench.tick(SECOND_MS);
	t.is(bench.view.clock, "2026-01-01 00:01:10");
	t.is(bench.view.since, "on for 1m 10s");
});

test("a tick that comes late does not skip a story", (t) => {
	const bench = new SimModel();
	bench.switchOn();
	bench.setSpeed(1);
	bench.tick(60 * MINUTE_MS);
	t.is(bench.view.clock, "2026-01-01 00:00:01");
});

test("another family of modem is a new product", (t) => {
	const bench = used("HL7800");
	bench.loadOrder("second");
	bench.chooseModel("HL7692");
	const { isOn, log, traffic, jobs, orderInForce, orderWaiting, bars, clock, model } = bench.view;
	t.false(isOn);
	t.deepEqual([log.length, traffic.length, jobs.length], [0, 0, 0]);
	t.deepEqual([orderInForce, orderWaiting], ["none", "none"]);
	t.is(bars[0]?.text, "2.26.180400");
	t.is(clock, "2026-01-01 00:00:00");
	t.is(model, "HL7692");
	bench.switchOn();
	t.true(isMonitoring(bench.view));
});

test("AT traffic is shown newest first, without echoes, repetitions counted", (t) => {
	const bench = new SimModel();
	bench.switchOn();
	bench.letPass(13 * SECOND_MS);
	const { traffic } = bench.view;
	const wake = traffic.findIndex(({ sent, text }) => sent && text === "AT");
	t.true(wake > 0);
	t.not(traffic[wake - 1]?.text, "AT");
	t.true(traffic.some(({ sent, text }) => sent && text === "AT+WDSC=2,1"));
	t.true(traffic.some(({ count }) => count > 1));
});

test("P8: log and traffic stay bounded over a week of cuts, and so does the list of jobs", (t) => {
	const bench = used("HL7800");
	for (let job = 0; job < 100; job++) bench.addJob("second");
	for (let hour = 0; hour < 24 * 7; hour++) {
		bench.letPass(60 * MINUTE_MS);
		bench.briefCut();
	}
	const { log, traffic, jobs } = bench.view;
	t.is(log.length, 60);
	t.is(traffic.length, 60);
	t.is(jobs.length, 3);
});

test("switching twice, or cutting the power of a product that is off, changes nothing", (t) => {
	const bench = new SimModel();
	bench.switchOff();
	bench.briefCut();
	t.deepEqual(bench.view.log, []);
	bench.switchOn();
	const { log } = bench.view;
	bench.switchOn();
	t.is(bench.view.log, log);
});

test("P3: switching off in the middle of a window ends it, and the next start is closed", (t) => {
	const bench = used("HL7800");
	bench.switchOff();
	bench.letPass(12 * MINUTE_MS);
	bench.switchOn();
	tickUntil(bench, ({ bars }) => bars[0]?.text.startsWith("download ") ?? false);
	bench.switchOff();
	t.false(bench.view.isOn);
	bench.switchOn();
	t.true(isMonitoring(bench.view));
	t.is(bench.view.bars[0]?.text, "4.4.14.0");
});

/** A product that was used for ten minutes under an order for the set, with a job for its package, and is about to open its window. */
function setInWindow(source: "avms" | "local" | "none", model: "HL7692" | "HL7800" = "HL7800"): SimModel {
	const bench = new SimModel({ model });
	bench.loadOrder(source);
	bench.addJob("first");
	bench.switchOn();
	bench.letPass(10 * MINUTE_MS);
	bench.switchOff();
	bench.letPass(12 * MINUTE_MS);
	return bench;
}

function texts({ bars }: SimView): string[] {
	return bars.map(({ text }) => text);
}

for (const model of ["HL7692", "HL7800"] as const)
	for (const source of ["avms", "local"] as const)
		test(`P7: a set of four with an ${model} by ${source} is updated, and each bar tells its element's way`, (t) => {
			const bench = setInWindow(source, model);
			bench.switchOn();
			t.is(bench.view.orderInForce, `4 elements: ${TARGETS[model][0]}, 1.1.0`);
			const views = tickUntil(bench, isMonitoring);
			const seen = (name: string) =>
				new Set(views.map(({ bars }) => bars.find((bar) => bar.name === name)?.text ?? ""));
			for (const text of ["1.0.0, swaps images", "1.1.0, on trial", "1.1.0, stays", "1.1.0, updated"])
				t.true(seen("sensor").has(text), `${text} among ${[...seen("sensor")].join("; ")}`);
			t.true(seen("self").has("1.1.0, on trial"));
			t.deepEqual(
				bench.view.bars.map(({ name, text, tone }) => [name, text, tone]),
				[
					["modem", `${TARGETS[model][0]}, updated`, "monitoring"],
					["sensor", "1.1.0, updated", "monitoring"],
					["display", "1.1.0, updated", "monitoring"],
					["self", "1.1.0, updated", "monitoring"],
				],
			);
			bench.briefCut();
			t.deepEqual(texts(bench.view), [TARGETS[model][0], "1.1.0", "1.1.0", "1.1.0"]);
		});

test("P7: a set without the modem is updated, and says so", (t) => {
	const bench = setInWindow("none");
	bench.switchOn();
	tickUntil(bench, isMonitoring);
	t.is(bench.view.orderInForce, "3 elements: 1.1.0");
	t.deepEqual(texts(bench.view), ["4.4.14.0", "1.1.0, updated", "1.1.0, updated", "1.1.0, updated"]);
});

test("P7: a brief cut in the trial is recovered from: all old, and monitoring waits until then", (t) => {
	const bench = setInWindow("avms");
	bench.switchOn();
	tickUntil(bench, ({ bars }) => bars[1]?.text === "1.1.0, on trial");
	bench.briefCut();
	t.is(bench.view.headline.text, "Recovery, monitoring waits");
	t.is(bench.view.reason.text, "Recovers: an update was begun, its result was never read.");
	const views = tickUntil(bench, isMonitoring);
	t.true(views.some(({ bars }) => bars[1]?.text === "1.1.0, swaps images"));
	t.is(bench.view.reason.text, "Recovered: the old version is in force (went-back).");
	// Going back needs no answer of the modem: nothing was sent to it.
	t.deepEqual(texts(bench.view), ["not read, failed", "1.0.0, failed", "1.0.0, failed", "1.0.0, failed"]);
	bench.briefCut();
	t.deepEqual(texts(bench.view), ["4.4.14.0", "1.0.0", "1.0.0", "1.0.0"]);
});

const ENDS = {
	// Nothing but a loss of power resets it: it has no reset line.
	"image silent": "the version is not known or was not ordered (not-rejected)",
	"image crashes": "nothing was installed",
	"file damaged": "nothing was installed (wrong-hash)",
	"file missing": "nothing was installed (no-image)",
	"install fails": "nothing was installed",
	"install hangs": "the version is not known or was not ordered",
} as const;

for (const [kind, ways] of Object.entries(MISHAPS))
	for (const way of ways.slice(1))
		test(`P7: a set whose ${kind} is arranged to be ${way} stays all old, or says that it is mixed`, (t) => {
			const bench = setInWindow("local");
			bench.arrange({ [kind]: way });
			bench.setSpeed(60);
			bench.switchOn();
			tickUntil(bench, isMonitoring);
			const end = ENDS[`${kind} ${way}` as keyof typeof ENDS];
			t.true(bench.view.reason.text.includes(end), bench.view.reason.text);
			t.is(bench.view.reason.tone, "trouble");
			bench.arrange({ file: "whole", image: "runs", install: "works" });
			for (let boot = 0; boot < 2; boot++) {
				bench.switchOff();
				bench.letPass(12 * MINUTE_MS);
				bench.switchOn();
				tickUntil(bench, isMonitoring);
			}
			t.deepEqual(
				texts(bench.view).map((text) => text.split(",")[0]),
				["4.5.4.0", "1.1.0", "1.1.0", "1.1.0"],
			);
		});

test("a new product has nothing arranged to go wrong", (t) => {
	const bench = new SimModel();
	bench.arrange({ file: "missing", image: "crashes" });
	bench.chooseModel("HL7800");
	t.deepEqual(bench.view.mishaps, { file: "whole", image: "runs", install: "works" });
});
