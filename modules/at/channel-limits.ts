/** The bounds of a Channel; every one of them can be given to its constructor. */
export interface ChannelLimits {
	/** The longest line taken; of the commands used here none answers with more than about 100 characters. */
	lineBytes: number;
	/** The longest command sent, without its CR. */
	commandBytes: number;
	/** Jobs that wait for their turn, the one that runs not counted. */
	queueJobs: number;
	/** Information lines kept of one answer; `AT+WDSC?` has seven. */
	answerLines: number;
	/** Commands whose echo is recognised. */
	echoes: number;
	/** `AT` is repeated this often until something answers. */
	wakeEveryMs: number;
	/** How long an identity query may take while the channel finds its place again. */
	syncQueryMs: number;
	/** How long an identity query that seems to be refused may still be answered. */
	refusalMs: number;
	/** How long a command that was queued waits, at its turn, for the channel to find its place again. */
	syncWaitMs: number;
	/**
	 * How long after its sending an answer may still arrive. An identity query that got none is not sent again before:
	 * its late answer would be taken for the new one.
	 */
	lateAnswerMs: number;
	/** What a command has left when the modem shows that it restarted, for then it has most probably forgotten it. */
	restartGraceMs: number;
}

/** 6 s a command is what works in the field; the slowest sure answer of these modems comes within 4 s. */
export const CHANNEL_LIMITS: Readonly<ChannelLimits> = Object.freeze({
	lineBytes: 256,
	commandBytes: 128,
	queueJobs: 8,
	answerLines: 16,
	echoes: 8,
	wakeEveryMs: 500,
	syncQueryMs: 4_000,
	refusalMs: 1_000,
	syncWaitMs: 12_000,
	lateAnswerMs: 20_000,
	restartGraceMs: 3_000,
});
