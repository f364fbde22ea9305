interface Timer {
	id: number;
	atMs: number;
	callback: () => void;
}

/**
 * Virtual time that goes on timer by timer, so that the power can be cut between any two. Timers that are due at the same
 * instant run in the order in which they were set. A binary heap, for a boot sets thousands of them.
 */
export class StepClock {
	#nowMs = 0;
	#nextId = 1;
	readonly #heap: Timer[] = [];
	readonly #dead = new Set<number>();

	now(): number {
		return this.#nowMs;
	}

	setTimeout(callback: () => void, delayMs: number): number {
		const timer = { id: this.#nextId++, atMs: this.#nowMs + Math.max(0, delayMs), callback };
		this.#push(timer);
		return timer.id;
	}

	clearTimeout(id: unknown): void {
		if (typeof id === "number") this.#dead.add(id);
	}

	/** The instant of the next timer; undefined where none is set. */
	nextAt(): number | undefined {
		for (let first = this.#heap[0]; first; first = this.#heap[0]) {
			if (!this.#dead.delete(first.id)) return first.atMs;
			this.#pop();
		}
		return undefined;
	}

	/** Runs the next timer; false where none is set. */
	step(): boolean {
		if (this.nextAt() === undefined) return false;
		const timer = this.#pop();
		this.#nowMs = Math.max(this.#nowMs, timer.atMs);
		timer.callback();
		return true;
	}

	/** Time goes on to this instant without a timer; never beyond the next one. */
	moveTo(atMs: number): void {
		const nextAtMs = this.nextAt() ?? Number.POSITIVE_INFINITY;
		if (atMs < this.#nowMs || atMs > nextAtMs)
			throw new RangeError(`Expected an instant from ${this.#nowMs} to ${nextAtMs}, got ${atMs}`);
		this.#nowMs = atMs;
	}

	#push(timer: Timer): void {
		const heap = this.#heap;
		let at = heap.length;
		heap.push(timer);
		while (at > 0) {
			const above = (at - 1) >> 1;
			if (!isBefore(timer, heap[above] as Timer)) break;
			heap[at] = heap[above] as Timer;
			at = above;
		}
		heap[at] = timer;
	}

	#pop(): Timer {
		const heap = this.#heap;
		const first = heap[0] as Timer;
		const last = heap.pop() as Timer;
		if (heap.length === 0) return first;
		let at = 0;
		for (;;) {
			let below = 2 * at + 1;
			if (below >= heap.length) break;
			if (below + 1 < heap.length && isBefore(heap[below + 1] as Timer, heap[below] as Timer)) below++;
			if (!isBefore(heap[below] as Timer, last)) break;
			heap[at] = heap[below] as Timer;
			at = below;
		}
		heap[at] = last;
		return first;
	}
}

function isBefore(a: Timer, b: Timer): boolean {
	return a.atMs < b.atMs || (a.atMs === b.atMs && a.id < b.id);
}
