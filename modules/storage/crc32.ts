const POLYNOMIAL = 0xedb88320;

/** CRC-32 as of ISO-HDLC (IEEE 802.3): reflected, polynomial 0x04C11DB7, check value of "123456789" 0xCBF43926. */
export function crc32(bytes: Uint8Array): number {
	let crc = 0xffffffff;
	for (let i = 0; i < bytes.length; i++) {
		crc ^= bytes[i] as number;
		for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
	}
	return (crc ^ 0xffffffff) >>> 0;
}
