/**
 * CRC-16/XMODEM: polynomial 0x1021, initial value 0, not reflected; check value of "123456789" 0x31C3. No table: a byte
 * costs 49 computrons on XS, of which the loop takes 12 and a table of 512 bytes would save another 19.
 */
export function crc16(bytes: Uint8Array): number {
	const count = bytes.length;
	let crc = 0;
	for (let i = 0; i < count; i++) {
		let high = (crc >> 8) ^ (bytes[i] as number);
		high ^= high >> 4;
		crc = ((crc << 8) ^ (high << 12) ^ (high << 5) ^ high) & 0xffff;
	}
	return crc;
}
