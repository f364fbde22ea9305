/** The number 0 to 99 in two binary-coded digits, or undefined where one of them is no digit. */
export function fromBcd(byte: number): number | undefined {
	const tens = byte >> 4;
	const ones = byte & 0x0f;
	return tens > 9 || ones > 9 ? undefined : tens * 10 + ones;
}

/** Two binary-coded digits of a whole number from 0 to 99. */
export function toBcd(value: number): number {
	return (Math.floor(value / 10) << 4) | (value % 10);
}
