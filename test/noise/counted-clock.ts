import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";

/** Virtual time that knows how many timers are set. */
export class CountedClock extends VirtualClock {
	readonly #pending = new Set<number>();

	/** Timers that have neither run nor been cleared. */
	get timers(): number {
		return this.#pending.size;
	}

	override setTimeout(callback: () => void, delayMs: number): number {
		const id = super.setTimeout(() => {
			this.#pending.delete(id);
			callback();
		}, delayMs);
		this.#pending.add(id);
		return id;
	}

	override clearTimeout(id: unknown): void {
		this.#pending.delete(id as number);
		super.clearTimeout(id);
	}
}
