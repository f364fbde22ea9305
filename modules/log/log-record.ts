import { hexFromBytes, latin1FromBytes } from "../storage/bytes.js";
import { crc32 } from "../storage/crc32.js";

const MAGIC = 0x554c; // "UL"
const FORMAT = 1;
/**
 * Big-endian: magic u16, format u8, what is known u8, sequence u32, number u32, time f64, boot u32, the first 8 bytes of the order's
 * digest, the three texts' lengths u8 each. The texts follow, then CRC-32 over all that.
 */
const HEADER_BYTES = 35;
const CRC_BYTES = 4;
const TIME_KNOWN = 1;
const BOOT_KNOWN = 2;
const ORDER_BYTES = 8;
const SPACE = 0x20;
const TILDE = 0x7e;
const QUESTION_MARK = 0x3f;

/** Longer texts are cut off. */
export const EVENT_CHARACTERS_MAX = 16;
export const REASON_CHARACTERS_MAX = 24;
export const DETAIL_CHARACTERS_MAX = 96;

/** No record is longer. */
export const LOG_RECORD_BYTES_MAX =
	HEADER_BYTES + EVENT_CHARACTERS_MAX + REASON_CHARACTERS_MAX + DETAIL_CHARACTERS_MAX + CRC_BYTES;

/** One line of the log. Texts are printable ASCII. */
export interface LogRecord {
	/** Of the whole log, from 1. */
	sequence: number;
	/** Of its ring, from 0, without a gap where nothing was lost. */
	number: number;
	/** What the RTC showed, ms since 1970; undefined where it showed nothing. */
	timeMs: number | undefined;
	/** The number of the boot; undefined where it is not known. */
	boot: number | undefined;
	event: string;
	reason: string;
	detail: string;
	/** The first 16 hex digits of the order's digest; "" where no order is in force. */
	order: string;
}

/** A record as bytes: at most LOG_RECORD_BYTES_MAX. */
export function bytesOfLogRecord(record: LogRecord): Uint8Array<ArrayBuffer> {
	const event = record.event.slice(0, EVENT_CHARACTERS_MAX);
	const reason = record.reason.slice(0, REASON_CHARACTERS_MAX);
	const detail = record.detail.slice(0, DETAIL_CHARACTERS_MAX);
	const textBytes = event.length + reason.length + detail.length;
	const bytes = new Uint8Array(HEADER_BYTES + textBytes + CRC_BYTES);
	const view = new DataView(bytes.buffer);
	const { timeMs, boot } = record;
	view.setUint16(0, MAGIC);
	view.setUint8(2, FORMAT);
	view.setUint8(3, (timeMs === undefined ? 0 : TIME_KNOWN) | (boot === undefined ? 0 : BOOT_KNOWN));
	view.setUint32(4, record.sequence);
	view.setUint32(8, record.number);
	view.setFloat64(12, timeMs ?? 0);
	view.setUint32(20, boot ?? 0);
	for (let i = 0; i < ORDER_BYTES; i++) view.setUint8(24 + i, hexByte(record.order, i));
	view.setUint8(32, event.length);
	view.setUint8(33, reason.length);
	view.setUint8(34, detail.length);
	let at = HEADER_BYTES;
	for (const text of [event, reason, detail]) at = putText(bytes, at, text);
	view.setUint32(at, crc32(bytes.subarray(0, at)));
	return bytes;
}

/** Undefined where the bytes are no whole record that this version can have written. */
export function logRecordFromBytes(bytes: Uint8Array): LogRecord | undefined {
	const length = bytes.length;
	if (length < HEADER_BYTES + CRC_BYTES || length > LOG_RECORD_BYTES_MAX) return undefined;
	const view = new DataView(bytes.buffer, bytes.byteOffset, length);
	if (view.getUint16(0) !== MAGIC || view.getUint8(2) !== FORMAT) return undefined;
	if (view.getUint32(length - CRC_BYTES) !== crc32(bytes.subarray(0, length - CRC_BYTES))) return undefined;
	const reasonAt = HEADER_BYTES + view.getUint8(32);
	const detailAt = reasonAt + view.getUint8(33);
	const end = detailAt + view.getUint8(34);
	if (end !== length - CRC_BYTES) return undefined;
	const known = view.getUint8(3);
	return {
		sequence: view.getUint32(4),
		number: view.getUint32(8),
		timeMs: known & TIME_KNOWN ? view.getFloat64(12) : undefined,
		boot: known & BOOT_KNOWN ? view.getUint32(20) : undefined,
		event: latin1FromBytes(bytes.subarray(HEADER_BYTES, reasonAt)),
		reason: latin1FromBytes(bytes.subarray(reasonAt, detailAt)),
		detail: latin1FromBytes(bytes.subarray(detailAt, end)),
		order: hexText(bytes.subarray(24, 24 + ORDER_BYTES)),
	};
}

/**
 * The number that a record seems to have, without a look at its CRC; undefined where it is none. A torn or damaged
 * record may seem to have one.
 */
export function seemingNumber(bytes: ArrayBuffer): number | undefined {
	if (bytes.byteLength < HEADER_BYTES) return undefined;
	const view = new DataView(bytes);
	return view.getUint16(0) === MAGIC && view.getUint8(2) === FORMAT ? view.getUint32(8) : undefined;
}

/** What is not printable ASCII becomes a question mark. */
function putText(bytes: Uint8Array, at: number, text: string): number {
	const count = text.length;
	for (let i = 0; i < count; i++) {
		const code = text.charCodeAt(i);
		bytes[at + i] = code >= SPACE && code <= TILDE ? code : QUESTION_MARK;
	}
	return at + count;
}

function hexByte(hex: string, index: number): number {
	return Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16) || 0;
}

/** "" for zeros, which stand for no order. */
function hexText(bytes: Uint8Array): string {
	return bytes.every((byte) => byte === 0) ? "" : hexFromBytes(bytes);
}
