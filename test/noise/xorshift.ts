/** Numbers that look random and are the same for the same seed in every engine: xorshift32 (Marsaglia 2003), a few operations each. */
export class Xorshift {
	#state: number;

	/** Any 32-bit number is a seed. */
	constructor(seed: number) {
		// Seeds that differ by little must not begin alike, and a state of 0 would stay 0.
		this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 0 || 0x2545f491;
		for (let i = 0; i < 8; i++) this.next();
	}

	/** 0 to 2^32 - 1. */
	next(): number {
		let state = this.#state;
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		this.#state = state;
		return state >>> 0;
	}

	/** 0 to `count` - 1. */
	below(count: number): number {
		return this.next() % count;
	}

	/** True once in so many. */
	oneIn(count: number): boolean {
		return this.below(count) === 0;
	}

	pick<T>(list: readonly T[]): T {
		return list[this.below(list.length)] as T;
	}

	fill(bytes: Uint8Array): void {
		let state = this.#state;
		for (let i = 0; i < bytes.length; i++) {
			state ^= state << 13;
			state ^= state >>> 17;
			state ^= state << 5;
			bytes[i] = state >>> 11;
		}
		this.#state = state;
	}
}
