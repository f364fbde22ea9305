import type { Output } from "update-window/mcu/board";
import type { Digital } from "update-window/mcu/digital";

/** Hardware that resets the MCU, and so drops the line, when it is not stopped in time. Nothing prolongs it. */
export interface HoldLimit {
	start(limitMs: number): void;
	stop(): void;
}

export interface HoldLineOptions {
	/** Inactive. */
	line: Digital;
	limit: HoldLimit;
	/** The longest that the line is active. */
	limitMs: number;
}

/**
 * Keeps monitoring back, and never for longer than the hardware allows: the limit runs before the line is driven, and
 * what asserts the line a second time gets no more time.
 */
export class HoldLine implements Output {
	readonly #options: HoldLineOptions;
	#active = false;

	constructor(options: HoldLineOptions) {
		this.#options = options;
	}

	/** Throws what the limit's start throws, and then the line is inactive. */
	write(active: boolean): void {
		const { line, limit, limitMs } = this.#options;
		if (!active) {
			line.write(0);
			if (this.#active) limit.stop();
		} else if (!this.#active) {
			limit.start(limitMs);
			line.write(1);
		}
		this.#active = active;
	}
}
