import { DEFAULT_OFF_TIME_POLICY } from "../off-time/policy.js";

/** All durations and limits of the product in one object. Durations are milliseconds. */
export interface Policy {
	/**
	 * `window`: download and install while the window is open. `prefetch`: the download may happen while the product
	 * monitors; the install only in a window.
	 */
	mode: "window" | "prefetch";
	/** The off-time that must be proven before a window opens. */
	thresholdMs: number;
	/** The longest off-time that is believed; more is a clock that jumped. */
	offTimeMaxMs: number;
	/** How often the alive mark is written. */
	markEveryMs: number;
	/** The largest error of the RTC's rate that is accepted, and the share of the off-time that is taken off for it. */
	rateTolerance: number;
	/** The whole window, from boot. Reporting and guarding are not counted. */
	windowMs: number;
	/** How long an install may take, from `sent`. `sent` is not entered with less than this left in the window. */
	installMs: number;
	/** How long the images on trial may take until all of them run; our own MCU's restart included. */
	trialWithinMs: number;
	/** How long it may take until all of them are accepted. `sent` is not entered with less than this and `installMs` left. */
	acceptWithinMs: number;
	/** How long all of them may take to go back. */
	rejectWithinMs: number;
	/** How long a recovery may hold monitoring back, from boot. 0 means not at all. */
	recoverWithinMs: number;
	/** How long an open window waits for the modem to answer and to be read. */
	modemWithinMs: number;
	/** From opening a session to the first request or package; without one the window closes. */
	connectWithinMs: number;
	/** From the end of a session without a request to the conclusion that nothing was offered. */
	offerWithinMs: number;
	/** The longest silence in a download. */
	downloadStallMs: number;
	/** From the suspension of a download to the session that resumes it. */
	resumeAfterMs: number;
	/** How often one window resumes a suspended download. */
	resumesMax: number;
	/** From `+WDSI: 10` to asking `AT+WDSG` whether the install agreement is awaited, and between two such questions. */
	statusEveryMs: number;
	/** How often `AT+WDSG` is asked for the install agreement. */
	statusReadsMax: number;
	/** How often the modem is asked for its version during an install. */
	probeEveryMs: number;
	/** A modem that still answers so long after it took the install, in its old version, has not launched it. */
	launchWithinMs: number;
	/** How long `+WDSI: 15` and `16` are awaited after the first sign of a restart; then the version decides. */
	resultWithinMs: number;
	/** How long the window waits for the modem's report after an install. */
	reportWithinMs: number;
	/** How long closing may take: the end of the session and the last replies. */
	endWithinMs: number;
	/** How long the host waits for the first arming before it says `unguarded`. */
	armWithinMs: number;
	/** How often the guard reads the agreements back. */
	guardEveryMs: number;
	/** The shortest time between two sessions that prefetch opens. */
	prefetchEveryMs: number;
	/** Windows in which an order may fail before it is given up. */
	attemptsMax: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const DEFAULT_POLICY: Readonly<Policy> = Object.freeze({
	mode: "window",
	...DEFAULT_OFF_TIME_POLICY,
	windowMs: 45 * MINUTE_MS,
	installMs: 15 * MINUTE_MS,
	trialWithinMs: 5 * MINUTE_MS,
	acceptWithinMs: 60 * SECOND_MS,
	rejectWithinMs: 5 * MINUTE_MS,
	recoverWithinMs: 60 * SECOND_MS,
	modemWithinMs: 60 * SECOND_MS,
	connectWithinMs: 120 * SECOND_MS,
	offerWithinMs: 2 * SECOND_MS,
	downloadStallMs: 5 * MINUTE_MS,
	resumeAfterMs: 5 * SECOND_MS,
	resumesMax: 3,
	statusEveryMs: 30 * SECOND_MS,
	statusReadsMax: 10,
	probeEveryMs: 5 * SECOND_MS,
	launchWithinMs: 60 * SECOND_MS,
	resultWithinMs: 10 * SECOND_MS,
	reportWithinMs: 60 * SECOND_MS,
	endWithinMs: 10 * SECOND_MS,
	armWithinMs: 30 * SECOND_MS,
	guardEveryMs: 10 * MINUTE_MS,
	prefetchEveryMs: DAY_MS,
	attemptsMax: 3,
});
