import { fromBcd, toBcd } from "./bcd.js";
import { calendarFromMs, calendarToMs } from "./calendar.js";
import { RtcNotOpenError } from "./rtc-not-open-error.js";
import type { SmBus, SmBusSpecifier } from "./smbus.js";

/*
	Microchip MCP7940N - Battery-backed I2C real-time clock/calendar with SRAM
	https://ww1.microchip.com/downloads/en/DeviceDoc/20005010F.pdf (DS20005010F)
*/

const REGISTER = Object.freeze({
	seconds: 0x00,
	minutes: 0x01,
	weekday: 0x03,
	powerDown: 0x18,
	sram: 0x20,
} as const);

const BIT = Object.freeze({
	/** Seconds: ST, the oscillator is enabled. */
	start: 0x80,
	/** Hours: 12-hour format, and PM in it. */
	twelveHours: 0x40,
	pm: 0x20,
	/** Weekday: OSCRUN, PWRFAIL, VBATEN. */
	oscillatorRuns: 0x20,
	powerFailed: 0x10,
	batteryEnabled: 0x08,
} as const);

/** What of a register is the number. A bit that is not implemented reads 0, so a 1 there is garbage and is not masked. */
const MASK = Object.freeze({
	seconds: 0x7f,
	hours12: 0x9f,
	weekday: 0x07,
	/** Without LPYR. */
	month: 0xdf,
	/** The weekday shares the register. */
	powerDownMonth: 0x1f,
} as const);

const ADDRESS = 0x6f;
const BUS_HZ = 400_000;
const TIME_BYTES = 7;
const POWER_DOWN_BYTES = 4;
const CENTURY = 2000;
const TIME_LEAST_MS = Date.UTC(2000, 0, 1);
const TIME_END_MS = Date.UTC(2100, 0, 1);

/** The part's battery-backed SRAM. */
export const MCP7940N_SRAM_BYTES = 64;

/**
 * OSCRUN follows the oscillator after 32 of its cycles, about 1 ms; reading a register takes 0.1 ms at 400 kHz. A crystal
 * that swung a moment ago starts within these readings; a cold one may not, and then the clock is trusted later.
 */
export const OSCILLATOR_READINGS_MAX = 256;

/** A time that the part cannot hold: it has two digits for the year. */
export class RtcTimeError extends Error {
	override name = "RtcTimeError";
}

/** The oscillator did not stop, or did not start, in time. Until it runs `time` is undefined. */
export class OscillatorError extends Error {
	override name = "OscillatorError";
}

/** What was to be read or written lies outside the SRAM. */
export class SramRangeError extends Error {
	override name = "SramRangeError";
}

/** When the power failed, as the part keeps it: to the minute, without a year. Month 1 to 12, date 1 to 31, 24-hour hour. */
export interface PowerDownStamp {
	readonly month: number;
	readonly date: number;
	readonly hour: number;
	readonly minute: number;
}

/** Status bits of the part, all from one reading. */
export interface Mcp7940nConfiguration {
	/** OSCRUN: it has no memory, so a clock that stood still and runs again shows a time that is too early, never too late. */
	readonly oscillatorRunning: boolean;
	/** VBATEN: clock, stamp and SRAM outlive the main power. */
	readonly batteryEnabled: boolean;
	/** PWRFAIL: a stamp is there. */
	readonly powerFailed: boolean;
}

/**
 * The MCP7940N as an ECMA-419 RTC, with its power-fail stamp and its SRAM. (The SDK's driver is for the MCP7940M, which
 * has no battery: setting the time with it switches the battery of an MCP7940N off.)
 *
 * Every method throws what the bus throws.
 */
export class Mcp7940n {
	#io: SmBus | undefined;
	readonly #time = new Uint8Array(TIME_BYTES);
	readonly #powerDown = new Uint8Array(POWER_DOWN_BYTES);

	/** Probes the part. Throws what the bus throws, with the bus closed again. */
	constructor(options: { clock: SmBusSpecifier }) {
		const { clock } = options;
		const io = new clock.io({ hz: BUS_HZ, address: ADDRESS, ...clock });
		this.#io = io;
		try {
			io.readUint8(REGISTER.seconds);
		} catch (error) {
			this.close();
			throw error;
		}
	}

	/** May be called twice. */
	close(): void {
		this.#io?.close();
		this.#io = undefined;
	}

	get configuration(): Mcp7940nConfiguration {
		const weekday = this.#bus.readUint8(REGISTER.weekday);
		return {
			oscillatorRunning: (weekday & BIT.oscillatorRuns) !== 0,
			batteryEnabled: (weekday & BIT.batteryEnabled) !== 0,
			powerFailed: (weekday & BIT.powerFailed) !== 0,
		};
	}

	/**
	 * Milliseconds since 1970 UTC, in steps of a second, from 2000 to 2099. Undefined where the oscillator is stopped, where
	 * the battery is off (such a time does not outlive the power), and where the registers show no possible time.
	 */
	get time(): number | undefined {
		// In one reading: the part buffers the registers for its length, so that none rolls over in between (5.3).
		const registers = this.#time;
		this.#bus.readBuffer(REGISTER.seconds, registers);
		const [seconds, minutes, hours, weekday, date, month, year] = registers as unknown as TimeRegisters;
		const runs = (seconds & BIT.start) !== 0 && (weekday & BIT.oscillatorRuns) !== 0;
		if (!runs || (weekday & BIT.batteryEnabled) === 0) return undefined;
		const time = {
			year: fromBcd(year),
			month: fromBcd(month & MASK.month),
			date: fromBcd(date),
			hour: hourOf(hours),
			minute: fromBcd(minutes),
			second: fromBcd(seconds & MASK.seconds),
		};
		return isWhole(time) ? calendarToMs({ ...time, year: CENTURY + time.year }) : undefined;
	}

	/**
	 * Sets the clock, from 2000 to 2099 and to the second, and leaves the battery on. A power-fail stamp is cleared: it is a
	 * time of the clock as it was. Throws RtcTimeError and OscillatorError. Cut off anywhere, the time is the old one, the new one
	 * or undefined.
	 */
	set time(timeMs: number | undefined) {
		if (timeMs === undefined || !(timeMs >= TIME_LEAST_MS && timeMs < TIME_END_MS))
			throw new RtcTimeError(`Expected a time from 2000 to 2099 in ms since 1970, got ${timeMs}`);
		const io = this.#bus;
		const time = calendarFromMs(timeMs);
		// The oscillator stops first and starts last, so that nothing rolls over in between (5.3, note 2).
		io.writeUint8(REGISTER.seconds, 0);
		this.#waitForOscillator(false);
		io.writeBuffer(
			REGISTER.minutes,
			Uint8Array.of(
				toBcd(time.minute),
				toBcd(time.hour),
				// The weekday counts from 1 to 7.
				BIT.batteryEnabled | (new Date(timeMs).getUTCDay() + 1),
				toBcd(time.date),
				toBcd(time.month),
				toBcd(time.year - CENTURY),
			),
		);
		io.writeUint8(REGISTER.seconds, BIT.start | toBcd(time.second));
		this.#waitForOscillator(true);
	}

	/** The first power failure since the stamp was cleared; undefined where there was none, or where it shows no time. */
	get powerDown(): PowerDownStamp | undefined {
		const io = this.#bus;
		if ((io.readUint8(REGISTER.weekday) & BIT.powerFailed) === 0) return undefined;
		io.readBuffer(REGISTER.powerDown, this.#powerDown);
		const [minutes, hours, date, month] = this.#powerDown as unknown as PowerDownRegisters;
		const stamp = {
			month: fromBcd(month & MASK.powerDownMonth),
			date: fromBcd(date),
			hour: hourOf(hours),
			minute: fromBcd(minutes),
		};
		return isWhole(stamp) ? stamp : undefined;
	}

	/** Makes room for the next stamp; the battery stays as it is. Nothing is written where there is no stamp. */
	clearPowerDown(): void {
		const io = this.#bus;
		const weekday = io.readUint8(REGISTER.weekday);
		if ((weekday & BIT.powerFailed) === 0) return;
		// At midnight this may hold the weekday back by one; nothing reads it.
		io.writeUint8(REGISTER.weekday, weekday & (BIT.batteryEnabled | MASK.weekday));
	}

	/** `lengthBytes` of the SRAM, from `offset` on. What it holds after the battery was taken out is anything. Throws SramRangeError. */
	readSram(offset: number, lengthBytes: number): Uint8Array<ArrayBuffer> {
		checkRange(offset, lengthBytes);
		const bytes = new Uint8Array(lengthBytes);
		this.#bus.readBuffer(REGISTER.sram + offset, bytes);
		return bytes;
	}

	/** A power cut may tear it. Throws SramRangeError. */
	writeSram(offset: number, bytes: Uint8Array<ArrayBuffer>): void {
		checkRange(offset, bytes.length);
		this.#bus.writeBuffer(REGISTER.sram + offset, bytes);
	}

	get #bus(): SmBus {
		if (!this.#io) throw new RtcNotOpenError("Expected an open MCP7940N, got a closed one");
		return this.#io;
	}

	#waitForOscillator(running: boolean): void {
		for (let reading = 0; reading < OSCILLATOR_READINGS_MAX; reading++)
			if (this.configuration.oscillatorRunning === running) return;
		throw new OscillatorError(
			`Expected the oscillator to ${running ? "run" : "stop"} within ${OSCILLATOR_READINGS_MAX} readings`,
		);
	}
}

type TimeRegisters = readonly [number, number, number, number, number, number, number];
type PowerDownRegisters = readonly [number, number, number, number];

/** The hour 0 to 23 of a register in either format. */
function hourOf(register: number): number | undefined {
	if ((register & BIT.twelveHours) === 0) return fromBcd(register);
	const hour = fromBcd(register & MASK.hours12);
	if (hour === undefined || hour < 1 || hour > 12) return undefined;
	return (hour % 12) + ((register & BIT.pm) === 0 ? 0 : 12);
}

function isWhole<T extends Record<string, number | undefined>>(
	fields: T,
): fields is T & Record<keyof T, number> {
	return Object.values(fields).every((field) => field !== undefined);
}

function checkRange(offset: number, lengthBytes: number): void {
	if (offset >= 0 && offset + lengthBytes <= MCP7940N_SRAM_BYTES) return;
	throw new SramRangeError(
		`Expected bytes within 0 to ${MCP7940N_SRAM_BYTES}, got ${lengthBytes} from ${offset} on`,
	);
}
