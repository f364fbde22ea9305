import type { Write } from "./boot.js";

/** Every kind of place that a reader could stumble over: nothing, magic, length, sequence, CRC, record, all but one byte. */
const CLASSES = (bytes: number): number[] => [0, 1, 3, 6, 10, 12, Math.floor((12 + bytes) / 2), bytes - 1];

export interface TornValue {
	/** How it was torn: `s` for short, `m` for mixed, and how many new bytes got there. */
	name: string;
	value: ArrayBuffer;
}

/**
 * What a medium may hold after a write that the power cut tore: a file that is short, or a region whose first bytes are new
 * and the others old. `every` thins the places; undefined takes one of each kind only, which is enough where the same places
 * were all tried in another boot.
 */
export function* tears(write: Pick<Write, "old" | "value">, every: number | undefined): Generator<TornValue> {
	const bytes = write.value.byteLength;
	const places =
		every === undefined
			? CLASSES(bytes)
			: Array.from({ length: Math.ceil(bytes / every) }, (_, i) => i * every).concat(
					every === 1 ? [] : CLASSES(bytes),
				);
	for (const kept of new Set(places.filter((place) => place >= 0 && place < bytes))) {
		yield { name: `s${kept}`, value: tornValue(write, `s${kept}`) };
		if (write.old) yield { name: `m${kept}`, value: tornValue(write, `m${kept}`) };
	}
}

export function tornValue({ old, value }: Pick<Write, "old" | "value">, name: string): ArrayBuffer {
	const kept = Number(name.slice(1));
	if (name.startsWith("s") || !old) return value.slice(0, kept);
	const mixed = new Uint8Array(Math.max(kept, old.byteLength));
	mixed.set(new Uint8Array(old));
	mixed.set(new Uint8Array(value, 0, kept));
	return mixed.buffer;
}
