import { UsageError } from "./usage-error.js";

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** One year. */
export const DURATION_MS_MAX = 8760 * 3_600_000;

export interface DurationOptions {
	/** Whether `forever` is a duration here; it is Infinity. */
	foreverAllowed?: boolean;
}

/** `500ms`, `90s`, `10m` or `24h` in milliseconds, at most DURATION_MS_MAX; `0s` is a duration. Throws UsageError. */
export function parseDuration(text: string, { foreverAllowed = false }: DurationOptions = {}): number {
	if (foreverAllowed && text === "forever") return Number.POSITIVE_INFINITY;
	const [, digits = "", unit = ""] = /^(\d{1,12})(ms|s|m|h)$/.exec(text) ?? [];
	const durationMs = Number(digits) * (UNIT_MS[unit] ?? Number.NaN);
	if (durationMs <= DURATION_MS_MAX) return durationMs;
	const forms = foreverAllowed ? "500ms, 90s, 10m, 24h or forever" : "500ms, 90s, 10m or 24h";
	throw new UsageError(
		`Expected a duration like ${forms}, of at most ${DURATION_MS_MAX / 3_600_000}h, got ${JSON.stringify(text)}`,
	);
}
