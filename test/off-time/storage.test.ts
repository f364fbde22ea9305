// Requirements: P2, P8, R2
/** Goal: the marks' media may decay, fail to be read, and stay small. */
import test from "ava";
import fc from "fast-check";
import { decodeMark, encodeMark, MARK_BYTES } from "../../modules/off-time/alive-mark.js";
import { opens, Product } from "./product.js";

const SRAM_BYTES = 64;
const seed = (Math.random() * 2 ** 31) | 0;

test("P8: two slots with a mark fit the 64 bytes of an MCP7940N, however long the product lives", (t) => {
	const product = new Product();
	for (let n = 0; n < 20; n++) {
		product.boot();
		product.run(100_000);
		product.off(1000);
		let bytes = 0;
		for (const value of product.marks.values.values()) bytes += value.byteLength;
		t.true(bytes <= SRAM_BYTES);
		t.is(product.marks.values.size, 2);
		t.true(product.flash.values.size <= 3);
	}
});

test("a mark reads back as written", (t) => {
	fc.assert(
		fc.property(
			fc.record(
				{
					bootNumber: fc.integer({ min: 1, max: 0xffff_ffff }),
					epoch: fc.integer({ min: 0, max: 0xffff }),
					timeMs: fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2100, 0, 1) - 1 }),
					rate: fc.constantFrom("none" as const, "good" as const, "bad" as const),
					final: fc.boolean(),
					isVoid: fc.constant(false),
					distrusted: fc.boolean(),
				},
				{ noNullPrototype: true },
			),
			(mark) => {
				t.deepEqual(decodeMark(encodeMark(mark)), mark);
			},
		),
		{ seed },
	);
	t.log(`seed ${seed}`);
});

test("bytes that are no mark are refused", (t) => {
	const mark = encodeMark({
		bootNumber: 7,
		epoch: 1,
		timeMs: Date.UTC(2026, 0, 1),
		rate: "good",
		final: false,
		isVoid: false,
		distrusted: false,
	});
	t.truthy(decodeMark(mark));
	t.is(decodeMark(mark.slice(1)), undefined);
	t.is(decodeMark(new Uint8Array(MARK_BYTES)), undefined);
	for (const [at, value] of [
		[0, 2],
		[1, 6],
		[1, 0x80],
		[1, 8],
		[8, 0xff],
	] as const) {
		const other = mark.slice();
		other[at] = value;
		t.is(decodeMark(other), undefined, `byte ${at} is ${value}`);
	}
});

/** In use with marks behind it, off for a while; then one bit of one value is another. */
function withBitFlipped(key: string, bit: number, offMs: number) {
	const product = new Product();
	product.boot();
	product.run(119_000);
	product.off(offMs);
	const value = product.marks.values.get(key) ?? product.flash.values.get(key);
	if (value) new Uint8Array(value)[bit >> 3]! ^= 1 << (bit & 7);
	return product;
}

test("P2: no single bit that decayed while the product was off makes the off-time longer", (t) => {
	const bits = { "mark-a": 28 * 8, "mark-b": 28 * 8, "boot-a": 18 * 8, "boot-b": 18 * 8 };
	let opened = 0;
	for (const [key, count] of Object.entries(bits))
		for (let bit = 0; bit < count; bit++) {
			const short = withBitFlipped(key, bit, 590_000).boot();
			t.false(opens(short), `${key}, bit ${bit}`);
			if ("atLeastMs" in short.result) t.true(short.result.atLeastMs <= 590_000);
			if (opens(withBitFlipped(key, bit, 700_000).boot())) opened++;
		}
	// One slot of a mark is enough.
	t.true(opened >= 2 * 28 * 8);
});

test("P2: a power cut in the middle of a mark costs a well product nothing", (t) => {
	for (let at = 0; at < 4; at++)
		for (const kind of ["cut-before", "cut-torn", "cut-after"] as const) {
			const product = new Product();
			const { offTime } = product.boot();
			product.run(40_000);
			product.media.faultAt = product.media.operations + at;
			product.media.faultKind = kind;
			product.run(100_000);
			t.true(product.media.isDead);
			product.off(offTime.opensFromMs);
			t.true(opens(product.boot()), `${kind} at ${at}`);
		}
});

test("P2: any single read that fails at boot closes, or changes nothing", (t) => {
	for (const name of ["marks", "flash"] as const)
		for (let at = 0; at < 40; at++)
			for (const offMs of [590_000, 700_000]) {
				const product = new Product();
				product.boot();
				product.run(40_000);
				product.off(offMs);
				let reads = 0;
				const memory = product[name];
				const read = memory.read.bind(memory);
				memory.read = (key: string) => {
					if (reads++ === at) throw new Error("medium does not answer");
					return read(key);
				};
				const boot = product.boot();
				if (offMs < 600_000) t.false(opens(boot));
				product.run(2000);
				product.off(300_000);
				t.false(opens(product.boot()), `${name}, read ${at}`);
			}
});

test("a mark's medium that fails while the product runs costs exactly the next boot's window", (t) => {
	const product = new Product();
	product.boot();
	product.run(40_000);
	product.marks.failing = true;
	product.run(40_000);
	product.marks.failing = false;
	product.run(40_000);
	product.off(700_000);
	t.deepEqual(product.boot().result, { unknown: "distrust" });
	product.off(700_000);
	t.true(opens(product.boot()));
});

test("P2: with the flag's medium dead, distrust takes the mark away", (t) => {
	const product = new Product();
	const { offTime } = product.boot();
	product.run(40_000);
	product.flash.failing = true;
	offTime.distrust("a fault");
	t.true(product.troubles.some((trouble) => trouble.startsWith("DistrustError")));
	product.flash.failing = false;
	product.off(700_000);
	t.deepEqual(product.boot().result, { unknown: "distrust" });
});

test("a lasting fault does not wear the flag's medium", (t) => {
	const product = new Product();
	product.boot();
	product.marks.failing = true;
	let writes = 0;
	const write = product.flash.write.bind(product.flash);
	product.flash.write = (key: string, value: ArrayBuffer) => {
		writes++;
		write(key, value);
	};
	product.run(3_600_000);
	t.is(writes, 1);
});

test("a reason of any length and alphabet sets the flag", (t) => {
	for (const reason of ["", "é\n☃".repeat(1000), "a fault"]) {
		const product = new Product();
		product.boot().offTime.distrust(reason);
		t.true((product.flash.values.get("distrust")?.byteLength ?? 99) <= 48);
		product.off(700_000);
		t.deepEqual(product.boot().result, { unknown: "distrust" });
	}
});
