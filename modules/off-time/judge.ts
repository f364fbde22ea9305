import type { Board, PowerFailInterval, ResetCause } from "./board.js";
import type { BootFacts } from "./boot-record.js";
import { lowerBoundMs, onAfterMarkMs } from "./bounds.js";
import type { ClockReading } from "./clock-reading.js";
import type { MarkRead } from "./marks.js";
import type { OffTimePolicy } from "./policy.js";
import type { OffTimeResult, UnknownReason } from "./reasons.js";

/** What a boot found, before it wrote anything. */
export interface BootFindings {
	readonly board: Board;
	readonly policy: OffTimePolicy;
	readonly resetCause: ResetCause;
	readonly clock: ClockReading;
	readonly mark: MarkRead;
	/** What the boot before wrote. */
	readonly before: BootFacts | undefined;
	readonly distrusted: boolean;
	readonly powerFail: PowerFailInterval | undefined;
}

type Check = readonly [UnknownReason, (findings: BootFindings) => boolean];

const CHECKS: readonly Check[] = [
	["no-witness", ({ board }) => board.witness === "none"],
	["no-power-on", ({ resetCause }) => resetCause !== "power-on" && resetCause !== "unknown"],
	["distrust", ({ distrusted }) => distrusted],
	["clock-unset", ({ clock, mark }) => clock.status === "absent" && !hasTime(mark)],
	["clock-unset", ({ clock }) => clock.status === "absurd"],
	["clock-stopped", ({ clock }) => clock.status === "absent"],
	["no-mark", ({ mark }) => mark.status === "missing"],
	["mark-damaged", ({ mark }) => mark.status === "damaged"],
	["clock-set", ({ mark }) => mark.status === "ok" && mark.mark.isVoid],
	["boot-missed", ({ mark, before }) => mark.status === "ok" && mark.mark.bootNumber !== before?.bootNumber],
	["clock-set", ({ mark, before }) => mark.status === "ok" && mark.mark.epoch !== before?.epoch],
	["clock-backwards", (findings) => (elapsedMs(findings) ?? -1) < 0],
	["too-long", (findings) => (elapsedMs(findings) ?? 0) > findings.policy.offTimeMaxMs],
	["no-witness", (findings) => findings.board.witness === "power-fail-stamp" && !stampFits(findings)],
	["clock-unrated", ({ board, mark }) => board.rate === "measured" && verdictOf(mark) === "none"],
	["clock-bad-rate", ({ board, mark }) => board.rate === "measured" && verdictOf(mark) === "bad"],
];

/** These say nothing against the clock; after any other reason its epoch is a new one and its rate has to be proven anew. */
const NOT_OF_THE_CLOCK: readonly UnknownReason[] = [
	"no-witness",
	"no-power-on",
	"distrust",
	"clock-unrated",
	"clock-bad-rate",
];

const CLOCK_CHECKS: readonly Check[] = CHECKS.filter(([reason]) => !NOT_OF_THE_CLOCK.includes(reason));

/** How long the product was off, by what this boot found. Pure. */
export function judge(findings: BootFindings): OffTimeResult {
	const reason = firstReason(CHECKS, findings);
	if (reason) return { unknown: reason };
	const { clock, mark, policy, board, powerFail } = findings;
	// Both hold once no check has fired; the compiler cannot know it.
	if (clock.status !== "ok" || mark.status !== "ok") return { unknown: "mark-damaged" };
	const { timeMs: markMs, final } = mark.mark;
	return { atLeastMs: lowerBoundMs(policy, board, { nowMs: clock.timeMs, markMs, final, powerFail }) };
}

/** True where the clock went on from the mark as a clock does: then its epoch and its rate verdict are carried over. */
export function isClockUnbroken(findings: BootFindings): boolean {
	return firstReason(CLOCK_CHECKS, findings) === undefined;
}

function firstReason(checks: readonly Check[], findings: BootFindings): UnknownReason | undefined {
	return checks.find(([, applies]) => applies(findings))?.[0];
}

function hasTime(read: MarkRead): boolean {
	return read.status === "ok" && !read.mark.isVoid;
}

function verdictOf(read: MarkRead): "none" | "good" | "bad" {
	return read.status === "ok" ? read.mark.rate : "none";
}

function elapsedMs({ clock, mark }: BootFindings): number | undefined {
	return clock.status === "ok" && mark.status === "ok" ? clock.timeMs - mark.mark.timeMs : undefined;
}

/** A stamp counts where the power failed after the mark, before now, and no later than the next mark was due. */
function stampFits({ powerFail, mark, clock, policy, board }: BootFindings): boolean {
	if (!powerFail || mark.status !== "ok" || clock.status !== "ok") return false;
	const markMs = mark.mark.timeMs;
	const onMs = onAfterMarkMs(policy, board, false) * (1 + policy.rateTolerance);
	return (
		powerFail.latestMs >= markMs &&
		powerFail.earliestMs <= clock.timeMs &&
		powerFail.earliestMs <= markMs + onMs + board.resolutionMs
	);
}
