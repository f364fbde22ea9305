// Requirements: P8, R11, R29
import test from "ava";
import fc from "fast-check";
import { CborError, type CborValue, decodeCbor } from "../../modules/smp/cbor-reader.js";
import { CborWriter, headBytes } from "../../modules/smp/cbor-writer.js";

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const REFUSED = Symbol("refused");
const map = (entries: Record<string, CborValue>): CborValue => new Map(Object.entries(entries));
const TO_25 = Array.from({ length: 25 }, (_, i) => i + 1);

/** RFC 8949, Appendix A, all of it, in its order. What SMP has no use for is refused: floats, tags, bignums, other simple values, keys that are no text. */
const APPENDIX_A: readonly (readonly [hex: string, value: CborValue | typeof REFUSED])[] = [
	["00", 0],
	["01", 1],
	["0a", 10],
	["17", 23],
	["1818", 24],
	["1819", 25],
	["1864", 100],
	["1903e8", 1000],
	["1a000f4240", 1_000_000],
	["1b000000e8d4a51000", 1_000_000_000_000],
	["1bffffffffffffffff", REFUSED],
	["c249010000000000000000", REFUSED],
	["3bffffffffffffffff", REFUSED],
	["c349010000000000000000", REFUSED],
	["20", -1],
	["29", -10],
	["3863", -100],
	["3903e7", -1000],
	["f90000", REFUSED],
	["f98000", REFUSED],
	["f93c00", REFUSED],
	["fb3ff199999999999a", REFUSED],
	["f93e00", REFUSED],
	["f97bff", REFUSED],
	["fa47c35000", REFUSED],
	["fa7f7fffff", REFUSED],
	["fb7e37e43c8800759c", REFUSED],
	["f90001", REFUSED],
	["f90400", REFUSED],
	["f9c400", REFUSED],
	["fbc010666666666666", REFUSED],
	["f97c00", REFUSED],
	["f97e00", REFUSED],
	["f9fc00", REFUSED],
	["fa7f800000", REFUSED],
	["fa7fc00000", REFUSED],
	["faff800000", REFUSED],
	["fb7ff0000000000000", REFUSED],
	["fb7ff8000000000000", REFUSED],
	["fbfff0000000000000", REFUSED],
	["f4", false],
	["f5", true],
	["f6", null],
	["f7", undefined],
	["f0", REFUSED],
	["f8ff", REFUSED],
	["c074323031332d30332d32315432303a30343a30305a", REFUSED],
	["c11a514b67b0", REFUSED],
	["c1fb41d452d9ec200000", REFUSED],
	["d74401020304", REFUSED],
	["d818456449455446", REFUSED],
	["d82076687474703a2f2f7777772e6578616d706c652e636f6d", REFUSED],
	["40", new Uint8Array()],
	["4401020304", Uint8Array.of(1, 2, 3, 4)],
	["60", ""],
	["6161", "a"],
	["6449455446", "IETF"],
	["62225c", '"\\'],
	["62c3bc", "\u00fc"],
	["63e6b0b4", "\u6c34"],
	["64f0908591", "\ud800\udd51"],
	["80", []],
	["83010203", [1, 2, 3]],
	["8301820203820405", [1, [2, 3], [4, 5]]],
	["98190102030405060708090a0b0c0d0e0f101112131415161718181819", TO_25],
	["a0", map({})],
	["a201020304", REFUSED],
	["a26161016162820203", map({ a: 1, b: [2, 3] })],
	["826161a161626163", ["a", map({ b: "c" })]],
	["a56161614161626142616361436164614461656145", map({ a: "A", b: "B", c: "C", d: "D", e: "E" })],
	["5f42010243030405ff", Uint8Array.of(1, 2, 3, 4, 5)],
	["7f657374726561646d696e67ff", "streaming"],
	["9fff", []],
	["9f018202039f0405ffff", [1, [2, 3], [4, 5]]],
	["9f01820203820405ff", [1, [2, 3], [4, 5]]],
	["83018202039f0405ff", [1, [2, 3], [4, 5]]],
	["83019f0203ff820405", [1, [2, 3], [4, 5]]],
	["9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff", TO_25],
	["bf61610161629f0203ffff", map({ a: 1, b: [2, 3] })],
	["826161bf61626163ff", ["a", map({ b: "c" })]],
	["bf6346756ef563416d7421ff", map({ Fun: true, Amt: -2 })],
];

for (const [hex, value] of APPENDIX_A)
	test(`RFC 8949, Appendix A: ${hex} ${value === REFUSED ? "is refused" : "is read"}`, (t) => {
		if (value === REFUSED) t.throws(() => decodeCbor(bytesOf(hex)), { instanceOf: CborError });
		else t.deepEqual(decodeCbor(bytesOf(hex)), value);
	});

test("what SMP requests are made of is written as Appendix A has it", (t) => {
	const written = (write: (writer: CborWriter) => void): string => {
		const writer = new CborWriter({ capacityBytes: 64 });
		write(writer);
		return Buffer.from(writer.written).toString("hex");
	};
	for (const number of [0, 1, 10, 23, 24, 25, 100, 1000, 1_000_000]) {
		const hex = APPENDIX_A.find(([, value]) => value === number)?.[0] ?? "";
		t.is(
			written((writer) => writer.unsigned(number)),
			hex,
		);
		t.is(headBytes(number), hex.length / 2);
	}
	t.is(
		written((writer) => writer.unsigned(0xffff_ffff)),
		"1affffffff",
	);
	t.is(
		written((writer) => writer.text("IETF")),
		"6449455446",
	);
	t.is(
		written((writer) => writer.bytes(Uint8Array.of(1, 2, 3, 4))),
		"4401020304",
	);
	t.is(
		written((writer) => writer.boolean(false).boolean(true)),
		"f4f5",
	);
	t.is(
		written((writer) => writer.map(1).text("a").unsigned(1)),
		"a1616101",
	);
	t.throws(() => new CborWriter({ capacityBytes: 4 }).bytes(new Uint8Array(4)), { instanceOf: RangeError });
});

const WRONG: Record<string, string> = {
	nothing: "",
	"a list cut short": "8301",
	"a string cut short": "4401",
	"a string longer than all memory": "5bffffffffffff0000",
	"a map that says a million and has none": "ba000f4240",
	"an argument cut short": "19ff",
	"a reserved length": "1c00",
	"an integer of indefinite length": "1f",
	"a break alone": "ff",
	"a piece of another kind in a string": "5f6161ff",
	"a piece of indefinite length in a string": "5f5f4101ffff",
	"a string that never ends": "5f4101",
	"a key twice": "a2616101616102",
	"a map that ends after a key": "bf6161ff",
	"more after the end": "0000",
	"seven lists in each other": "8181818181818100",
	"more items than SMP has": `98${"ff"}${"00".repeat(255)}9900ff${"00".repeat(255)}`,
	"257 items": `990101${"00".repeat(257)}`,
};

for (const [what, hex] of Object.entries(WRONG))
	test(`P8: refused: ${what}`, (t) => {
		t.throws(() => decodeCbor(bytesOf(hex)), { instanceOf: CborError });
	});

test("what is no UTF-8 becomes U+FFFD, and the rest of the text stays", (t) => {
	for (const [hex, text] of [
		["6361ff62", "a\ufffdb"],
		["6361c362", "a\ufffdb"],
		["62e6b0", "\ufffd"],
		["64f7bfbfbf", "\ufffd\ufffd\ufffd\ufffd"],
	] as const)
		t.is(decodeCbor(bytesOf(hex)), text);
});

test("any bytes give a value or a CborError", (t) => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
			try {
				decodeCbor(bytes);
			} catch (error) {
				t.true(error instanceof CborError, String(error));
			}
		}),
		{ numRuns: 2_000 },
	);
	t.pass();
});
