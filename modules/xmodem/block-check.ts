/** What each nibble adds to the CRC with polynomial 0x1021; 32 bytes of flash, and half the work of one bit at a time. */
const NIBBLES = new Uint16Array([
	0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50a5, 0x60c6, 0x70e7, 0x8108, 0x9129, 0xa14a, 0xb16b, 0xc18c,
	0xd1ad, 0xe1ce, 0xf1ef,
]);

/** CRC-16/XMODEM: polynomial 0x1021, not reflected, begun with 0, check value of "123456789" 0x31C3. */
export function crc16(bytes: Uint8Array): number {
	const count = bytes.length;
	let crc = 0;
	for (let i = 0; i < count; i++) {
		const byte = bytes[i] as number;
		crc = ((crc << 4) & 0xffff) ^ (NIBBLES[(crc >>> 12) ^ (byte >>> 4)] as number);
		crc = ((crc << 4) & 0xffff) ^ (NIBBLES[(crc >>> 12) ^ (byte & 15)] as number);
	}
	return crc;
}

/** The sum of all bytes, modulo 256. */
export function checksum(bytes: Uint8Array): number {
	const count = bytes.length;
	let sum = 0;
	for (let i = 0; i < count; i++) sum += bytes[i] as number;
	return sum & 255;
}
