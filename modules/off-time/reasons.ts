/** Why an off-time is unknown; unknown means closed. */
export const UNKNOWN_REASONS = [
	"mark-not-writable",
	"no-witness",
	"no-power-on",
	"distrust",
	"clock-unset",
	"clock-stopped",
	"no-mark",
	"mark-damaged",
	"boot-missed",
	"clock-set",
	"clock-backwards",
	"too-long",
	"clock-unrated",
	"clock-bad-rate",
] as const;

export type UnknownReason = (typeof UNKNOWN_REASONS)[number];

/** A proven lower bound of the off-time, in whole ms and never below 0, or why there is none. */
export type OffTimeResult = { readonly atLeastMs: number } | { readonly unknown: UnknownReason };
