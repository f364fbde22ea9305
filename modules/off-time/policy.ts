import type { Board } from "./board.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The rules of the off-time; a host may change each. */
export interface OffTimePolicy {
	/** The off-time that opens a window. 0 to `offTimeMaxMs`. */
	readonly thresholdMs: number;
	/** While the product runs a mark is written this often. 1 s to 1 h; 30 s for SRAM, longer for flash (two writes each). */
	readonly markEveryMs: number;
	/** The longest off-time that is believed. A clock that jumped forward reads as off for years. */
	readonly offTimeMaxMs: number;
	/** How far the RTC may be off against the MCU's ticks, as a share, and the share that is taken off. 0.005 to 0.1. */
	readonly rateTolerance: number;
}

/**
 * 400 days: a product that lay in store over a yearly service opens at once; one that lay longer is closed once
 * (`too-long`) and opens the time after. An RTC without its battery came up in 2042, which is 16 years too far.
 */
export const DEFAULT_OFF_TIME_POLICY: Readonly<OffTimePolicy> = {
	thresholdMs: 600_000,
	markEveryMs: 30_000,
	offTimeMaxMs: 400 * DAY_MS,
	rateTolerance: 0.01,
};

/** Takes of a product's whole policy what is the off-time's: a copy of all of it would cost RAM at each boot. */
export function offTimePolicy(policy: Partial<OffTimePolicy> = {}): OffTimePolicy {
	const { thresholdMs, markEveryMs, offTimeMaxMs, rateTolerance } = DEFAULT_OFF_TIME_POLICY;
	return {
		thresholdMs: policy.thresholdMs ?? thresholdMs,
		markEveryMs: policy.markEveryMs ?? markEveryMs,
		offTimeMaxMs: policy.offTimeMaxMs ?? offTimeMaxMs,
		rateTolerance: policy.rateTolerance ?? rateTolerance,
	};
}

/** An option of the off-time is out of its range. */
export class OffTimeOptionError extends RangeError {
	override name = "OffTimeOptionError";
}

const POLICY_RANGES: readonly (readonly [keyof OffTimePolicy, number, number])[] = [
	["thresholdMs", 0, 10 * 365 * DAY_MS],
	["markEveryMs", 1000, HOUR_MS],
	["offTimeMaxMs", 1000, 10 * 365 * DAY_MS],
	["rateTolerance", 0.005, 0.1],
];

const BOARD_RANGES: readonly (readonly [
	"resolutionMs" | "watchdogMs" | "bootMs" | "finalRunOnMs",
	number,
	number,
])[] = [
	["resolutionMs", 1, 1000],
	["watchdogMs", 0, 600_000],
	["bootMs", 0, 60_000],
	["finalRunOnMs", 0, 60_000],
];

/** Throws OffTimeOptionError for the first value that is out of its range. */
export function checkOptions(policy: OffTimePolicy, board: Board, given: number | undefined): void {
	for (const [name, least, most] of POLICY_RANGES) checkRange(`policy.${name}`, policy[name], least, most);
	for (const [name, least, most] of BOARD_RANGES) checkRange(`board.${name}`, board[name], least, most);
	if (given !== undefined) checkRange("given", given, 0, Number.MAX_SAFE_INTEGER);
}

function checkRange(name: string, value: number, least: number, most: number): void {
	if (!(value >= least && value <= most))
		throw new OffTimeOptionError(`Expected \`${name}\` to be ${least} to ${most}, got ${value}`);
}
