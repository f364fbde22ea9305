import type { Store } from "../io/store.js";
import { Slots } from "../storage/slots.js";

/** The boot in which this was written, and the epoch of the clock then. */
export interface BootFacts {
	/** 1 to 2^32 - 1. */
	readonly bootNumber: number;
	/** 0 to 65,535. */
	readonly epoch: number;
}

const RECORD_BYTES = 6; // boot number u32, epoch u16, big-endian

/**
 * The number of the boot and the epoch of the clock, in another medium than the mark: a mark that does not agree
 * with it is not of the boot before, or of another setting of the clock.
 */
export class BootRecord {
	readonly #slots: Slots;

	constructor({ store }: { store: Store }) {
		this.#slots = new Slots({ store, key: "boot" });
	}

	/** What the boot before wrote; undefined where there is nothing that can be read. */
	read(): BootFacts | undefined {
		try {
			const read = this.#slots.read();
			if (read.status !== "ok" || read.record.length !== RECORD_BYTES) return undefined;
			const view = new DataView(read.record.buffer, read.record.byteOffset, RECORD_BYTES);
			return { bootNumber: view.getUint32(0), epoch: view.getUint16(4) };
		} catch {
			return undefined;
		}
	}

	/** Writes; the slot is read back. Throws SlotWriteError where it is not there afterwards. */
	write(facts: BootFacts): void {
		const bytes = new Uint8Array(RECORD_BYTES);
		const view = new DataView(bytes.buffer);
		view.setUint32(0, facts.bootNumber);
		view.setUint16(4, facts.epoch);
		this.#slots.write(bytes);
	}
}
