// Requirements: R29
import test from "ava";
import fc from "fast-check";
import { asciiFromBytes, bytesFromAscii, equalBytes, latin1FromBytes } from "../../modules/storage/bytes.js";

test("bytes become text, and ASCII becomes the bytes again, whatever the length", (t) => {
	for (let length = 0; length <= 200; length++) {
		const bytes = Uint8Array.from({ length }, (_, index) => (index * 7) % 128);
		const text = String.fromCharCode(...bytes);
		t.is(asciiFromBytes(bytes), text);
		t.is(
			latin1FromBytes(bytes.map((byte) => byte + 128)),
			String.fromCharCode(...bytes.map((byte) => byte + 128)),
		);
		t.deepEqual(bytesFromAscii(text), bytes);
	}
});

test("a byte or code unit that is not ASCII is named with its place", (t) => {
	fc.assert(
		fc.property(
			fc.uint8Array({ minLength: 1, maxLength: 100, max: 127 }),
			fc.nat(),
			fc.integer({ min: 128, max: 255 }),
			(bytes, place, byte) => {
				const at = place % bytes.length;
				const text = String.fromCharCode(...bytes);
				bytes[at] = byte;
				t.throws(() => asciiFromBytes(bytes), {
					name: "RangeError",
					message: `Expected ASCII, got byte ${byte} at ${at}`,
				});
				const damaged = text.slice(0, at) + String.fromCharCode(byte * 200) + text.slice(at + 1);
				t.throws(() => bytesFromAscii(damaged), {
					name: "RangeError",
					message: new RegExp(`code unit ${byte * 200} at ${at}$`),
				});
			},
		),
	);
});

test("a long text is put together from its pieces", (t) => {
	const bytes = new Uint8Array(100_000).map((_, index) => 32 + (index % 90));
	t.is(asciiFromBytes(bytes), Buffer.from(bytes).toString("latin1"));
});

test("bytes are equal when all of them are", (t) => {
	t.true(equalBytes(new Uint8Array(0), new Uint8Array(0)));
	t.true(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2)));
	t.false(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3)));
	t.false(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3)));
	t.false(equalBytes(Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2)));
});
