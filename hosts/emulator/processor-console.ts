const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** Zephyr's `MCUMGR_SERIAL_MAX_FRAME`. */
const LINE_BYTES_MAX = 127;
/** Of the first line of a frame, and of those after it, as Zephyr 4.4.0 cuts them. */
const FIRST_PAYLOAD_BYTES = 93;
const NEXT_PAYLOAD_BYTES = 90;
const LF = 10;

/**
 * A server's end of SMP over a console: lines in, packets out, and the other way. A frame that does not fit the buffer, is
 * cut, or has a wrong CRC is dropped without a word, as Zephyr's `serial_util.c` does.
 */
export class ProcessorConsole {
	readonly #bufferBytes: number;
	readonly #onPacket: (packet: Uint8Array) => void;
	#line: number[] = [];
	#frame: number[] | undefined;

	constructor({
		bufferBytes,
		onPacket,
	}: {
		/** Of a frame: length, packet and CRC. */
		bufferBytes: number;
		onPacket(packet: Uint8Array): void;
	}) {
		this.#bufferBytes = bufferBytes;
		this.#onPacket = onPacket;
	}

	receive(bytes: Uint8Array): void {
		for (const byte of bytes) {
			if (byte === LF) {
				const line = this.#line;
				this.#line = [];
				this.#takeLine(line);
			} else if (this.#line.length < LINE_BYTES_MAX) {
				this.#line.push(byte);
			} else {
				this.#line = [];
			}
		}
	}

	#takeLine(line: number[]): void {
		const marker = ((line[0] ?? 0) << 8) | (line[1] ?? 0);
		if (marker === 0x0609) this.#frame = [];
		else if (marker !== 0x0414) return;
		const frame = this.#frame;
		const piece = bytesOfBase64(line.slice(2));
		if (!frame || !piece || frame.length + piece.length > this.#bufferBytes) {
			this.#frame = undefined;
			return;
		}
		frame.push(...piece);
		const length = ((frame[0] ?? 0) << 8) | (frame[1] ?? 0);
		if (frame.length < length + 2) return;
		this.#frame = undefined;
		if (frame.length > length + 2) return;
		const packet = frame.slice(2, -2);
		const crc = ((frame[frame.length - 2] as number) << 8) | (frame[frame.length - 1] as number);
		if (crc === crcOf(packet)) this.#onPacket(Uint8Array.from(packet));
	}
}

/** A packet as the lines that a server sends. */
export function linesOf(packet: readonly number[]): number[] {
	const length = packet.length + 2;
	const crc = crcOf(packet);
	const frame = [length >> 8, length & 0xff, ...packet, crc >> 8, crc & 0xff];
	const lines: number[] = [];
	for (let at = 0; at < frame.length; ) {
		const end = at + (at === 0 ? FIRST_PAYLOAD_BYTES : NEXT_PAYLOAD_BYTES);
		lines.push(...(at === 0 ? [6, 9] : [4, 20]), ...base64Of(frame.slice(at, end)), LF);
		at = end;
	}
	return lines;
}

/** CRC-16 with polynomial 0x1021 and initial value 0, bit by bit. */
function crcOf(bytes: readonly number[]): number {
	let crc = 0;
	for (const byte of bytes) {
		crc ^= byte << 8;
		for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
	}
	return crc;
}

function base64Of(bytes: readonly number[]): number[] {
	const codes: number[] = [];
	for (let i = 0; i < bytes.length; i += 3) {
		const group = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
		for (let place = 0; place < 4; place++) {
			const isPadding = i + place > bytes.length;
			codes.push(isPadding ? 0x3d : ALPHABET.charCodeAt((group >> (18 - place * 6)) & 63));
		}
	}
	return codes;
}

/** Undefined where the line is no base64. */
function bytesOfBase64(codes: readonly number[]): number[] | undefined {
	if (codes.length % 4 !== 0) return undefined;
	const bytes: number[] = [];
	for (let i = 0; i < codes.length; i += 4) {
		const values = codes
			.slice(i, i + 4)
			.map((code) => (code === 0x3d ? 64 : ALPHABET.indexOf(String.fromCharCode(code))));
		if (values.includes(-1)) return undefined;
		const padding = values.filter((value) => value === 64).length;
		const group = values.reduce((sum, value) => sum * 64 + (value & 63), 0);
		for (let place = 0; place < 3 - padding; place++) bytes.push((group >> (16 - place * 8)) & 0xff);
	}
	return bytes;
}
