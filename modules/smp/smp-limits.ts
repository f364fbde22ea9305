/** What bounds an SMP client in time and memory. */
export interface SmpLimits {
	/** For the answer to one sending of an ordinary request. */
	answerMs: number;
	/** How often an ordinary request is sent before it counts as unanswered. */
	tries: number;
	/** The longest packet that is read, header included. An image list of two slots takes about 400. */
	answerBytes: number;
	/** Between two lines of one packet, for a receiver whose buffer holds no more than one; 0 sends them at once. */
	linePauseMs: number;
}

export const SMP_LIMITS: SmpLimits = Object.freeze({
	answerMs: 2_000,
	tries: 3,
	answerBytes: 1_024,
	linePauseMs: 0,
});
