import { encodeBase64Bytes } from "../storage/base64.js";
import { crc16 } from "../storage/crc16.js";

/** The markers, each followed by base64 and a line feed (Zephyr, "SMP Transport Specification", UART/serial and console). */
export const FRAME_MARKERS = Object.freeze({ start: 0x0609, more: 0x0414 } as const);
/** With its marker and its line feed. */
export const LINE_BYTES_MAX = 127;
/** Length before the packet and CRC after it share the receiver's buffer with it. */
export const FRAME_OVERHEAD_BYTES = 4;
const LINE_PAYLOAD_BYTES = ((LINE_BYTES_MAX - 3) / 4) * 3;
const LF = 0x0a;

/**
 * One SMP packet of at most 65,533 bytes as lines for a console: length and CRC-16/XMODEM around it, both big end first,
 * the whole in base64 and cut into lines that each hold a multiple of three bytes but the last.
 */
export function consoleLines(packet: Uint8Array): Uint8Array<ArrayBuffer>[] {
	const frame = new Uint8Array(packet.length + FRAME_OVERHEAD_BYTES);
	const length = packet.length + 2;
	const crc = crc16(packet);
	frame[0] = length >> 8;
	frame[1] = length;
	frame.set(packet, 2);
	frame[frame.length - 2] = crc >> 8;
	frame[frame.length - 1] = crc;
	const lines: Uint8Array<ArrayBuffer>[] = [];
	for (let at = 0; at < frame.length; at += LINE_PAYLOAD_BYTES) {
		const text = encodeBase64Bytes(frame.subarray(at, at + LINE_PAYLOAD_BYTES));
		const line = new Uint8Array(text.length + 3);
		const marker = at === 0 ? FRAME_MARKERS.start : FRAME_MARKERS.more;
		line[0] = marker >> 8;
		line[1] = marker & 0xff;
		line.set(text, 2);
		line[line.length - 1] = LF;
		lines.push(line);
	}
	return lines;
}
