import type { Clock } from "../../modules/io/clock.js";

/** The MCU's own ticks, from one power-on to the next loss of power: with it all timers are gone. */
export class BootClock implements Clock {
	readonly #world: Clock;
	readonly #startMs: number;
	readonly #timers = new Set<unknown>();
	#powered = true;

	constructor({ world }: { world: Clock }) {
		this.#world = world;
		this.#startMs = world.now();
	}

	now(): number {
		return this.#world.now() - this.#startMs;
	}

	setTimeout(callback: () => void, delayMs: number): unknown {
		if (!this.#powered) return undefined;
		const id = this.#world.setTimeout(() => {
			this.#timers.delete(id);
			callback();
		}, delayMs);
		this.#timers.add(id);
		return id;
	}

	clearTimeout(id: unknown): void {
		this.#timers.delete(id);
		this.#world.clearTimeout(id);
	}

	/** Power is gone: no timer of this boot runs any more. */
	powerOff(): void {
		this.#powered = false;
		for (const id of this.#timers) this.#world.clearTimeout(id);
		this.#timers.clear();
	}
}
