/**
 * What shows that the product was not on for long after the last mark:
 * `watchdog`: a hardware watchdog that is fed from `onMarked` and nowhere else.
 * `power-fail-stamp`: an RTC that records when its power failed (MCP7940N).
 * `assumed`: nothing does, and the host says so (the host build).
 * `none`: nothing does, so the window never opens.
 */
export type Witness = "watchdog" | "power-fail-stamp" | "assumed" | "none";

/** Why the MCU started. `unknown` is for boards that cannot tell; it is taken for a power-on and published. */
export type ResetCause =
	| "power-on"
	| "software"
	| "watchdog"
	| "brown-out"
	| "external"
	| "other"
	| "unknown";

/** What the off-time has to know about a board. All are upper bounds: what is too small here breaks the proof. */
export interface Board {
	/** One step of the RTC's `time`, 1 to 1000 ms. */
	readonly resolutionMs: number;
	/** The longest that the product stays on after a mark fell due and was not read back, 0 to 600,000 ms. */
	readonly watchdogMs: number;
	/**
	 * The longest from power-on to `measure()`, 0 to 60,000 ms. The RTC counts it as well, so it is taken off.
	 * A shorter on-time than this (and the first flash write) is not seen.
	 */
	readonly bootMs: number;
	/**
	 * The longest that the product stays on after `markFinal()` without another mark, 0 to 60,000 ms. 0 is for a host
	 * that leaves at once; a board that cannot cut its own power has `FINAL_RUN_ON_MS + watchdogMs`.
	 */
	readonly finalRunOnMs: number;
	readonly witness: Witness;
	/** `measured`: the RTC is compared with the MCU's ticks while the product runs. `assumed`: it is taken to be right. */
	readonly rate: "measured" | "assumed";
}

/** When the power failed, as an interval of RTC time. */
export interface PowerFailInterval {
	readonly earliestMs: number;
	readonly latestMs: number;
}

/**
 * An RTC's record of when its main power failed. The part keeps the first one until it is cleared (MCP7940N data
 * sheet, DS20005010, "Power-Fail Time-Stamp"), with a step of one minute and without a year.
 */
export interface PowerFailStamp {
	/** The longest interval that `read` gives. */
	readonly stepMs: number;
	/** The stamp, with the year that fits a mark of `markMs`; undefined where there is none. */
	read(markMs: number): PowerFailInterval | undefined;
	/** Makes room for the next one; no stamp is no error. */
	clear(): void;
}
