import type { Clock } from "../io/clock.js";
import type { Rtc } from "../io/rtc.js";
import type { Store } from "../io/store.js";
import type { AliveMark, RateVerdict } from "./alive-mark.js";
import type { Board, PowerFailInterval, PowerFailStamp, ResetCause } from "./board.js";
import { type BootFacts, BootRecord } from "./boot-record.js";
import { FINAL_RUN_ON_MS, opensFromMs } from "./bounds.js";
import { CLOCK_START_MS, type ClockReading, isPlausibleTime, readClock, readTime } from "./clock-reading.js";
import { Distrust } from "./distrust.js";
import { isClockUnbroken, judge } from "./judge.js";
import { Marks } from "./marks.js";
import { checkOptions, type OffTimePolicy, offTimePolicy } from "./policy.js";
import { RateCheck } from "./rate-check.js";
import type { OffTimeResult } from "./reasons.js";

const BOOT_NUMBER_MAX = 0xffff_ffff;
const EPOCH_MAX = 0xffff;
/** A clock that was set shows the new time within this: some parts drop the fraction of a second. */
const SET_ERROR_MAX_MS = 2000;

/** The clock was not set; the message says why. The mark is void or fresh, never stale. */
export class ClockNotSetError extends Error {
	override name = "ClockNotSetError";
}

export interface OffTimeOptions {
	rtc: Rtc;
	/** The MCU's own ticks. */
	clock: Clock;
	/** Battery-backed SRAM or its stand-in: the alive marks. */
	markStore: Store;
	/** Another medium than `markStore`: the boot number, the clock's epoch, the distrust flag. */
	flashStore: Store;
	board: Board;
	resetCause: ResetCause;
	/** For a board whose witness is `power-fail-stamp`. */
	powerFailStamp?: PowerFailStamp | undefined;
	/** What differs from DEFAULT_OFF_TIME_POLICY. */
	policy?: Partial<OffTimePolicy> | undefined;
	/** A trial off-time in ms that stands in for the measurement's result, and for nothing else. */
	given?: number | undefined;
	/**
	 * The next boot cannot take a stale mark for a fresh one: an ordinary mark was read back, or the distrust flag was after
	 * one failed. A hardware watchdog is fed here and nowhere else; both media have to fail for it to bite.
	 */
	onMarked?: (() => void) | undefined;
	/** Something could not be read or written. The off-time goes on, closed where it has to be. */
	onTrouble?: ((error: Error) => void) | undefined;
}

/**
 * How long was the product off? A lower bound that is proven, or unknown and why.
 *
 * While the product runs, a mark says every `markEveryMs` that it is on. A boot compares the clock with the last mark,
 * and before it decides it has counted the boot number up and written a fresh mark: one off-time opens one window, and two
 * short ones never add up to a long one.
 *
 * What it cannot see: an on-time that ends before the boot number is written; a clock that other code set; two media
 * that take no write in the same boot and work again in the next; two faults that hide each other.
 */
export class OffTime {
	/** The real off-time, in ms, from which a well product always opens. This belongs in the product's instructions. */
	readonly opensFromMs: number;

	readonly #rtc: Rtc;
	readonly #clock: Clock;
	readonly #marks: Marks;
	readonly #bootRecord: BootRecord;
	readonly #flag: Distrust;
	readonly #board: Board;
	readonly #policy: OffTimePolicy;
	readonly #resetCause: ResetCause;
	readonly #stamp: PowerFailStamp | undefined;
	readonly #given: number | undefined;
	readonly #onMarked: () => void;
	readonly #onTrouble: (error: Error) => void;
	readonly #rateCheck: RateCheck;

	#result: OffTimeResult | undefined;
	#bootNumber = 1;
	#epoch = 1;
	#rate: RateVerdict = "none";
	#distrusted = false;
	#flagHeld = false;
	#lastMark: { tickMs: number; final: boolean } | undefined;
	#firstMarkAtMs: number | undefined;
	#running = false;
	#timer: unknown;

	/** Reads and writes nothing. Throws OffTimeOptionError. */
	constructor(options: OffTimeOptions) {
		this.#policy = offTimePolicy(options.policy);
		this.#board = options.board;
		this.#given = options.given;
		checkOptions(this.#policy, this.#board, this.#given);
		this.#rtc = options.rtc;
		this.#clock = options.clock;
		this.#marks = new Marks({ store: options.markStore });
		this.#bootRecord = new BootRecord({ store: options.flashStore });
		this.#flag = new Distrust({ store: options.flashStore });
		this.#resetCause = options.resetCause;
		this.#stamp = options.board.witness === "power-fail-stamp" ? options.powerFailStamp : undefined;
		this.#onMarked = options.onMarked ?? (() => {});
		this.#onTrouble = options.onTrouble ?? (() => {});
		this.#rateCheck = new RateCheck({
			rtc: options.rtc,
			clock: options.clock,
			tolerance: this.#policy.rateTolerance,
			onVerdict: (verdict) => {
				this.#rate = verdict;
			},
		});
		this.opensFromMs = opensFromMs(this.#policy, this.#board, this.#stamp?.stepMs);
	}

	/** The MCU's ticks when this boot's first mark had been read back; an on-time shorter than this may not be seen. */
	get firstMarkAtMs(): number | undefined {
		return this.#firstMarkAtMs;
	}

	/** What is known of the RTC's rate now; this is what the next mark carries. */
	get rate(): RateVerdict {
		return this.#rate;
	}

	/**
	 * The boot's part, once, before anything else: a bounded number of storage calls, no timer, no waiting. A second
	 * call gives the same result. Throws nothing.
	 */
	measure(): OffTimeResult {
		this.#result ??= this.#boot();
		return this.#result;
	}

	/** Marks every `markEveryMs` and rates the clock, until `stop()`. Call it right after `measure()`, window or not. */
	run(): void {
		this.measure();
		if (this.#running) return;
		this.#running = true;
		if (this.#board.rate === "measured") this.#rateCheck.start();
		const sinceMarkMs = this.#lastMark ? this.#clock.now() - this.#lastMark.tickMs : 0;
		this.#schedule(Math.max(0, this.#policy.markEveryMs - sinceMarkMs));
	}

	/**
	 * For an orderly power-off or a power-fail interrupt: marks that the power goes now. A product that still runs a second
	 * later marks as before. Before `measure()` it does nothing; after `stop()` nothing follows.
	 */
	markFinal(): void {
		if (!this.#result) return;
		if (this.#running) this.#schedule(FINAL_RUN_ON_MS);
		this.#mark(true);
	}

	/** The number of this boot, counted since the flash was empty; known after `measure()`. */
	get bootNumber(): number {
		return this.#bootNumber;
	}

	/** No further timers; may be called twice. */
	stop(): void {
		this.#running = false;
		this.#clock.clearTimeout(this.#timer);
		this.#rateCheck.stop();
	}

	/**
	 * Sets the clock, in ms since 1970 UTC, from 2020 to 2099: the mark is void first, and comes back with a new epoch.
	 * The next off-time counts from here. Throws ClockNotSetError.
	 */
	setTime(timeMs: number): void {
		if (!isPlausibleTime(timeMs))
			throw new ClockNotSetError(`Expected a time from 2020 to 2099 in ms since 1970, got ${timeMs}`);
		this.measure();
		const failure = this.#voidAndSet(timeMs, epochAfter(this.#epoch));
		this.#mark(false);
		if (this.#running && this.#board.rate === "measured") this.#rateCheck.start();
		if (failure) throw new ClockNotSetError(`Could not set the clock to ${timeMs}: ${failure.message}`);
		const shownMs = readTime(this.#rtc);
		if (shownMs === undefined || Math.abs(shownMs - timeMs) > SET_ERROR_MAX_MS)
			throw new ClockNotSetError(`Expected the clock to show ${timeMs} once set, got ${shownMs}`);
	}

	/**
	 * The next boot must not believe the mark. A fault handler calls this before anything else. Throws nothing: where
	 * the flag's medium fails the mark itself is taken away.
	 */
	distrust(reason: string): void {
		this.#setFlag(reason);
	}

	#boot(): OffTimeResult {
		const clock = readClock(this.#rtc, this.#clock, this.#board.resolutionMs);
		const read = this.#marks.read();
		const mark = read.status === "ok" ? read.mark : undefined;
		const before = this.#bootRecord.read();
		const flagged = this.#flag.isSet();
		const findings = {
			board: this.#board,
			policy: this.#policy,
			resetCause: this.#resetCause,
			clock,
			mark: read,
			before,
			distrusted: flagged || (mark?.distrusted ?? false),
			powerFail: mark && this.#readStamp(mark.timeMs),
		};
		const unbroken = isClockUnbroken(findings);
		this.#bootNumber = bootNumberAfter(before, mark);
		this.#epoch = unbroken && mark ? mark.epoch : epochAfter(Math.max(before?.epoch ?? 0, mark?.epoch ?? 0));
		this.#rate = unbroken && mark ? mark.rate : "none";

		// Where this fails the fresh mark has a number that the next boot does not find: it is closed as well.
		const counted = this.#attempt(() =>
			this.#bootRecord.write({ bootNumber: this.#bootNumber, epoch: this.#epoch }),
		);
		const isUnset = clock.status === "absent" || clock.status === "absurd";
		const started = !isUnset || this.#startClock();
		const reading = clock.status === "ok" ? clock : this.#readClock();
		const marked = reading.status === "ok" && this.#write(reading, false);
		if (marked) {
			this.#firstMarkAtMs = this.#clock.now();
			this.#clearStamp();
		}
		// The fresh mark stands for itself: the flag has cost this boot's window, and costs no other.
		if (marked && counted && flagged && !this.#distrusted) this.#attempt(() => this.#flag.clear());
		if (marked || (isUnset && started) || this.#flagHeld) this.#onMarked();

		if (this.#given !== undefined) return { atLeastMs: this.#given };
		const written = counted && started && (marked || reading.status !== "ok");
		return written ? judge(findings) : { unknown: "mark-not-writable" };
	}

	/** Void the mark, set the clock; the fresh mark follows. False where the mark could not be made void: then nothing is set. */
	#startClock(): boolean {
		const voided = this.#attempt(() => this.#void());
		if (!voided) {
			this.#setFlag("mark not void");
			return false;
		}
		this.#attempt(() => {
			this.#rtc.time = CLOCK_START_MS;
		});
		return true;
	}

	#voidAndSet(timeMs: number, epoch: number): Error | undefined {
		try {
			this.#void();
			this.#bootRecord.write({ bootNumber: this.#bootNumber, epoch });
		} catch (error) {
			this.#setFlag("clock not set");
			return error as Error;
		}
		this.#epoch = epoch;
		this.#rate = "none";
		try {
			this.#rtc.time = timeMs;
			return undefined;
		} catch (error) {
			return error as Error;
		}
	}

	#schedule(delayMs: number): void {
		this.#clock.clearTimeout(this.#timer);
		this.#timer = this.#clock.setTimeout(() => {
			this.#schedule(this.#policy.markEveryMs);
			this.#mark(false);
		}, delayMs);
	}

	#mark(final: boolean): void {
		const reading = this.#readClock();
		if (this.#isLate()) this.#setFlag("mark late");
		const marked = reading.status === "ok" && this.#write(reading, final);
		if (reading.status !== "ok") this.#setFlag(`clock ${reading.status}`);
		// After a final mark the watchdog's time runs out, as it should: the product is about to be off.
		if (final) return;
		if (marked) this.#clearStamp();
		if (marked || this.#flagHeld) this.#onMarked();
	}

	/** Writes a mark and reads it back; the flag is set where that fails. */
	#write(reading: { timeMs: number; tickMs: number }, final: boolean): boolean {
		const mark = {
			bootNumber: this.#bootNumber,
			epoch: this.#epoch,
			timeMs: reading.timeMs,
			rate: this.#rate,
			final,
			isVoid: false,
			distrusted: this.#distrusted,
		};
		try {
			this.#marks.write(mark);
		} catch (error) {
			this.#setFlag("mark not written");
			this.#onTrouble(error as Error);
			return false;
		}
		this.#lastMark = { tickMs: reading.tickMs, final };
		return true;
	}

	/** The mark before this one came so late that the witness should have bitten, and it did not. */
	#isLate(): boolean {
		const { witness, watchdogMs, finalRunOnMs } = this.#board;
		const last = this.#lastMark;
		if (!last || (witness !== "watchdog" && witness !== "assumed")) return false;
		const dueMs = last.final ? Math.max(FINAL_RUN_ON_MS, finalRunOnMs) : this.#policy.markEveryMs;
		return this.#clock.now() - last.tickMs > dueMs + watchdogMs;
	}

	#setFlag(reason: string): void {
		// Each further mark of this boot says it, too.
		this.#distrusted = true;
		try {
			this.#flag.set(reason);
			this.#flagHeld = true;
		} catch (error) {
			this.#attempt(() => this.#void());
			this.#onTrouble(error as Error);
		}
	}

	#void(): void {
		this.#marks.void({ bootNumber: this.#bootNumber, epoch: this.#epoch, distrusted: this.#distrusted });
	}

	#readClock(): ClockReading {
		return readClock(this.#rtc, this.#clock, this.#board.resolutionMs);
	}

	#readStamp(markMs: number): PowerFailInterval | undefined {
		try {
			return this.#stamp?.read(markMs);
		} catch (error) {
			this.#onTrouble(error as Error);
			return undefined;
		}
	}

	#clearStamp(): void {
		this.#attempt(() => this.#stamp?.clear());
	}

	#attempt(action: () => void): boolean {
		try {
			action();
			return true;
		} catch (error) {
			this.#onTrouble(error as Error);
			return false;
		}
	}
}

/** Above all that was used before, the mark's too: a number that came back would make a stale mark look fresh. */
function bootNumberAfter(before: BootFacts | undefined, mark: AliveMark | undefined): number {
	const last = Math.max(before?.bootNumber ?? 0, mark?.bootNumber ?? 0);
	return last >= BOOT_NUMBER_MAX ? 1 : last + 1;
}

function epochAfter(epoch: number): number {
	return epoch >= EPOCH_MAX ? 0 : epoch + 1;
}
