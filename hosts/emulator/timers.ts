import type { Clock } from "./clock.js";

/** Longer waits are cut in pieces, for many a host's timers hold only 31 bits of milliseconds. */
const PIECE_MS = 1_000_000_000;

interface Wait {
	id: unknown;
}

/** Timers that end together, when what they belong to ends: a power cycle, a session. */
export class Timers {
	readonly #clock: Clock;
	readonly #scale: number;
	readonly #waits = new Set<Wait>();

	/** `minuteMs` is how long one minute of the modem takes on `clock`; 60,000 is real time. */
	constructor({ clock, minuteMs }: { clock: Clock; minuteMs: number }) {
		this.#clock = clock;
		this.#scale = minuteMs / 60_000;
	}

	/** Calls back after `durationMs` of the modem's own time. The value returned is for `clear`. */
	after(durationMs: number, callback: () => void): object {
		return this.soon(durationMs * this.#scale, callback);
	}

	/** Calls back after `delayMs` of the clock's time, however fast the modem's time runs. */
	soon(delayMs: number, callback: () => void): object {
		const wait: Wait = { id: undefined };
		this.#waits.add(wait);
		this.#arm(wait, this.#clock.now() + Math.max(0, delayMs), callback);
		return wait;
	}

	/** Clearing what has run, or nothing at all, is no error. */
	clear(handle: object | undefined): void {
		const wait = handle as Wait | undefined;
		if (!wait || !this.#waits.delete(wait)) return;
		this.#clock.clearTimeout(wait.id);
	}

	clearAll(): void {
		for (const wait of this.#waits) this.#clock.clearTimeout(wait.id);
		this.#waits.clear();
	}

	#arm(wait: Wait, dueMs: number, callback: () => void): void {
		const leftMs = dueMs - this.#clock.now();
		wait.id = this.#clock.setTimeout(
			() => {
				if (leftMs > PIECE_MS) {
					this.#arm(wait, dueMs, callback);
					return;
				}
				this.#waits.delete(wait);
				callback();
			},
			Math.min(leftMs, PIECE_MS),
		);
	}
}
