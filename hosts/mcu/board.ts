import type { SerialOptions } from "update-window/at/channel";
import type { Clock } from "update-window/io/clock";
import type { Rtc } from "update-window/io/rtc";
import type { Store } from "update-window/io/store";
import type { FlowControl } from "update-window/modem/arming-steps";
import type { Board, PowerFailStamp, ResetCause } from "update-window/off-time/board";

/** A digital output: true drives it to its active level. Reset and an unpowered MCU leave it inactive. */
export interface Output {
	write(active: boolean): void;
}

/** What a board is made of. Everything is open and ready, but the modem's port, which the firmware opens when it may. */
export interface BoardParts {
	/** Bounds of the clock and the watchdog, and what witnesses the on-time. */
	readonly offTime: Board;
	readonly resetCause: ResetCause;
	readonly clock: Clock;
	readonly rtc: Rtc;
	readonly powerFailStamp?: PowerFailStamp;
	/** Battery-backed memory: the alive mark. */
	readonly markStore: Store;
	/** Another medium than `markStore`: boot number, distrust flag, journal, order. */
	readonly flashStore: Store;
	/** For a trial on a bench: stands in for the measured off-time, in ms. No product's board has it. */
	readonly givenOffTimeMs?: number | undefined;
	/** Where a new order arrives, under the key `order`. */
	readonly inbox: Store;
	readonly serial: SerialOptions;
	/** `none` where the port has no hardware flow control; the modem's RTS is held active then. */
	readonly flowControl?: FlowControl;
	/** Keeps monitoring back. */
	readonly hold: Output;
	/** Do not switch off now. */
	readonly updating: Output;
	/** One line of the event log, without its end. */
	print(line: string): void;
	/** The next boot may not take the mark for a stale one: feeds the watchdog where there is one. */
	feedWatchdog(): void;
	/** After a fault: the MCU starts again. On a board that cannot, nothing runs any more. */
	restart(error: unknown): void;
}

export interface BoardOptions {
	/** How often a mark is written, in ms: a watchdog has to wait for longer. */
	markEveryMs: number;
	/** An exception that nobody caught, out of a timer or the port. */
	onFault(error: unknown): void;
	/** The supply fails and the product runs on for moments only: comes out of a power-fail input, at most once a boot. */
	onPowerFail(): void;
}

export type OpenBoard = (options: BoardOptions) => BoardParts;
