/** What an SMP server reads and writes. */
export type CborItem =
	| number
	| boolean
	| string
	| Uint8Array
	| CborItem[]
	| { readonly [key: string]: CborItem };

/** A request that is no map of SMP. */
export class CborItemError extends Error {
	override name = "CborItemError";
}

/** Lists and maps of indefinite length, as Zephyr's zcbor writes them unless it is told to be canonical, or of definite. */
export function encodeItem(item: CborItem, indefinite: boolean): number[] {
	if (typeof item === "boolean") return [item ? 0xf5 : 0xf4];
	if (typeof item === "number") return item < 0 ? head(0x20, -1 - item) : head(0x00, item);
	if (typeof item === "string") return [...head(0x60, item.length), ...codesOf(item)];
	if (item instanceof Uint8Array) return [...head(0x40, item.length), ...item];
	const [major, parts] = Array.isArray(item)
		? [0x80, item.map((part) => encodeItem(part, indefinite))]
		: [
				0xa0,
				Object.entries(item).map(([key, value]) => [
					...encodeItem(key, indefinite),
					...encodeItem(value, indefinite),
				]),
			];
	const body = parts.flat();
	return indefinite ? [major | 31, ...body, 0xff] : [...head(major, parts.length), ...body];
}

/** The map of a request. Throws CborItemError. */
export function decodeMap(bytes: Uint8Array): Map<string, CborItem> {
	let at = 0;
	const byte = (): number => {
		const value = bytes[at++];
		if (value === undefined) throw new CborItemError("Expected more bytes");
		return value;
	};
	const argument = (initial: number): number => {
		const low = initial & 31;
		if (low < 24) return low;
		if (low > 27) throw new CborItemError(`Expected a definite length, got ${low}`);
		let value = 0;
		for (let left = 1 << (low - 24); left > 0; left--) value = value * 256 + byte();
		return value;
	};
	const item = (): CborItem => {
		const initial = byte();
		if (initial === 0xf4 || initial === 0xf5) return initial === 0xf5;
		const value = argument(initial);
		const major = initial >> 5;
		if (major === 0) return value;
		if (major === 1) return -1 - value;
		if (major !== 2 && major !== 3) throw new CborItemError(`Expected a simple request, got byte ${initial}`);
		const piece = bytes.slice(at, at + value);
		if (piece.length < value) throw new CborItemError("Expected more bytes");
		at += value;
		return major === 2 ? piece : String.fromCharCode(...piece);
	};
	const map = new Map<string, CborItem>();
	const initial = byte();
	if (initial >> 5 !== 5) throw new CborItemError(`Expected a map, got byte ${initial}`);
	const isOpen = initial === 0xbf;
	const count = isOpen ? Number.POSITIVE_INFINITY : argument(initial);
	for (let i = 0; i < count; i++) {
		if (isOpen && bytes[at] === 0xff) break;
		const key = item();
		if (typeof key !== "string") throw new CborItemError("Expected a text for a key");
		map.set(key, item());
	}
	return map;
}

function head(major: number, value: number): number[] {
	if (value < 24) return [major | value];
	const bytes = value < 0x100 ? 1 : value < 0x10000 ? 2 : 4;
	const coded = [major | (bytes === 1 ? 24 : bytes === 2 ? 25 : 26)];
	for (let shift = (bytes - 1) * 8; shift >= 0; shift -= 8) coded.push((value >>> shift) & 0xff);
	return coded;
}

function codesOf(text: string): number[] {
	return Array.from(text, (character) => character.charCodeAt(0));
}
