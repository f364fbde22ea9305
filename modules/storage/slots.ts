import type { Store } from "../io/store.js";
import { equalBytes } from "./bytes.js";
import { crc32 } from "./crc32.js";

const MAGIC = 0x5557; // "UW"
const HEADER_BYTES = 12; // magic 2, length 2, sequence 4, CRC-32 4 (over all but itself)
const SLOT_NAMES = ["a", "b"] as const;

/** The longest record a slot holds. */
export const RECORD_BYTES_MAX = 16_384;

/** A record could not be written, or did not read back as it was written. The earlier record is still there. */
export class SlotWriteError extends Error {
	override name = "SlotWriteError";
}

export type SlotsRead =
	| { status: "ok"; record: Uint8Array<ArrayBuffer>; sequence: number }
	| { status: "missing" }
	| { status: "damaged" };

interface Slot {
	name: string;
	present: boolean;
	sequence: number;
	record: Uint8Array<ArrayBuffer> | undefined;
}

/**
 * One record kept in two slots that are written in turn, each with a sequence number and a CRC, so that a torn
 * write costs the new record and never the old one.
 */
export class Slots {
	readonly #store: Store;
	readonly #key: string;

	/** Uses the keys `<key>-a` and `<key>-b` of `store`. */
	constructor({ store, key }: { store: Store; key: string }) {
		this.#store = store;
		this.#key = key;
	}

	/** The newest whole record. `damaged`: something is there and no slot is whole. Throws what the store throws. */
	read(): SlotsRead {
		const slots = this.#slots();
		const newest = newestOf(slots);
		if (newest?.record) return { status: "ok", record: newest.record, sequence: newest.sequence };
		return { status: slots.some((slot) => slot.present) ? "damaged" : "missing" };
	}

	/** Writes over the older slot, reads it back, and throws SlotWriteError unless it is what was written. */
	write(record: Uint8Array): void {
		if (record.length > RECORD_BYTES_MAX)
			throw new SlotWriteError(
				`Expected at most ${RECORD_BYTES_MAX} bytes for ${this.#key}, got ${record.length}`,
			);
		try {
			const slots = this.#slots();
			const newest = newestOf(slots);
			const target = slots.find((slot) => slot !== newest) as Slot;
			const image = encode(record, ((newest?.sequence ?? 0) + 1) >>> 0);
			this.#store.write(target.name, image.buffer);
			const back = this.#store.read(target.name);
			if (!back || !equalBytes(new Uint8Array(back), image))
				throw new SlotWriteError(`Expected ${target.name} to read back as written`);
		} catch (error) {
			if (error instanceof SlotWriteError) throw error;
			throw new SlotWriteError(`Could not write ${this.#key}: ${(error as Error).message}`);
		}
	}

	/** Takes both slots away, the older one first. */
	delete(): void {
		const slots = this.#slots();
		const newest = newestOf(slots);
		for (const slot of slots) if (slot !== newest) this.#store.delete(slot.name);
		if (newest) this.#store.delete(newest.name);
	}

	#slots(): Slot[] {
		return SLOT_NAMES.map((suffix) => {
			const name = `${this.#key}-${suffix}`;
			const value = this.#store.read(name);
			if (value === undefined) return { name, present: false, sequence: 0, record: undefined };
			return { name, present: true, ...decode(new Uint8Array(value)) };
		});
	}
}

function newestOf(slots: Slot[]): Slot | undefined {
	let newest: Slot | undefined;
	for (const slot of slots) {
		if (!slot.record) continue;
		// Serial number arithmetic: a sequence that wrapped at 2^32 is still the newer one.
		if (!newest || ((slot.sequence - newest.sequence) | 0) > 0) newest = slot;
	}
	return newest;
}

function encode(record: Uint8Array, sequence: number): Uint8Array<ArrayBuffer> {
	const image = new Uint8Array(HEADER_BYTES + record.length);
	const view = new DataView(image.buffer);
	view.setUint16(0, MAGIC);
	view.setUint16(2, record.length);
	view.setUint32(4, sequence);
	image.set(record, HEADER_BYTES);
	view.setUint32(8, checksum(image));
	return image;
}

function decode(image: Uint8Array<ArrayBuffer>): {
	sequence: number;
	record: Uint8Array<ArrayBuffer> | undefined;
} {
	if (image.length < HEADER_BYTES) return { sequence: 0, record: undefined };
	const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
	const whole =
		view.getUint16(0) === MAGIC &&
		view.getUint16(2) === image.length - HEADER_BYTES &&
		view.getUint32(8) === checksum(image);
	return { sequence: view.getUint32(4), record: whole ? image.slice(HEADER_BYTES) : undefined };
}

function checksum(image: Uint8Array): number {
	const covered = image.slice();
	covered.fill(0, 8, HEADER_BYTES);
	return crc32(covered);
}
