/** The sum of all bytes, modulo 256. */
export function checksum(bytes: Uint8Array): number {
	const count = bytes.length;
	let sum = 0;
	for (let i = 0; i < count; i++) sum += bytes[i] as number;
	return sum & 255;
}
