interface Timer {
	id: number;
	atMs: number;
	callback: () => void;
}

/** Time that moves only when it is told to; timers that are due at the same instant run in the order they were set. */
export class VirtualClock {
	#nowMs = 0;
	#nextId = 1;
	readonly #timers = new Map<number, Timer>();

	now(): number {
		return this.#nowMs;
	}

	setTimeout(callback: () => void, delayMs: number): number {
		const id = this.#nextId++;
		this.#timers.set(id, { id, atMs: this.#nowMs + Math.max(0, delayMs), callback });
		return id;
	}

	clearTimeout(id: unknown): void {
		this.#timers.delete(id as number);
	}

	/** The instant of the next timer, or undefined where none is set. */
	nextAt(): number | undefined {
		return this.#next()?.atMs;
	}

	/** Runs everything that is due within `durationMs`, in order, and ends exactly there. */
	advance(durationMs: number): void {
		const endMs = this.#nowMs + durationMs;
		for (;;) {
			const timer = this.#next();
			if (!timer || timer.atMs > endMs) break;
			this.#timers.delete(timer.id);
			this.#nowMs = Math.max(this.#nowMs, timer.atMs);
			timer.callback();
		}
		this.#nowMs = endMs;
	}

	/** Advances timer by timer until `done()` holds; false where it does not within `limitMs`. */
	runUntil(done: () => boolean, limitMs: number): boolean {
		const endMs = this.#nowMs + limitMs;
		while (!done()) {
			const next = this.#next();
			if (!next || next.atMs > endMs) {
				this.#nowMs = endMs;
				return false;
			}
			this.advance(next.atMs - this.#nowMs);
		}
		return true;
	}

	#next(): Timer | undefined {
		let next: Timer | undefined;
		for (const timer of this.#timers.values())
			if (!next || timer.atMs < next.atMs || (timer.atMs === next.atMs && timer.id < next.id)) next = timer;
		return next;
	}
}
