import type { Rtc } from "../../../modules/io/rtc.js";
import { RtcNotOpenError } from "./rtc-not-open-error.js";
import type { SmBus, SmBusSpecifier } from "./smbus.js";

/** A clock that was set shows the new time within this: some parts drop the fraction of a second. */
const SET_ERROR_MAX_MS = 2000;

/** The clock does not show the time that it was set to, or still says that it stopped; it is not trusted. */
export class RtcNotSetError extends Error {
	override name = "RtcNotSetError";
}

/** An ECMA-419 RTC driver. Some of the SDK's give a Date where the text has a number. */
export interface RtcDriver {
	get time(): number | Date | undefined;
	set time(timeMs: number);
	close(): void;
}

/** A flag that a part keeps from the moment its oscillator stopped until it is cleared. */
export interface StopFlag {
	/** The oscillator stopped since the flag was cleared. */
	readonly isSet: boolean;
	clear(): void;
}

export interface CheckedRtcOptions {
	/** The driver whose `time` cannot be trusted after the oscillator stopped. */
	rtc: new (options: {
		clock: SmBusSpecifier;
	}) => RtcDriver;
	/** The part's bus, as the driver takes it. */
	clock: SmBusSpecifier;
	/** Reads the part's stop flag over the driver's own bus. */
	flag: new (options: {
		bus: SmBus;
	}) => StopFlag;
}

/**
 * An ECMA-419 RTC driver with the check on top that it lacks. Both talk over one bus object, for the SDK refuses a second
 * one of the same pins and address.
 */
export class CheckedRtc implements Rtc {
	#rtc: RtcDriver | undefined;
	readonly #flag: StopFlag;

	/** Throws what the driver and its bus throw, with the bus closed again. */
	constructor({ rtc: Driver, clock, flag: Flag }: CheckedRtcOptions) {
		const buses: SmBus[] = [];
		const io = class extends clock.io {
			constructor(options: ConstructorParameters<typeof clock.io>[0]) {
				super(options);
				buses.push(this);
			}
		};
		const rtc = new Driver({ clock: { ...clock, io } });
		this.#rtc = rtc;
		try {
			const [bus] = buses;
			if (!bus) throw new RtcNotOpenError("Expected the driver to open its bus, it did not");
			this.#flag = new Flag({ bus });
		} catch (error) {
			this.close();
			throw error;
		}
	}

	/** May be called twice. */
	close(): void {
		this.#rtc?.close();
		this.#rtc = undefined;
	}

	/** Undefined where the driver says so, where it gives no time at all, and while the stop flag is set. */
	get time(): number | undefined {
		const timeMs = this.#shownMs();
		// Read after the time: the flag keeps what happened before.
		return this.#flag.isSet ? undefined : timeMs;
	}

	/**
	 * Sets the clock and then, once it shows the new time, clears the flag: cleared over a time that nobody set it would make
	 * garbage look valid. Throws RtcNotSetError, and what the driver throws.
	 */
	set time(timeMs: number | undefined) {
		if (timeMs === undefined || !Number.isFinite(timeMs))
			throw new RtcNotSetError(`Expected a time in ms since 1970, got ${timeMs}`);
		this.#open.time = timeMs;
		const shownMs = this.#shownMs();
		if (shownMs === undefined || Math.abs(shownMs - timeMs) > SET_ERROR_MAX_MS)
			throw new RtcNotSetError(`Expected the clock to show ${timeMs} once set, got ${shownMs}`);
		this.#flag.clear();
		if (this.#flag.isSet) throw new RtcNotSetError("Expected the oscillator to run once set, it stopped");
	}

	#shownMs(): number | undefined {
		const { time } = this.#open;
		const timeMs = time === undefined ? Number.NaN : Number(time);
		return Number.isFinite(timeMs) ? timeMs : undefined;
	}

	get #open(): RtcDriver {
		if (!this.#rtc) throw new RtcNotOpenError("Expected an open RTC, got a closed one");
		return this.#rtc;
	}
}
