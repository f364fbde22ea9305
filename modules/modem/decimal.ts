/**
 * A decimal number of digits only, `0` to `max`; undefined for anything else: no sign, no exponent, no hexadecimal, no
 * space.
 */
export function parseDecimal(text: string, max: number): number | undefined {
	// Longer than any limit asked for; beyond it a double would round.
	if (text.length > 15 || !/^[0-9]+$/.test(text)) return undefined;
	const value = Number(text);
	return value <= max ? value : undefined;
}
