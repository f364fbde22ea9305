// Requirements: R10, R29
// Goal: the checks of a block are those that others compute. Method: published check values, and a second way to compute.
import test from "ava";
import fc from "fast-check";
import { crc16 } from "../../modules/storage/crc16.js";
import { checksum } from "../../modules/xmodem/checksum.js";

const ascii = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

test("CRC-16/XMODEM has the check value of the catalogue of parametrised CRC algorithms", (t) => {
	t.is(crc16(ascii("123456789")), 0x31c3);
	t.is(crc16(new Uint8Array(0)), 0);
	t.is(crc16(new Uint8Array(1024)), 0);
});

test("CRC-16/XMODEM followed by itself leaves nothing, and bit by bit it is the same", (t) => {
	const bitByBit = (bytes: Uint8Array) => {
		let crc = 0;
		for (const byte of bytes) {
			crc ^= byte << 8;
			for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
		}
		return crc;
	};
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 1100 }), (bytes) => {
			const crc = crc16(bytes);
			return crc === bitByBit(bytes) && crc16(Uint8Array.of(...bytes, crc >>> 8, crc & 255)) === 0;
		}),
	);
	t.pass();
});

test("the checksum is the sum of all bytes modulo 256", (t) => {
	t.is(checksum(new Uint8Array(1024).fill(255)), 0);
	t.is(checksum(Uint8Array.of(200, 100)), 44);
	t.is(checksum(new Uint8Array(0)), 0);
});
