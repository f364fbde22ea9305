// Requirements: R29
import test from "ava";
import fc from "fast-check";
import { crc16 } from "../../modules/storage/crc16.js";

/** By its definition, bit by bit: the remainder of the division by x^16 + x^12 + x^5 + 1. */
function byDefinition(bytes: Uint8Array): number {
	let crc = 0;
	for (const byte of bytes)
		for (let bit = 7; bit >= 0; bit--) {
			const top = (crc >> 15) ^ ((byte >> bit) & 1);
			crc = ((crc << 1) & 0xffff) ^ (top ? 0x1021 : 0);
		}
	return crc;
}

test("CRC-16/XMODEM has the check value of its catalogue entry, and 0 for nothing", (t) => {
	t.is(crc16(Buffer.from("123456789")), 0x31c3);
	t.is(crc16(new Uint8Array()), 0);
});

test("CRC-16/XMODEM is the one of its definition for every single byte and random ones", (t) => {
	for (let byte = 0; byte < 256; byte++) t.is(crc16(Uint8Array.of(byte)), byDefinition(Uint8Array.of(byte)));
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => t.is(crc16(bytes), byDefinition(bytes))),
	);
});
