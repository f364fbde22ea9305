import resetReason from "resetReason";
import type { ResetCause } from "update-window/off-time/board";

/**
 * By esp_reset_reason_t (esp_system.h): unknown, power-on, external, software, panic, interrupt watchdog, task watchdog,
 * other watchdog, deep sleep, brown-out. A pull on the EN pin shows as a power-on (ESP32 data sheet, "CHIP_PU"). Timer
 * group 0, which is our watchdog, shows as the task watchdog, and the RTC's, which limits hold, as the other one.
 */
const CAUSES: readonly ResetCause[] = Object.freeze([
	"other",
	"power-on",
	"external",
	"software",
	"other",
	"watchdog",
	"watchdog",
	"watchdog",
	"other",
	"brown-out",
]);

export function esp32ResetCause(): ResetCause {
	return CAUSES[resetReason().reason] ?? "other";
}
