import { parseDuration } from "../duration.js";
import { UsageError } from "../usage-error.js";

export const MINUTE_MS = 60_000;

/** How long a minute of an emulated device takes, in ms. Throws UsageError. */
export function minuteOf(text: string): number {
	const minuteMs = parseDuration(text);
	if (minuteMs < 1) throw new UsageError(`Expected \`--minute\` to be longer than nothing, got ${text}`);
	return minuteMs;
}
