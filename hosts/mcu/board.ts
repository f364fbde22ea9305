import type { SerialOptions } from "update-window/at/channel";
import type { SmpProcessorOptions } from "update-window/elements/smp-processor";
import type { BootSlots } from "update-window/io/boot-slots";
import type { Clock } from "update-window/io/clock";
import type { NewDigest } from "update-window/io/digest";
import type { HttpOptions } from "update-window/io/http-client";
import type { ImageStore } from "update-window/io/image-store";
import type { Rtc } from "update-window/io/rtc";
import type { Store } from "update-window/io/store";
import type { FlowControl } from "update-window/modem/arming-steps";
import type { Board, PowerFailStamp, ResetCause } from "update-window/off-time/board";

/** A digital output: true drives it to its active level. Reset and an unpowered MCU leave it inactive. */
export interface Output {
	write(active: boolean): void;
}

/**
 * Another processor on a serial port of its own, by the name that an order gives it. The port opens for a window or a
 * recovery, and what its callbacks throw goes to `onFault`.
 */
export type ProcessorParts = Pick<SmpProcessorOptions, "name" | "serial" | "assumeSwap" | "pullReset">;

/** Our own MCU, where the board can try an image. */
export interface OwnParts {
	/** The name that an order gives it. */
	readonly name: string;
	/** What runs is on trial. Every boot asks before monitoring starts, so it must not read images, as the slots do. */
	onTrial(): boolean;
	/** Called for a window or a recovery, so that a closed boot does not pay for it. */
	openSlots(): BootSlots;
}

/** A web server, where the board has IP. */
export interface WebParts {
	readonly http: HttpOptions;
	/** An image's path is this and the name of its file; it begins and ends with "/". */
	readonly imagesPath: string;
	/** Where a new order is asked for, beginning with "/". Absent: nowhere. */
	readonly orderPath?: string | undefined;
	/** How often; default: every hour. */
	readonly orderEveryMs?: number | undefined;
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
	/** The processors beside the modem and our own MCU; none where it is absent. */
	readonly processors?: readonly ProcessorParts[] | undefined;
	/** Absent: an order's image for `self` is refused as `no-trial`. */
	readonly own?: OwnParts | undefined;
	/** Files on flash or a card, for the images that orders name. */
	readonly images?: ImageStore | undefined;
	readonly web?: WebParts | undefined;
	/** SHA-256 by hardware or native code; absent: in the language itself. */
	readonly newDigest?: NewDigest | undefined;
	/** A service port on which an order may come (ConsoleOrder). */
	readonly console?: SerialOptions | undefined;
	/** A medium, or a part of one, for the event log: 128 records of 174 bytes. Absent: nothing is logged. */
	readonly logStore?: Store | undefined;
	/** Keeps monitoring back. */
	readonly hold: Output;
	/** Do not switch off now. */
	readonly updating: Output;
	/** One line of the event log, without its end. */
	print(line: string): void;
	/** The next boot may not take the mark for a stale one: feeds the watchdog where there is one. */
	feedWatchdog(): void;
	/**
	 * The MCU starts again: after a fault, with what was thrown, or on purpose, for the trial of its own new image, and then its reset
	 * cause has to be `software`. On a board that cannot, nothing runs any more.
	 */
	restart(error?: unknown): void;
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
