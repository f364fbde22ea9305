import type { Tear } from "./boot.js";
import type { Snapshot } from "./snapshot.js";

/** Every kind of place that a reader could stumble over: nothing, magic, length, sequence, CRC, record, all but one byte. */
const CLASSES = (bytes: number): number[] => [0, 1, 3, 6, 10, 12, Math.floor((12 + bytes) / 2), bytes - 1];
/** In the header and in the record: no reader takes either, which every byte was tried for in another boot. */
const FEW = (bytes: number): number[] => [6, Math.floor((12 + bytes) / 2)];

/** Whether a tear is the one that stands for its kind. */
export function isOfEachKind({ byteLength }: ArrayBuffer, name: string): boolean {
	return CLASSES(byteLength).includes(Number(name.slice(1)));
}

/** A write that was torn. */
export interface Torn extends Tear {
	old: ArrayBuffer | undefined;
}

/**
 * How a write can be torn, by name: `s` for short, `m` for mixed, and how many new bytes got there. A medium may hold after it a file that is short, or a region whose first bytes are new
 * and the others old. `every` thins the places; undefined takes a few only, which is enough where all places were tried in
 * another boot.
 */
export function* tears({ old, value }: Torn, every: number | undefined): Generator<string> {
	const bytes = value.byteLength;
	const places =
		every === undefined
			? FEW(bytes)
			: Array.from({ length: Math.ceil(bytes / every) }, (_, i) => i * every).concat(
					every === 1 ? [] : CLASSES(bytes),
				);
	for (const kept of new Set(places.filter((place) => place >= 0 && place < bytes))) {
		yield `s${kept}`;
		if (old) yield `m${kept}`;
	}
}

export function tornValue({ old, value }: Torn, name: string): ArrayBuffer {
	const kept = Number(name.slice(1));
	if (name.startsWith("s") || !old) return value.slice(0, kept);
	const mixed = new Uint8Array(Math.max(kept, old.byteLength));
	mixed.set(new Uint8Array(old));
	mixed.set(new Uint8Array(value, 0, kept));
	return mixed.buffer;
}

/** What the power leaves where it goes in the middle of a write. */
export function tornSnapshot(snapshot: Snapshot, torn: Torn, name: string): Snapshot {
	const values = new Map(snapshot[torn.medium]).set(torn.key, tornValue(torn, name));
	return { ...snapshot, [torn.medium]: values };
}
