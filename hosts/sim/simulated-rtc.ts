import type { Clock } from "../../modules/io/clock.js";
import type { Rtc } from "../../modules/io/rtc.js";

/** A battery-backed clock that goes on while the product is off. */
export class SimulatedRtc implements Rtc {
	/** The oscillator stopped: the time is not to be trusted. */
	stopped = false;
	readonly #world: Clock;
	readonly #resolutionMs: number;
	#offsetMs: number;

	constructor({ world, startMs, resolutionMs }: { world: Clock; startMs: number; resolutionMs: number }) {
		this.#world = world;
		this.#offsetMs = startMs - world.now();
		this.#resolutionMs = resolutionMs;
	}

	get time(): number | undefined {
		if (this.stopped) return undefined;
		const timeMs = this.#offsetMs + this.#world.now();
		return Math.floor(timeMs / this.#resolutionMs) * this.#resolutionMs;
	}

	set time(timeMs: number | undefined) {
		if (timeMs === undefined) throw new RangeError("Expected a time in ms since 1970, got undefined");
		this.stopped = false;
		this.#offsetMs = timeMs - this.#world.now();
	}
}
