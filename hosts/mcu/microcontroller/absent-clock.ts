import type { Rtc } from "update-window/io/rtc";
import type { Store } from "update-window/io/store";

/** There is no RTC, or it did not answer when the board was opened. */
export class AbsentClockError extends Error {
	override name = "AbsentClockError";
}

/**
 * Stands in for an RTC that does not answer, and for its memory: no time and no mark, so that the window stays closed,
 * while the product monitors and the modem is guarded as ever.
 */
export class AbsentClock implements Rtc, Store {
	readonly #reason: string;

	/** What the RTC's driver threw. */
	constructor({ error }: { error: unknown }) {
		this.#reason = error instanceof Error ? error.message : String(error);
	}

	get time(): number | undefined {
		return undefined;
	}

	set time(_timeMs: number | undefined) {
		this.#fail();
	}

	read(): ArrayBuffer | undefined {
		this.#fail();
	}

	write(): void {
		this.#fail();
	}

	delete(): void {
		this.#fail();
	}

	#fail(): never {
		throw new AbsentClockError(`Expected an RTC that answers, got ${this.#reason}`);
	}
}
