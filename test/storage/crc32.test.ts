// Requirements: R29
import { gzipSync } from "node:zlib";
import test from "ava";
import fc from "fast-check";
import { crc32 } from "../../modules/storage/crc32.js";

/** A gzip file ends with the CRC-32 and the length of what it holds, four bytes each, little end first (RFC 1952, section 2.3.1). */
function crc32OfGzip(bytes: Uint8Array): number {
	const file = gzipSync(bytes);
	return file.readUInt32LE(file.length - 8);
}

test("CRC-32 has the check value of its catalogue entry, and 0 for nothing", (t) => {
	t.is(crc32(Buffer.from("123456789")), 0xcbf43926);
	t.is(crc32(new Uint8Array()), 0);
});

test("CRC-32 is the one of gzip for every single byte and random ones", (t) => {
	for (let byte = 0; byte < 256; byte++) t.is(crc32(Uint8Array.of(byte)), crc32OfGzip(Uint8Array.of(byte)));
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => t.is(crc32(bytes), crc32OfGzip(bytes))),
	);
});
