import type { Clock } from "../../modules/io/clock.js";

/** Node's monotonic clock: milliseconds since the program's start. */
export class SystemClock implements Clock {
	now(): number {
		return performance.now();
	}

	setTimeout(callback: () => void, delayMs: number): unknown {
		return setTimeout(callback, Math.min(delayMs, TIMEOUT_MS_MAX));
	}

	clearTimeout(id: unknown): void {
		clearTimeout(id as NodeJS.Timeout);
	}
}

/** The longest delay that Node's setTimeout takes; a longer one would fire at once. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;
