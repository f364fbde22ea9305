import type { Disturbance } from "./line.js";

export interface NoiseOptions {
	seed: number;
	/** One byte in so many is disturbed, on average. */
	every: number;
	/** So many bytes after a disturbed one none is. */
	spacing: number;
	/** The longest delay; 0 for none. */
	delayMsMax?: number;
	/** Bytes to the modem are not doubled: the 8-bit checksum finds one such change in 256 not. */
	doublesNoData?: boolean;
}

/** Bytes that get lost, changed in one bit, doubled or late, by a seed. */
export function seededNoise({
	seed,
	every,
	spacing,
	delayMsMax = 500,
	doublesNoData = false,
}: NoiseOptions): Disturbance {
	let state = seed | 0;
	/** mulberry32 */
	const random = (): number => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const quiet = { "to-modem": 0, "to-host": 0 };
	return (byte, direction) => {
		if (quiet[direction] > 0) {
			quiet[direction]--;
			return { bytes: [byte] };
		}
		if (random() * every >= 1) return { bytes: [byte] };
		quiet[direction] = spacing - 1;
		switch (Math.floor(random() * (delayMsMax > 0 ? 4 : 3))) {
			case 0:
				return { bytes: [] };
			case 1:
				return { bytes: [byte ^ (1 << Math.floor(random() * 8))] };
			case 2:
				return { bytes: doublesNoData && direction === "to-modem" ? [] : [byte, byte] };
			default:
				return { bytes: [byte], delayMs: random() * delayMsMax };
		}
	};
}
