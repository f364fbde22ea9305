// Requirements: P2, R2
/** Goal: an RTC's power-fail stamp is a witness where it fits the mark, and only there. */
import test from "ava";
import { opens, Product, START_REAL_MS } from "./product.js";

const MINUTE_MS = 60_000;

/** As an MCP7940N keeps it: the first power failure since it was cleared, by the minute. */
function stampedProduct() {
	const part = { failedAtMs: undefined as number | undefined, clears: 0 };
	const product = new Product({
		board: { witness: "power-fail-stamp" },
		stamp: {
			stepMs: MINUTE_MS,
			read: () => {
				if (part.failedAtMs === undefined) return undefined;
				const earliestMs = Math.floor(part.failedAtMs / MINUTE_MS) * MINUTE_MS;
				return { earliestMs, latestMs: earliestMs + MINUTE_MS };
			},
			clear: () => {
				part.clears++;
				part.failedAtMs = undefined;
			},
		},
	});
	const cut = (offMs: number) => {
		part.failedAtMs ??= product.rtc.time;
		product.off(offMs);
	};
	return { product, part, cut };
}

test("P2: with a stamp, off-times below the threshold never open and those from opensFromMs always do", (t) => {
	for (let onMs = 0; onMs < 200_000; onMs += 7001)
		for (const rate of [-0.01, 0, 0.01]) {
			const { product, cut } = stampedProduct();
			product.rtc.setRate(rate);
			const { offTime } = product.boot();
			product.run(onMs);
			cut(599_999);
			t.false(opens(product.boot()));
			product.run(onMs);
			cut(offTime.opensFromMs);
			t.true(opens(product.boot()), `${onMs} ms on, rate ${rate}`);
		}
});

test("P2: a stamp of an earlier power failure, or one long after the mark, is no witness", (t) => {
	for (const failedAtMs of [START_REAL_MS - 10 * MINUTE_MS, START_REAL_MS + 10 * MINUTE_MS]) {
		const { product, part, cut } = stampedProduct();
		product.boot();
		product.run(90_000);
		cut(700_000);
		part.failedAtMs = failedAtMs;
		t.deepEqual(product.boot().result, { unknown: "no-witness" });
	}
});

test("the stamp is cleared after each mark that was read back, and not before", (t) => {
	const { product, part, cut } = stampedProduct();
	product.boot();
	t.is(part.clears, 1);
	product.run(30_000);
	t.is(part.clears, 2);
	product.marks.failing = true;
	cut(700_000);
	product.boot();
	t.is(part.clears, 2);
	t.not(part.failedAtMs, undefined);
});
