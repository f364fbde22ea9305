import type { OffTimeResult, UnknownReason } from "../off-time/reasons.js";
import type { JournalRecord } from "../set/journal.js";

export type Decision =
	| { window: "open"; reason: "off-long-enough" }
	/** The window of an earlier boot goes on after a planned restart. */
	| { window: "open"; reason: "restarted" }
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
	order: { digest: string; modem: { to: string } | undefined } | undefined;
	attemptsMax: number;
	/** A planned restart in the middle of a window led to this boot, and nothing else did. */
	restarted: boolean;
}

/**
 * Whether this boot opens the window. Pure and bounded: it reads its facts and nothing else (P3). The order of the
 * questions is the order of the table in the README: an open journal comes before everything but a damaged one, and
 * only an off-time that is proven to be long enough opens (P1, P2).
 */
export function decide({ offTime, thresholdMs, journal, order, attemptsMax, restarted }: Facts): Decision {
	if (!journal) return { window: "closed", reason: "journal-damaged" };
	if (journal.step !== "none" && restarted) return { window: "open", reason: "restarted" };
	if (journal.step !== "none") return { window: "recover", reason: "journal-open" };
	if (!order || isInForce(journal, order)) return { window: "closed", reason: "nothing-to-do" };
	if (isGivenUp(journal, order, attemptsMax)) return { window: "closed", reason: "given-up" };
	if ("unknown" in offTime) return { window: "closed", reason: offTime.unknown };
	if (!(offTime.atLeastMs >= thresholdMs)) return { window: "closed", reason: "off-too-short" };
	return { window: "open", reason: "off-long-enough" };
}

/** The order was read back in force, and no other version of the modem was seen since. */
export function isInForce(
	journal: JournalRecord,
	{ digest, modem }: { digest: string; modem: { to: string } | undefined },
): boolean {
	return journal.inForce === digest && (!modem || journal.seen === modem.to);
}

/** The order failed as often as an order may, since it was last read back in force. */
export function isGivenUp(journal: JournalRecord, order: { digest: string }, attemptsMax: number): boolean {
	return journal.order === order.digest && journal.attempts >= attemptsMax;
}
