import type { Clock } from "../io/clock.js";
import type { Rtc } from "../io/rtc.js";

/** 2020-01-01. A clock before it was never set: most parts start in 1970, 2000 or 2001. */
export const CLOCK_LEAST_MS = 1_577_836_800_000;
/** 2100-01-01, the first instant that two-digit years cannot tell from 2000. */
export const CLOCK_END_MS = 4_102_444_800_000;
/** 2025-01-01: where a clock that nobody set is started. Only differences count, so any believable time does. */
export const CLOCK_START_MS = 1_735_689_600_000;

const PAIRS_MAX = 3;

/**
 * `absent`: the RTC says that its time is not to be trusted, or cannot be read. `absurd`: no time from 2020 to 2099.
 * `unsteady`: two readings in a row neither stood still nor advanced by one step, three times.
 */
export type ClockReading =
	| { readonly status: "ok"; readonly timeMs: number; readonly tickMs: number }
	| { readonly status: "absent" | "absurd" | "unsteady" };

/** True for a time that a clock of this product can show: 2020-01-01 to the end of 2099, in ms since 1970 UTC. */
export function isPlausibleTime(timeMs: number): boolean {
	return timeMs >= CLOCK_LEAST_MS && timeMs < CLOCK_END_MS;
}

/**
 * Reads the RTC twice and takes the earlier of the two, with the MCU's ticks from just before it. Where a scheduler paused
 * the program between the readings another pair is read, up to three.
 */
export function readClock(rtc: Rtc, clock: Clock, resolutionMs: number): ClockReading {
	for (let pair = 0; pair < PAIRS_MAX; pair++) {
		const tickMs = clock.now();
		const timeMs = readTime(rtc);
		const againMs = readTime(rtc);
		if (timeMs === undefined || againMs === undefined) return { status: "absent" };
		if (!isPlausibleTime(timeMs) || !isPlausibleTime(againMs)) return { status: "absurd" };
		if (againMs >= timeMs && againMs - timeMs <= resolutionMs) return { status: "ok", timeMs, tickMs };
	}
	return { status: "unsteady" };
}

/** The RTC's time; undefined also where the part does not answer. */
export function readTime(rtc: Rtc): number | undefined {
	try {
		return rtc.time;
	} catch {
		return undefined;
	}
}
