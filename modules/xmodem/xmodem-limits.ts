/** The bounds of an XmodemSender; every one of them can be given to its constructor. */
export interface XmodemLimits {
	/** From start() until the receiver asks for the first block. */
	startMs: number;
	/** From a block, or the end, to its answer; then it is sent again. */
	answerMs: number;
	/** How often one block, or the end, is sent. */
	triesMax: number;
	/** From a block's first sending to its acknowledgement, all tries together; likewise for the end. */
	blockMs: number;
	/**
	 * How long no answer may come before a block that was rejected is sent again. A receiver that lost its place rejects
	 * every byte that it hears, and all that counts as one rejection.
	 */
	quietMs: number;
	/** How long no answer may come after a block that was sent more than once: each copy may be acknowledged. */
	settleMs: number;
	/** From an acknowledgement to the next block, or the end. */
	pauseMs: number;
	/** From start() to the acknowledgement of the end. */
	totalMs: number;
}

/**
 * 30 s to the first request is what Netfeasa's script grants the modem, and Sierra's test 15 s. The modem's own timers
 * are not published. A receiver that missed something asks again by itself, lrzsz's after 5 s, so that sending without
 * being asked is the last resort.
 */
export const XMODEM_LIMITS: Readonly<XmodemLimits> = Object.freeze({
	startMs: 30_000,
	answerMs: 20_000,
	triesMax: 10,
	blockMs: 120_000,
	quietMs: 100,
	settleMs: 500,
	pauseMs: 60_000,
	totalMs: 4 * 3_600_000,
});
