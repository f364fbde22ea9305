import type { Store } from "../io/store.js";
import { Slots } from "../storage/slots.js";
import { type AliveMark, decodeMark, encodeMark } from "./alive-mark.js";

export type MarkRead =
	| { readonly status: "ok"; readonly mark: AliveMark }
	| { readonly status: "missing" | "damaged" };

/**
 * The alive marks in their medium: the same mark in both slots, one after the other. Were it in one, the slot that decays
 * while the product is off would bring back the mark before it, and the time between the two would count as off.
 */
export class Marks {
	readonly #slots: Slots;

	constructor({ store }: { store: Store }) {
		this.#slots = new Slots({ store, key: "mark" });
	}

	/** The newest mark. A medium that cannot be read is `damaged`. */
	read(): MarkRead {
		try {
			const read = this.#slots.read();
			if (read.status !== "ok") return { status: read.status };
			const mark = decodeMark(read.record);
			return mark ? { status: "ok", mark } : { status: "damaged" };
		} catch {
			return { status: "damaged" };
		}
	}

	/** Writes the mark; each slot is read back. Throws SlotWriteError where it is not there afterwards. */
	write(mark: AliveMark): void {
		const bytes = encodeMark(mark);
		this.#slots.write(bytes);
		this.#slots.write(bytes);
	}

	/** Takes the mark away, so that no time counts from it, and leaves a trace that says why. Throws SlotWriteError. */
	void(mark: Pick<AliveMark, "bootNumber" | "epoch" | "distrusted">): void {
		this.write({ ...mark, timeMs: 0, rate: "none", final: false, isVoid: true });
	}
}
