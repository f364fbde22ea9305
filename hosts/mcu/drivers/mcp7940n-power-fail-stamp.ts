import type { PowerFailInterval, PowerFailStamp } from "../../../modules/off-time/board.js";
import { calendarFromMs, calendarToMs } from "./calendar.js";
import type { PowerDownStamp } from "./mcp7940n.js";

const MINUTE_MS = 60_000;
/** A failure follows its mark within minutes, so over New Year it is of the next year; the year before is for stale stamps. */
const YEARS_BESIDE_THE_MARK = Object.freeze([-1, 0, 1] as const);

/** The part of Mcp7940n that has to do with its stamp. */
export interface StampedRtc {
	readonly powerDown: PowerDownStamp | undefined;
	clearPowerDown(): void;
}

/** The MCP7940N's stamp as the minute in which the power failed, with the year that brings it nearest to the mark. */
export class Mcp7940nPowerFailStamp implements PowerFailStamp {
	readonly stepMs = MINUTE_MS;
	readonly #rtc: StampedRtc;

	constructor({ rtc }: { rtc: StampedRtc }) {
		this.#rtc = rtc;
	}

	/** Undefined also for a date that no year about the mark has (February 29). Throws what the bus throws. */
	read(markMs: number): PowerFailInterval | undefined {
		const stamp = this.#rtc.powerDown;
		if (!stamp) return undefined;
		const markYear = calendarFromMs(markMs).year;
		let nearest: PowerFailInterval | undefined;
		for (const years of YEARS_BESIDE_THE_MARK) {
			const earliestMs = calendarToMs({ ...stamp, year: markYear + years, second: 0 });
			if (earliestMs === undefined) continue;
			const interval = { earliestMs, latestMs: earliestMs + MINUTE_MS };
			if (!nearest || distanceMs(interval, markMs) < distanceMs(nearest, markMs)) nearest = interval;
		}
		return nearest;
	}

	/** Throws what the bus throws. */
	clear(): void {
		this.#rtc.clearPowerDown();
	}
}

function distanceMs({ earliestMs, latestMs }: PowerFailInterval, timeMs: number): number {
	return Math.max(earliestMs - timeMs, timeMs - latestMs, 0);
}
