/** Limits of one download. */
export interface HttpLimits {
	/** For how long a server may say nothing, each time that it is waited for. */
	silenceMs: number;
	/** From the first byte that is asked for to the last one that is got, with all pauses. */
	deadlineMs: number;
	/** How often in a row a connection may bring nothing new. One new byte starts the count again; `deadlineMs` goes on. */
	failuresMax: number;
	/** The pause before the first new connection; every further failure in a row doubles it, */
	pauseMs: number;
	/** up to this. */
	pauseMsMax: number;
}

export const HTTP_LIMITS: Readonly<HttpLimits> = Object.freeze({
	silenceMs: 30_000,
	deadlineMs: 4 * 3_600_000,
	failuresMax: 6,
	pauseMs: 1_000,
	pauseMsMax: 30_000,
});
