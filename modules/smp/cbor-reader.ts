/** CBOR that cannot be read, or is not what SMP sends. */
export class CborError extends Error {
	override name = "CborError";
}

/** What `decodeCbor` gives. Maps have texts for keys. */
export type CborValue = number | boolean | null | undefined | string | Uint8Array | CborValue[] | CborMap;
export type CborMap = Map<string, CborValue>;

/** Slot information is a map of a list of maps of a list of maps; nothing in SMP goes deeper. */
const DEPTH_MAX = 6;
/** An image list of two slots has 20. */
const ITEMS_MAX = 256;
const BREAK = 0xff;

const MAJOR = Object.freeze({
	unsigned: 0,
	negative: 1,
	bytes: 2,
	text: 3,
	list: 4,
	map: 5,
	tag: 6,
	simple: 7,
} as const);

/**
 * What SMP needs of CBOR (RFC 8949), to read: integers up to 2^53, byte strings, texts, lists and maps of definite and
 * indefinite length (Zephyr sends these), false, true, null and undefined. Tags, floating point, other simple values and
 * keys that are no text are refused, and so is what is longer or deeper than any answer of an SMP server.
 *
 * It is our own, for no package fits (bytes as xsc 17.9 compiles them; reader and writer here are 5,143): cborg 6.1.5, cbor2 2.3.0
 * and @levischuck/tiny-cbor 0.3.6 need TextEncoder or TextDecoder to load, which XS has not, and the last reads no
 * indefinite lengths; cbor-x 1.6.9 (55,011) and cbor-redux 1.0.0 (14,426) run on a frozen XS, but 900 bytes of lists in
 * each other overflow its stack, which ends the machine, and the latter believes any length that it is told.
 */
export function decodeCbor(bytes: Uint8Array): CborValue {
	const reader = new CborReader(bytes);
	const value = reader.value(0);
	reader.end();
	return value;
}

class CborReader {
	readonly #bytes: Uint8Array;
	#at = 0;
	#items = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	end(): void {
		const left = this.#bytes.length - this.#at;
		if (left > 0) throw new CborError(`Expected the end after ${this.#at} bytes of CBOR, got ${left} more`);
	}

	value(depth: number): CborValue {
		if (depth > DEPTH_MAX) throw new CborError(`Expected CBOR at most ${DEPTH_MAX} deep`);
		if (++this.#items > ITEMS_MAX) throw new CborError(`Expected at most ${ITEMS_MAX} items of CBOR`);
		const initial = this.#byte();
		const major = initial >> 5;
		const low = initial & 31;
		if (major === MAJOR.simple) return simpleValue(low);
		const count = this.#argument(initial);
		switch (major) {
			case MAJOR.unsigned:
				return definite(count, initial);
			case MAJOR.negative:
				return safe(-1 - definite(count, initial));
			case MAJOR.bytes:
				return this.#string(major, count);
			case MAJOR.text:
				return textFromUtf8(this.#string(major, count));
			case MAJOR.list:
				return this.#list(count, depth);
			case MAJOR.map:
				return this.#map(count, depth);
			default:
				throw new CborError(`Expected no tag, got byte 0x${initial.toString(16)} at ${this.#at - 1}`);
		}
	}

	#list(count: number | undefined, depth: number): CborValue[] {
		const list: CborValue[] = [];
		while (this.#hasMore(count, list.length)) list.push(this.value(depth + 1));
		return list;
	}

	#map(count: number | undefined, depth: number): CborMap {
		const map: CborMap = new Map();
		for (let i = 0; this.#hasMore(count, i); i++) {
			const key = this.value(depth + 1);
			if (typeof key !== "string") throw new CborError(`Expected a text for a key, got ${typeof key}`);
			if (map.has(key)) throw new CborError(`Expected a key once, got ${JSON.stringify(key)} again`);
			map.set(key, this.value(depth + 1));
		}
		return map;
	}

	/** A string of indefinite length is made of definite ones of the same kind. */
	#string(major: number, count: number | undefined): Uint8Array {
		if (count !== undefined) return this.#take(count);
		const pieces: Uint8Array[] = [];
		let total = 0;
		while (this.#hasMore(undefined, 0)) {
			if (++this.#items > ITEMS_MAX) throw new CborError(`Expected at most ${ITEMS_MAX} items of CBOR`);
			const initial = this.#byte();
			if (initial >> 5 !== major)
				throw new CborError(`Expected a piece of the same string, got byte 0x${initial.toString(16)}`);
			const piece = this.#take(definite(this.#argument(initial), initial));
			pieces.push(piece);
			total += piece.length;
		}
		const whole = new Uint8Array(total);
		let at = 0;
		for (const piece of pieces) {
			whole.set(piece, at);
			at += piece.length;
		}
		return whole;
	}

	/** The number after the initial byte; undefined where the length is indefinite. */
	#argument(initial: number): number | undefined {
		const low = initial & 31;
		if (low < 24) return low;
		if (low === 31) return undefined;
		if (low > 27) throw new CborError(`Expected CBOR, got byte 0x${initial.toString(16)} at ${this.#at - 1}`);
		let value = 0;
		for (let left = 1 << (low - 24); left > 0; left--) value = value * 256 + this.#byte();
		return safe(value);
	}

	/** False at the end of what is counted, or at a break, which is taken. */
	#hasMore(count: number | undefined, done: number): boolean {
		if (count !== undefined) return done < count;
		if (this.#bytes[this.#at] !== BREAK) return true;
		this.#at++;
		return false;
	}

	#take(count: number): Uint8Array {
		const end = this.#at + count;
		if (end > this.#bytes.length)
			throw new CborError(`Expected ${end} bytes of CBOR at least, got ${this.#bytes.length}`);
		const taken = this.#bytes.slice(this.#at, end);
		this.#at = end;
		return taken;
	}

	#byte(): number {
		const byte = this.#bytes[this.#at];
		if (byte === undefined) throw new CborError(`Expected more than ${this.#at} bytes of CBOR`);
		this.#at++;
		return byte;
	}
}

function simpleValue(low: number): boolean | null | undefined {
	switch (low) {
		case 20:
			return false;
		case 21:
			return true;
		case 22:
			return null;
		case 23:
			return undefined;
		default:
			throw new CborError(`Expected false, true, null or undefined, got simple value or float ${low}`);
	}
}

function definite(count: number | undefined, initial: number): number {
	if (count === undefined)
		throw new CborError(`Expected a definite length, got byte 0x${initial.toString(16)}`);
	return count;
}

function safe(value: number): number {
	if (!Number.isSafeInteger(value)) throw new CborError(`Expected an integer below 2^53, got ${value}`);
	return value;
}

/** Bytes of UTF-8 as text; what is no UTF-8 becomes U+FFFD, for a text of a device is only ever shown or compared. */
function textFromUtf8(bytes: Uint8Array): string {
	let text = "";
	const count = bytes.length;
	for (let i = 0; i < count; ) {
		const first = bytes[i++] as number;
		let more =
			first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
		let code = more < 0 ? 0xfffd : first & (more === 0 ? 0x7f : 0x3f >> more);
		for (; more > 0; more--) {
			const next = bytes[i] ?? 0;
			if (next >> 6 !== 2) {
				code = 0xfffd;
				break;
			}
			code = (code << 6) | (next & 63);
			i++;
		}
		text += String.fromCodePoint(code <= 0x10ffff ? code : 0xfffd);
	}
	return text;
}
