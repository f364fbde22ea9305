// Requirements: P2, R2
/**
 * Goal: a real off-time below the threshold never opens; one of `opensFromMs` or more always does where the product is well.
 * Method: random lives on a real time line, with an RTC of any rate within the tolerance, any step and phase, timers as late
 * as the board allows, power-offs at any instant, and storage faults. A failure prints the seed that replays it.
 */
import test from "ava";
import fc from "fast-check";
import { DEFAULT_OFF_TIME_POLICY } from "../../modules/off-time/policy.js";
import { FAULT_KINDS, opens, Product } from "./product.js";

const RUNS = 1500;
const seed = (Math.random() * 2 ** 31) | 0;

const worlds = fc.record({
	resolutionMs: fc.constantFrom(1, 10, 1000),
	markEveryMs: fc.constantFrom(1000, 30_000, 60_000),
	watchdogMs: fc.constantFrom(500, 2000, 8000),
	thresholdMs: fc.constantFrom(2000, 60_000, 600_000),
	rate: fc.double({ min: -0.01, max: 0.01, noNaN: true }),
	phaseMs: fc.integer({ min: 0, max: 1000 }),
	lateShares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 }),
});

interface World {
	resolutionMs: number;
	markEveryMs: number;
	watchdogMs: number;
	thresholdMs: number;
	rate: number;
	phaseMs: number;
	lateShares: number[];
}

function productOf(world: World): Product {
	let timer = 0;
	const product = new Product({
		board: {
			resolutionMs: world.resolutionMs,
			watchdogMs: world.watchdogMs,
			finalRunOnMs: 1000 + world.watchdogMs,
		},
		policy: {
			thresholdMs: world.thresholdMs,
			markEveryMs: world.markEveryMs,
		},
		lateMs: () => {
			const share = world.lateShares[timer++ % world.lateShares.length] as number;
			return Math.floor(share * world.watchdogMs);
		},
	});
	product.rtc.jump(world.phaseMs);
	product.rtc.setRate(world.rate);
	return product;
}

const aroundThreshold = fc.double({ min: 0.5, max: 1.2, noNaN: true });

test("P2: a real off-time below the threshold never opens, whatever fails on the way", (t) => {
	let opened = 0;
	fc.assert(
		fc.property(
			worlds,
			fc.array(
				fc.record({
					onMs: fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 130_000 })),
					offShare: aroundThreshold,
					isOrderly: fc.boolean(),
					runOnMs: fc.integer({ min: 0, max: 3000 }),
				}),
				{ minLength: 2, maxLength: 5 },
			),
			fc.record({
				at: fc.integer({ min: 0, max: 60 }),
				kind: fc.constantFrom(...FAULT_KINDS),
				tornShare: fc.double({ min: 0, max: 0.99, noNaN: true }),
			}),
			(world, life, fault) => {
				const product = productOf(world);
				product.media.faultAt = fault.at;
				product.media.faultKind = fault.kind;
				product.media.tornShare = fault.tornShare;
				for (const { onMs, offShare, isOrderly, runOnMs } of life) {
					const boot = product.boot();
					if (opens(boot, world.thresholdMs)) {
						opened++;
						if (boot.realOffMs < world.thresholdMs) return false;
					}
					product.run(onMs);
					if (isOrderly && !product.media.isDead) {
						product.offTime?.markFinal();
						product.run(runOnMs);
					}
					product.off(Math.floor(offShare * world.thresholdMs));
				}
				return true;
			},
		),
		{ numRuns: RUNS, seed },
	);
	t.log(`seed ${seed}, ${opened} boots opened`);
	t.true(opened > 0);
});

test("P2: a product that is well always opens at opensFromMs", (t) => {
	fc.assert(
		fc.property(
			worlds,
			fc.integer({ min: 0, max: 200_000 }),
			fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10_000_000 })),
			fc.boolean(),
			(world, onMs, beyondMs, isOrderly) => {
				const product = productOf(world);
				const { offTime } = product.boot();
				product.run(onMs);
				const offMs = offTime.opensFromMs + beyondMs;
				if (isOrderly) product.orderlyOff(offMs);
				else product.off(offMs);
				return opens(product.boot(), world.thresholdMs);
			},
		),
		{ numRuns: RUNS, seed },
	);
	t.log(`seed ${seed}`);
	t.pass();
});

test("opensFromMs is tight: two steps and 1 ms earlier a slow clock right after a mark does not open", (t) => {
	const product = new Product();
	product.rtc.setRate(-0.01);
	const { offTime } = product.boot();
	t.is(offTime.opensFromMs, 644_864);
	product.off(offTime.opensFromMs - 2 * 10 - 2);
	t.false(opens(product.boot()));
});

test("the lower bound takes off mark period, watchdog, two steps and one percent, and nothing else", (t) => {
	const product = new Product();
	product.boot();
	product.off(1_000_000);
	t.deepEqual(product.boot().result, { atLeastMs: 1_000_000 - 32_000 - 20 - 10_000 });
	product.orderlyOff(1_000_000);
	t.deepEqual(product.boot().result, { atLeastMs: 1_000_000 - 20 - 10_000 });
});

test("an off-time shorter than what is taken off is 0, not less", (t) => {
	const product = new Product();
	product.boot();
	product.off(100);
	t.deepEqual(product.boot().result, { atLeastMs: 0 });
});

test("the time from power-on to the measurement is no off-time", (t) => {
	const product = new Product({ board: { bootMs: 500 } });
	product.boot();
	product.orderlyOff(10_000);
	t.deepEqual(product.boot().result, { atLeastMs: 10_000 - 500 - 20 - 100 });
});

test("the defaults are those of the design", (t) => {
	t.like(DEFAULT_OFF_TIME_POLICY, { thresholdMs: 600_000, markEveryMs: 30_000, rateTolerance: 0.01 });
});

for (const [name, options] of [
	["policy.markEveryMs", { policy: { markEveryMs: 0 } }],
	["policy.thresholdMs", { policy: { thresholdMs: Number.NaN } }],
	["policy.rateTolerance", { policy: { rateTolerance: 0 } }],
	["board.resolutionMs", { board: { resolutionMs: 60_000 } }],
] as const)
	test(`an option out of its range is refused by name: ${name}`, (t) => {
		const error = t.throws(() => new Product(options).boot(), { name: "OffTimeOptionError" });
		t.true(error?.message.includes(name));
	});
