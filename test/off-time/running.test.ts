// Requirements: P2, P3, P8, R2
/** Goal: what a running product does so that the next boot can believe its mark. */
import test from "ava";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import { OffTime } from "../../modules/off-time/off-time.js";
import { ASSUMED_BOARD, opens, Product, type ProductOptions, START_REAL_MS } from "./product.js";

const LONG_OFF_MS = 700_000;
const MEASURED: ProductOptions = { board: { rate: "measured" } };

test("a mark comes every mark period and the watchdog is fed by each that was read back", (t) => {
	const product = new Product();
	product.boot();
	t.is(product.fed, 1);
	product.run(299_999);
	t.is(product.fed, 10);
	product.run(1);
	t.is(product.fed, 11);
});

test("P3: the watchdog is fed after a mark that failed, too, once the flag was read back", (t) => {
	const product = new Product();
	product.marks.failing = true;
	product.boot();
	product.run(60_000);
	t.is(product.fed, 3);
});

test("P2: the watchdog is not fed when neither mark nor flag can be written", (t) => {
	const product = new Product();
	product.boot();
	product.marks.failing = true;
	product.flash.failing = true;
	product.run(60_000);
	t.is(product.fed, 1);
	const dead = new Product();
	dead.marks.failing = true;
	dead.flash.failing = true;
	t.deepEqual(dead.boot().result, { unknown: "mark-not-writable" });
	t.is(dead.fed, 0);
});

test("a final mark saves what else is taken off, and whoever runs on a second later marks as before", (t) => {
	const product = new Product();
	product.boot();
	product.run(10_000);
	product.offTime?.markFinal();
	t.is(product.fed, 1);
	product.run(999);
	product.off(100_000);
	t.deepEqual(product.boot().result, { atLeastMs: Math.floor(100_990 - 20 - 1009.9) });
	product.run(10_000);
	product.offTime?.markFinal();
	product.run(1000);
	t.is(product.fed, 3);
	product.off(100_000);
	t.deepEqual(product.boot().result, { atLeastMs: 100_000 - 32_000 - 20 - 1000 });
});

test("after stop nothing runs, and a final mark stands", (t) => {
	const product = new Product();
	product.boot();
	product.run(10_000);
	product.offTime?.stop();
	product.offTime?.markFinal();
	const { operations } = product.media;
	product.idle(2500);
	t.is(product.media.operations, operations);
	product.offTime?.markFinal();
	product.off(LONG_OFF_MS);
	t.deepEqual(product.boot().result, { atLeastMs: LONG_OFF_MS - 20 - 7000 });
});

test("before the measurement a final mark does nothing, and distrust closes this boot and the next", (t) => {
	const marks = new MemoryStore();
	const flash = new MemoryStore();
	const clock = new VirtualClock();
	const rtc = { time: START_REAL_MS };
	const boot = () =>
		new OffTime({
			rtc,
			clock,
			markStore: marks,
			flashStore: flash,
			board: ASSUMED_BOARD,
			resetCause: "power-on",
		});
	boot().measure();
	const before = marks.clone().values;
	const offTime = boot();
	offTime.markFinal();
	t.deepEqual(marks.values, before);
	rtc.time += LONG_OFF_MS;
	offTime.distrust("a fault in the loader");
	t.deepEqual(offTime.measure(), { unknown: "distrust" });
	rtc.time += LONG_OFF_MS;
	t.deepEqual(boot().measure(), { unknown: "distrust" });
	rtc.time += LONG_OFF_MS;
	t.true("atLeastMs" in boot().measure());
});

for (const witness of ["assumed", "watchdog"] as const)
	test(`P2: a mark later than the ${witness} witness allows costs the next window`, (t) => {
		const product = new Product({ board: { witness } });
		product.boot();
		product.run(40_000);
		product.stall(33_000);
		product.run(60_000);
		product.off(LONG_OFF_MS);
		t.deepEqual(product.boot().result, { unknown: "distrust" });
		product.run(40_000);
		product.stall(10_000);
		product.run(60_000);
		product.off(LONG_OFF_MS);
		t.true(opens(product.boot()));
	});

test("P2: a clock that goes away while the product runs costs the next window", (t) => {
	const product = new Product();
	product.boot();
	product.rtc.isAbsent = true;
	product.run(40_000);
	product.rtc.isAbsent = false;
	product.off(LONG_OFF_MS);
	t.deepEqual(product.boot().result, { unknown: "distrust" });
});

test("a clock that was set: the off-time counts from there", (t) => {
	const product = new Product();
	const { offTime } = product.boot();
	product.run(10_000);
	offTime.setTime(Date.UTC(2035, 5, 1));
	product.run(10_000);
	product.off(LONG_OFF_MS);
	t.deepEqual(product.boot().result, { atLeastMs: 710_000 - 32_000 - 20 - 7100 });
});

test("P2: a power cut at any write of setting the clock never makes the off-time longer", (t) => {
	const reasons = new Set<string>();
	for (const setToMs of [Date.UTC(2026, 0, 1, 5), Date.UTC(2025, 0, 1), Date.UTC(2035, 0, 1)])
		for (let at = 0; at < 8; at++)
			for (const kind of ["throws", "torn", "dropped", "cut-before", "cut-torn", "cut-after"] as const) {
				const product = new Product();
				const { offTime } = product.boot();
				product.run(40_000);
				product.media.faultAt = product.media.operations + at;
				product.media.faultKind = kind;
				const before = product.rtc.time as number;
				try {
					offTime.setTime(setToMs);
				} catch {
					// Said by name below; here only the next boot counts.
				}
				// A processor without power sets no clock: undo what the simulation let through.
				if (product.media.isDead && at < 3) product.rtc.moveTo(before);
				product.off(300_000);
				const { result } = product.boot();
				if ("atLeastMs" in result) t.true(result.atLeastMs <= 300_000, `${kind} at ${at}`);
				else reasons.add(result.unknown);
			}
	t.true(reasons.has("clock-set"));
	t.true(reasons.has("distrust"));
});

test("P2: a power cut between the void mark and the new one is clock-set", (t) => {
	for (let at = 0; at < 3; at++) {
		const product = new Product();
		const { offTime } = product.boot();
		product.run(40_000);
		product.media.faultAt = product.media.operations + at;
		product.media.faultKind = "cut-after";
		t.throws(() => offTime.setTime(Date.UTC(2026, 0, 2)), { name: "ClockNotSetError" });
		product.off(LONG_OFF_MS);
		t.deepEqual(product.boot().result, { unknown: "clock-set" }, `${at}`);
	}
});

test("P2: a clock set while its mark is of another epoch is clock-set", (t) => {
	const product = new Product();
	const { offTime } = product.boot();
	product.run(40_000);
	const stale = product.marks.clone();
	offTime.setTime(Date.UTC(2026, 0, 1, 5));
	product.marks.values = stale.values;
	product.off(1000);
	t.deepEqual(product.boot().result, { unknown: "clock-set" });
});

test("a clock that cannot be set says so by name, and the mark stays true", (t) => {
	const product = new Product();
	const { offTime } = product.boot();
	product.rtc.isReadOnly = true;
	t.throws(() => offTime.setTime(Date.UTC(2035, 0, 1)), { name: "ClockNotSetError" });
	t.throws(() => offTime.setTime(0), { name: "ClockNotSetError", message: /2020 to 2099/ });
	product.off(LONG_OFF_MS);
	t.true(opens(product.boot()));
});

test("a rate that was measured is carried over boots too short to renew it", (t) => {
	const product = new Product(MEASURED);
	product.boot();
	product.run(119_000);
	t.is(product.offTime?.rate, "none");
	product.run(31_000);
	t.is(product.offTime?.rate, "good");
	for (let n = 0; n < 3; n++) {
		product.off(LONG_OFF_MS);
		t.true(opens(product.boot()));
		product.run(1000);
	}
});

for (const rate of [0.06, -0.06, 0.015, -0.015, 5, -0.5])
	test(`P2: a clock that is off by ${rate * 100} % is found out and closes, clock-bad-rate`, (t) => {
		const product = new Product(MEASURED);
		product.rtc.setRate(rate);
		product.boot();
		product.run(400_000);
		t.is(product.offTime?.rate, "bad");
		product.off(LONG_OFF_MS);
		t.deepEqual(product.boot().result, { unknown: "clock-bad-rate" });
		product.rtc.setRate(0);
		product.run(200_000);
		product.off(LONG_OFF_MS);
		t.true(opens(product.boot()));
	});

test("P2: a clock that stands still is bad, one that jumps is bad and stays so for this boot", (t) => {
	const still = new Product(MEASURED);
	still.rtc.standStill();
	still.boot();
	still.run(10_000);
	t.is(still.offTime?.rate, "bad");
	const jumping = new Product(MEASURED);
	jumping.boot();
	jumping.run(60_000);
	jumping.rtc.jump(3_600_000);
	jumping.run(600_000);
	t.is(jumping.offTime?.rate, "bad");
});

test("P2: a clock that was set has to be rated anew", (t) => {
	const product = new Product(MEASURED);
	const { offTime } = product.boot();
	product.run(200_000);
	t.is(offTime.rate, "good");
	offTime.setTime(Date.UTC(2035, 0, 1));
	t.is(offTime.rate, "none");
	product.off(LONG_OFF_MS);
	t.deepEqual(product.boot().result, { unknown: "clock-unrated" });
	product.run(200_000);
	product.off(LONG_OFF_MS);
	t.true(opens(product.boot()));
});

test("P2: a clock that broke while the product was off has to be rated anew", (t) => {
	const product = new Product(MEASURED);
	product.boot();
	product.run(200_000);
	product.off(LONG_OFF_MS);
	product.rtc.jump(-86_400_000);
	t.deepEqual(product.boot().result, { unknown: "clock-backwards" });
	product.off(LONG_OFF_MS);
	t.deepEqual(product.boot().result, { unknown: "clock-unrated" });
});

test("a program too busy to see a second change gives no verdict, rather than a wrong one", (t) => {
	const product = new Product({ ...MEASURED, lateMs: () => 900 });
	product.boot();
	product.run(1_000_000);
	t.is(product.offTime?.rate, "none");
});

test("a clock with steps of a whole second is rated, and good up to nearly the tolerance", (t) => {
	for (const rate of [0, 0.009, -0.009]) {
		const product = new Product({ board: { rate: "measured", resolutionMs: 1000 } });
		product.rtc.setRate(rate);
		product.boot();
		product.run(1_000_000);
		t.is(product.offTime?.rate, "good");
	}
});

test("P8: a week of running keeps one timer for the marks and one for the rate", (t) => {
	const product = new Product({ ...MEASURED, policy: { markEveryMs: 600_000 } });
	product.boot();
	product.run(7 * 86_400_000);
	t.is(product.offTime?.rate, "good");
	t.is(product.timersPending(), 2);
	product.offTime?.stop();
	t.is(product.timersPending(), 0);
});
