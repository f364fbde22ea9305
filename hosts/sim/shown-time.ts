const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** A duration for a small screen, whole seconds: `45s`, `9m 30s`, `2h 5m`. */
export function shownDuration(durationMs: number): string {
	const seconds = Math.floor(durationMs / SECOND_MS);
	const minutes = Math.floor(durationMs / MINUTE_MS);
	const hours = Math.floor(durationMs / HOUR_MS);
	if (minutes === 0) return `${seconds}s`;
	if (hours === 0) return withRest(`${minutes}m`, seconds % 60, "s");
	return withRest(`${hours}h`, minutes % 60, "m");
}

/** A duration as a running clock shows it: `1:02:03`. */
export function shownElapsed(durationMs: number): string {
	const seconds = Math.floor(durationMs / SECOND_MS);
	return `${Math.floor(seconds / 3600)}:${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
}

/** An RTC's time, ms since 1970 UTC: `2026-01-01 00:10:53`; in words where it has none. */
export function shownClock(timeMs: number | undefined): string {
	if (timeMs === undefined) return "stopped";
	return new Date(timeMs).toISOString().slice(0, 19).replace("T", " ");
}

function withRest(whole: string, rest: number, unit: string): string {
	return rest > 0 ? `${whole} ${rest}${unit}` : whole;
}

function twoDigits(value: number): string {
	return value < 10 ? `0${value}` : `${value}`;
}
