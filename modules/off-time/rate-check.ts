import type { Clock } from "../io/clock.js";
import type { Rtc } from "../io/rtc.js";
import { isPlausibleTime, readTime } from "./clock-reading.js";

const SECOND_MS = 1000;
/** Each comparison spans at least this. Car makers rate their engine-off timers every 120 s, too. */
export const RATE_SPAN_MS = 120_000;
const POLL_MS = 20;
/** A second change that is known less exactly than this is passed over: two of them are 0.33 % of the span. */
const EDGE_WIDTH_MAX_MS = 200;
/** No second change within this much of looking is a clock that stands still. */
const SEEK_MAX_MS = 5000;

/** One reading, and the ticks before and after it. */
interface Sample {
	second: number;
	beforeMs: number;
	afterMs: number;
}

/** A change to the RTC's second `second`, and the ticks between which it came. */
interface Edge {
	second: number;
	fromMs: number;
	toMs: number;
}

/**
 * Compares the RTC with the MCU's ticks, from one second change to another, again and again while the product runs.
 * Good is what is within the tolerance even with all that is uncertain about the two instants; anything else is bad.
 * A bad verdict ends the check: a clock that was wrong once is not believed again in the same boot.
 */
export class RateCheck {
	readonly #rtc: Rtc;
	readonly #clock: Clock;
	readonly #tolerance: number;
	readonly #onVerdict: (verdict: "good" | "bad") => void;
	#timer: unknown;
	#base: Edge | undefined;
	#previous: Sample | undefined;
	#seekingSinceMs = 0;
	#secondChanged = false;

	constructor(options: {
		rtc: Rtc;
		clock: Clock;
		/** As a share: 0.01 is 1 %. */
		tolerance: number;
		onVerdict: (verdict: "good" | "bad") => void;
	}) {
		this.#rtc = options.rtc;
		this.#clock = options.clock;
		this.#tolerance = options.tolerance;
		this.#onVerdict = options.onVerdict;
	}

	/** Begins anew, as after the clock was set. */
	start(): void {
		this.stop();
		this.#base = undefined;
		this.#seek();
	}

	stop(): void {
		this.#clock.clearTimeout(this.#timer);
	}

	#seek(): void {
		this.#seekingSinceMs = this.#clock.now();
		this.#previous = undefined;
		this.#secondChanged = false;
		this.#poll();
	}

	#seekLater(): void {
		this.#timer = this.#clock.setTimeout(() => this.#seek(), RATE_SPAN_MS);
	}

	#poll(): void {
		const beforeMs = this.#clock.now();
		const timeMs = readTime(this.#rtc);
		const afterMs = this.#clock.now();
		if (timeMs === undefined || !isPlausibleTime(timeMs)) {
			this.#base = undefined;
			this.#seekLater();
			return;
		}
		const sample = { second: Math.floor(timeMs / SECOND_MS), beforeMs, afterMs };
		const previous = this.#previous;
		this.#previous = sample;
		if (previous && previous.second !== sample.second) {
			this.#secondChanged = true;
			if (afterMs - previous.beforeMs <= EDGE_WIDTH_MAX_MS) {
				this.#onEdge({ second: sample.second, fromMs: previous.beforeMs, toMs: afterMs });
				return;
			}
		}
		if (afterMs - this.#seekingSinceMs <= SEEK_MAX_MS)
			this.#timer = this.#clock.setTimeout(() => this.#poll(), POLL_MS);
		else if (this.#secondChanged) this.#seekLater();
		else this.#onVerdict("bad");
	}

	#onEdge(edge: Edge): void {
		const base = this.#base;
		this.#base = edge;
		if (base) {
			const shownMs = (edge.second - base.second) * SECOND_MS;
			const leastMs = edge.fromMs - base.toMs;
			const mostMs = edge.toMs - base.fromMs;
			const good = shownMs <= leastMs * (1 + this.#tolerance) && shownMs >= mostMs * (1 - this.#tolerance);
			if (!good) {
				this.#onVerdict("bad");
				return;
			}
		}
		this.#seekLater();
		if (base) this.#onVerdict("good");
	}
}
