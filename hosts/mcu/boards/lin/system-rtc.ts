import type { Rtc } from "update-window/io/rtc";

/** The step in which the system clock is read as an RTC. */
export const SYSTEM_RTC_RESOLUTION_MS = 10;

/** The system clock in the part of a battery-backed RTC. It cannot be set from here. */
export class SystemRtc implements Rtc {
	get time(): number | undefined {
		return Math.floor(Date.now() / SYSTEM_RTC_RESOLUTION_MS) * SYSTEM_RTC_RESOLUTION_MS;
	}

	set time(_timeMs: number | undefined) {
		throw new Error("Expected the system clock to be set by the system, not by this program");
	}
}
