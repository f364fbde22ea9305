import type { ResetCause } from "update-window/off-time/board";

/** By the number that hardware-pico.c makes of the chip's registers. A brown-out shows as a power-on. */
const CAUSES: readonly ResetCause[] = Object.freeze([
	"other",
	"power-on",
	"external",
	"software",
	"watchdog",
]);

/** xsc makes a host function of it; it wants it in this shape and no other. */
function readResetCause(this: unknown): number {
	return native("xs_update_window_reset_cause").call(this) as number;
}

export function picoResetCause(): ResetCause {
	return CAUSES[readResetCause()] ?? "other";
}
