/*
	What no module of the SDK does. The C of each platform is beside its manifest: hardware-esp32.c, hardware-pico.c.
	xsc makes a host function of each; it wants them in this shape and no other.
*/

/** Resets the MCU unless it is fed within `timeoutMs`, for as long as the MCU runs. Once a boot. */
export function startWatchdog(this: unknown, timeoutMs: number): void {
	return native("xs_update_window_start_watchdog").call(this, timeoutMs) as undefined;
}

export function feedWatchdog(this: unknown): void {
	return native("xs_update_window_feed_watchdog").call(this) as undefined;
}

/** Resets the MCU after `limitMs`, unless stopped; feeding the watchdog does not prolong it. */
export function startHoldLimit(this: unknown, limitMs: number): void {
	return native("xs_update_window_start_hold_limit").call(this, limitMs) as undefined;
}

export function stopHoldLimit(this: unknown): void {
	return native("xs_update_window_stop_hold_limit").call(this) as undefined;
}

/** Resets the MCU; does not return. */
export function restart(this: unknown): void {
	return native("xs_update_window_restart").call(this) as undefined;
}
