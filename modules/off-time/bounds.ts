import type { Board, PowerFailInterval } from "./board.js";
import type { OffTimePolicy } from "./policy.js";

/** Whoever still runs this long after a final mark writes an ordinary one. */
export const FINAL_RUN_ON_MS = 1000;

/** The longest that a well product is on after its last mark. */
export function onAfterMarkMs(policy: OffTimePolicy, board: Board, final: boolean): number {
	return final ? board.finalRunOnMs : policy.markEveryMs + board.watchdogMs;
}

/**
 * The proven lower bound of the off-time, in whole ms, never below 0.
 *
 * An RTC that is right within `t` and counts in steps of `r` shows at most `(off + on) * (1 + t) + r` from the mark to
 * now, where `on` is how long the product was on after the mark and before the reading. Taking off the share `t` of
 * what it shows, two steps, and the longest `on`, leaves less than `off`.
 */
export function lowerBoundMs(
	policy: OffTimePolicy,
	board: Board,
	facts: { nowMs: number; markMs: number; final: boolean; powerFail: PowerFailInterval | undefined },
): number {
	const elapsedMs = facts.nowMs - facts.markMs;
	const byMarkMs = onAfterMarkMs(policy, board, facts.final);
	const byStampMs = facts.powerFail ? facts.powerFail.latestMs - facts.markMs : 0;
	const onMs = Math.max(byMarkMs, byStampMs) + board.bootMs;
	return Math.max(
		0,
		Math.floor(elapsedMs - onMs - 2 * board.resolutionMs - policy.rateTolerance * elapsedMs),
	);
}

/**
 * The real off-time from which a well product always opens, in whole ms. The worst case: the power went right after an
 * ordinary mark, so that all of `on` is taken off and none was used; the RTC is slow by all of `t` and lost a step.
 * `((off * (1 - t)) - r) * (1 - t) - on - 2 * r >= threshold`, solved for `off`.
 */
export function opensFromMs(policy: OffTimePolicy, board: Board, stampStepMs: number | undefined): number {
	const share = 1 - policy.rateTolerance;
	const byMarkMs = Math.max(onAfterMarkMs(policy, board, false), onAfterMarkMs(policy, board, true));
	// A stamp moves with the on-time after the mark, and that on-time was counted by the slow RTC as well.
	const byStampMs = stampStepMs === undefined ? 0 : stampStepMs + policy.rateTolerance * byMarkMs;
	const onMs = Math.max(byMarkMs, byStampMs) + board.bootMs;
	const shownMs = (policy.thresholdMs + onMs + 2 * board.resolutionMs) / share;
	// The last millisecond is for rounding.
	return Math.ceil((shownMs + board.resolutionMs) / share) + 1;
}
