/**
 * Writes the little CBOR that an SMP request needs into a buffer of fixed size: maps, texts of ASCII, byte strings,
 * unsigned integers below 2^32 and booleans, each in its shortest form (RFC 8949, section 4.2.1).
 */
export class CborWriter {
	readonly #bytes: Uint8Array<ArrayBuffer>;
	#at: number;

	/** Begins after `startBytes` of the buffer, which are left for a header. */
	constructor({ capacityBytes, startBytes = 0 }: { capacityBytes: number; startBytes?: number }) {
		this.#bytes = new Uint8Array(capacityBytes);
		this.#at = startBytes;
	}

	/** From the buffer's beginning to the last byte written. */
	get written(): Uint8Array<ArrayBuffer> {
		return this.#bytes.subarray(0, this.#at);
	}

	/** `pairs` keys, each with its value, come next. */
	map(pairs: number): this {
		return this.#head(0xa0, pairs);
	}

	text(text: string): this {
		this.#head(0x60, text.length);
		for (let i = 0; i < text.length; i++) this.#bytes[this.#at++] = text.charCodeAt(i);
		return this;
	}

	/** Throws RangeError where they do not fit. */
	bytes(bytes: Uint8Array): this {
		this.#head(0x40, bytes.length);
		this.#bytes.set(bytes, this.#at);
		this.#at += bytes.length;
		return this;
	}

	unsigned(value: number): this {
		return this.#head(0x00, value);
	}

	boolean(value: boolean): this {
		this.#bytes[this.#at++] = value ? 0xf5 : 0xf4;
		return this;
	}

	#head(major: number, value: number): this {
		const bytes = this.#bytes;
		const extra = headBytes(value) - 1;
		bytes[this.#at++] = major | (extra === 0 ? value : extra === 1 ? 24 : extra === 2 ? 25 : 26);
		for (let shift = (extra - 1) * 8; shift >= 0; shift -= 8) bytes[this.#at++] = value >>> shift;
		return this;
	}
}

/** How many bytes the head of a string of this length takes, or an unsigned integer of this value. */
export function headBytes(value: number): number {
	if (value < 24) return 1;
	if (value < 0x100) return 2;
	return value < 0x10000 ? 3 : 5;
}
