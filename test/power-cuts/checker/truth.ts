/** What really happened so far, seen from outside; it outlives the power with the rest of the world. */
export interface Truth {
	/** Sequence of the order in force. */
	sequence: number;
	/** Windows in which a download was accepted, a file sent, an image tried or an install sent, since it was in force. */
	attempts: number;
	/** A download was accepted, or a file announced, under this order. */
	accepted: boolean;
	/** And the modem told the order's size, or the file had it. */
	matched: boolean;
	/** A boot has found a journal that is whole. */
	hasJournal: boolean;
	/** A boot said `mixed`, of the modem's version. */
	toldMixed: string;
	/**
	 * How long the product has been off and on since a boot was last counted: one whose power went before its number was
	 * written is not seen by the next one (modules/off-time/off-time.ts, "What it cannot see").
	 */
	unseenMs: number;
	/** What the RTC showed when prefetch last opened a session; undefined where it never did. */
	prefetchedAtMs: number | undefined;
}

export const NOTHING_YET: Readonly<Truth> = Object.freeze({
	sequence: 0,
	attempts: 0,
	accepted: false,
	matched: false,
	hasJournal: false,
	toldMixed: "",
	unseenMs: 0,
	prefetchedAtMs: undefined,
});
