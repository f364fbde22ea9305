import type { OffTimeResult, UnknownReason } from "../off-time/reasons.js";
import type { JournalRecord } from "../set/journal.js";

export type Decision =
	| { window: "open"; reason: "off-long-enough" }
	| { window: "recover"; reason: "journal-open" }
	| {
			window: "closed";
			reason: UnknownReason | "off-too-short" | "nothing-to-do" | "given-up" | "journal-damaged";
	  };

/** All that a boot knows before it touches the modem. */
export interface Facts {
	offTime: OffTimeResult;
	thresholdMs: number;
	/** The journal's record, or undefined where it is damaged. */
	journal: JournalRecord | undefined;
	/** The order in force, or undefined where there is none. */
	order: { digest: string; to: string } | undefined;
	attemptsMax: number;
}

/**
 * Whether this boot opens the window. Pure and bounded: it reads its facts and nothing else (P3). The order of the
 * questions is the order of the table in the README: an open journal comes before everything but a damaged one, and
 * only an off-time that is proven to be long enough opens (P1, P2).
 */
export function decide({ offTime, thresholdMs, journal, order, attemptsMax }: Facts): Decision {
	if (!journal) return { window: "closed", reason: "journal-damaged" };
	if (journal.sent) return { window: "recover", reason: "journal-open" };
	if (!order || isInForce(journal, order)) return { window: "closed", reason: "nothing-to-do" };
	if (isGivenUp(journal, order, attemptsMax)) return { window: "closed", reason: "given-up" };
	if ("unknown" in offTime) return { window: "closed", reason: offTime.unknown };
	if (!(offTime.atLeastMs >= thresholdMs)) return { window: "closed", reason: "off-too-short" };
	return { window: "open", reason: "off-long-enough" };
}

/** The order was read back in force, and no other version was seen since. */
export function isInForce(journal: JournalRecord, order: { digest: string; to: string }): boolean {
	return journal.inForce === order.digest && journal.seen === order.to;
}

/** The order failed as often as an order may, since it was last read back in force. */
export function isGivenUp(journal: JournalRecord, order: { digest: string }, attemptsMax: number): boolean {
	return journal.order === order.digest && journal.attempts >= attemptsMax;
}
