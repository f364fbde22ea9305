import Time from "time";
import Timer from "timer";
import type { Clock } from "update-window/io/clock";

/**
 * The SDK's ticks and timers as a Clock. Ticks are 32 bits wide on an MCU, so what passed since the last reading is
 * added up; `now()` must be read at least every 24 days, and the alive mark does.
 */
export class TicksClock implements Clock {
	readonly #onFault: (error: unknown) => void;
	#lastTicks: number;
	#nowMs = 0;

	/** `onFault` is told what a timer's callback throws. */
	constructor({ onFault }: { onFault: (error: unknown) => void }) {
		this.#onFault = onFault;
		this.#lastTicks = Time.ticks;
	}

	now(): number {
		const ticks = Time.ticks;
		// On Linux ticks follow the system's clock, which may be set back.
		this.#nowMs += Math.max(0, Time.delta(this.#lastTicks, ticks));
		this.#lastTicks = ticks;
		return this.#nowMs;
	}

	setTimeout(callback: () => void, delayMs: number): unknown {
		return Timer.set(
			() => {
				try {
					callback();
				} catch (error) {
					this.#onFault(error);
				}
			},
			Math.max(0, Math.ceil(delayMs)),
		);
	}

	/** What has fired, or was never set, is no error. */
	clearTimeout(id: unknown): void {
		Timer.clear(id as Timer | undefined);
	}
}
