import { isPlausibleTime } from "./clock-reading.js";

/** What the MCU's ticks say about the RTC: nothing yet, right within the tolerance, or wrong. */
export type RateVerdict = "none" | "good" | "bad";

/** "At this time, in this boot, the product was on." */
export interface AliveMark {
	/** 1 to 2^32 - 1. */
	readonly bootNumber: number;
	/** 0 to 65,535; another one each time the clock is set. */
	readonly epoch: number;
	/** RTC time, ms since 1970 UTC; 0 in a void mark. */
	readonly timeMs: number;
	readonly rate: RateVerdict;
	/** The last one before an orderly power-off. */
	readonly final: boolean;
	/** No mark at all, but the trace of one that was taken away because the clock is about to be set. */
	readonly isVoid: boolean;
	/** Something went wrong in this boot; the same as the flag in the other medium, for when that one fails. */
	readonly distrusted: boolean;
}

/**
 * Length of an encoded mark. With the 12 bytes of a slot's header two slots take 56 of the 64 bytes of battery-backed SRAM
 * that an MCP7940N has (data sheet DS20005010, "SRAM/RTCC Memory").
 *
 * format u8, flags u8, epoch u16, boot number u32, time f64, all big-endian.
 */
export const MARK_BYTES = 16;

const FORMAT = 1;
const FLAG = { final: 1, good: 2, bad: 4, void: 8, distrusted: 16 } as const;
const FLAGS_ALL = 31;

export function encodeMark(mark: AliveMark): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(MARK_BYTES);
	const view = new DataView(bytes.buffer);
	const flags =
		(mark.final ? FLAG.final : 0) |
		(mark.rate === "good" ? FLAG.good : 0) |
		(mark.rate === "bad" ? FLAG.bad : 0) |
		(mark.isVoid ? FLAG.void : 0) |
		(mark.distrusted ? FLAG.distrusted : 0);
	view.setUint8(0, FORMAT);
	view.setUint8(1, flags);
	view.setUint16(2, mark.epoch);
	view.setUint32(4, mark.bootNumber);
	view.setFloat64(8, mark.timeMs);
	return bytes;
}

/** The mark, or undefined where these bytes are none: a wrong length, another format, or values no mark has. */
export function decodeMark(bytes: Uint8Array<ArrayBuffer>): AliveMark | undefined {
	if (bytes.length !== MARK_BYTES) return undefined;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const flags = view.getUint8(1);
	const rate = rateOf(flags);
	if (view.getUint8(0) !== FORMAT || flags > FLAGS_ALL || !rate) return undefined;
	const isVoid = (flags & FLAG.void) !== 0;
	const bootNumber = view.getUint32(4);
	const timeMs = view.getFloat64(8);
	if (bootNumber === 0 || !(isVoid ? timeMs === 0 : isPlausibleTime(timeMs))) return undefined;
	return {
		bootNumber,
		epoch: view.getUint16(2),
		timeMs,
		rate,
		final: (flags & FLAG.final) !== 0,
		isVoid,
		distrusted: (flags & FLAG.distrusted) !== 0,
	};
}

function rateOf(flags: number): RateVerdict | undefined {
	const good = (flags & FLAG.good) !== 0;
	const bad = (flags & FLAG.bad) !== 0;
	if (good && bad) return undefined;
	return good ? "good" : bad ? "bad" : "none";
}
