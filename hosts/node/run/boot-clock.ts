import type { Clock } from "../../../modules/io/clock.js";

/** The ticks of one boot of our own MCU: a planned restart starts them anew, and ends every timer of the boot before it. */
export class BootClock implements Clock {
	readonly #clock: Clock;
	readonly #startMs: number;
	readonly #timers = new Set<unknown>();
	#ended = false;

	/** `startMs` is when the boot began by `clock`: 0 for the program's own start. */
	constructor({ clock, startMs }: { clock: Clock; startMs: number }) {
		this.#clock = clock;
		this.#startMs = startMs;
	}

	now(): number {
		return this.#clock.now() - this.#startMs;
	}

	setTimeout(callback: () => void, delayMs: number): unknown {
		if (this.#ended) return undefined;
		const id = this.#clock.setTimeout(() => {
			this.#timers.delete(id);
			callback();
		}, delayMs);
		this.#timers.add(id);
		return id;
	}

	clearTimeout(id: unknown): void {
		this.#timers.delete(id);
		this.#clock.clearTimeout(id);
	}

	/** No timer of this boot runs any more. */
	end(): void {
		this.#ended = true;
		for (const id of this.#timers) this.#clock.clearTimeout(id);
		this.#timers.clear();
	}
}
