import { decodeBase64 } from "../storage/base64.js";
import { asciiFromBytes } from "../storage/bytes.js";
import { crc16 } from "../storage/crc16.js";
import { FRAME_MARKERS, LINE_BYTES_MAX } from "./console-frames.js";

/** What was dropped: a line that is no base64, a line or packet that is too long, a packet whose CRC is not its own. */
export type FrameTrouble = "not-base64" | "overlong-line" | "overlong-packet" | "bad-crc" | "bad-length";

const LF = 0x0a;
const CR = 0x0d;
const CRC_BYTES = 2;
const LENGTH_BYTES = 2;
const START_FIRST = FRAME_MARKERS.start >> 8;
const MORE_FIRST = FRAME_MARKERS.more >> 8;

/**
 * SMP packets out of the bytes of a console. Everything outside of frames is text of a shell or a log and is ignored, a
 * prompt on the same line before a frame included: neither text nor base64 has a byte 0x04 or 0x06 in it.
 */
export class ConsoleReader {
	readonly #onPacket: (packet: Uint8Array<ArrayBuffer>) => void;
	readonly #onTrouble: (trouble: FrameTrouble) => void;
	readonly #packetBytesMax: number;
	readonly #line = new Uint8Array(LINE_BYTES_MAX);
	/** Of the line, from its marker on. 0: no marker was seen since the last line feed. */
	#lineBytes = 0;
	#packet: Uint8Array<ArrayBuffer> | undefined;
	#packetBytes = 0;

	constructor({
		packetBytesMax,
		onPacket,
		onTrouble = () => {},
	}: {
		/** What is longer is dropped. */
		packetBytesMax: number;
		/** Gets each whole packet without length and CRC; it may keep it. */
		onPacket(packet: Uint8Array<ArrayBuffer>): void;
		onTrouble?(trouble: FrameTrouble): void;
	}) {
		this.#packetBytesMax = packetBytesMax;
		this.#onPacket = onPacket;
		this.#onTrouble = onTrouble;
	}

	feed(bytes: Uint8Array): void {
		const count = bytes.length;
		for (let i = 0; i < count; i++) this.feedByte(bytes[i] as number);
	}

	feedByte(byte: number): void {
		if (byte === START_FIRST || byte === MORE_FIRST) {
			this.#line[0] = byte;
			this.#lineBytes = 1;
		} else if (this.#lineBytes > 0 && byte !== CR) {
			if (byte === LF) this.#takeLine();
			else if (this.#lineBytes < LINE_BYTES_MAX) this.#line[this.#lineBytes++] = byte;
			else this.#drop("overlong-line");
		}
	}

	/** Forgets a packet that is not whole. */
	reset(): void {
		this.#lineBytes = 0;
		this.#packet = undefined;
		this.#packetBytes = 0;
	}

	#takeLine(): void {
		const marker = ((this.#line[0] as number) << 8) | (this.#line[1] as number);
		const count = this.#lineBytes;
		this.#lineBytes = 0;
		if (count < 2 || (marker !== FRAME_MARKERS.start && marker !== FRAME_MARKERS.more)) return;
		const piece = bytesOfText(this.#line.subarray(2, count));
		if (!piece) return this.#drop("not-base64");
		if (marker === FRAME_MARKERS.more) {
			if (this.#packet) this.#append(piece);
			return;
		}
		const length = ((piece[0] ?? 0) << 8) | (piece[1] ?? 0);
		if (piece.length < LENGTH_BYTES || length <= CRC_BYTES) return this.#drop("bad-length");
		if (length - CRC_BYTES > this.#packetBytesMax) return this.#drop("overlong-packet");
		this.#packet = new Uint8Array(length);
		this.#packetBytes = 0;
		this.#append(piece.subarray(LENGTH_BYTES));
	}

	#append(piece: Uint8Array): void {
		const whole = this.#packet as Uint8Array<ArrayBuffer>;
		if (this.#packetBytes + piece.length > whole.length) return this.#drop("bad-length");
		whole.set(piece, this.#packetBytes);
		this.#packetBytes += piece.length;
		if (this.#packetBytes < whole.length) return;
		this.reset();
		const packet = whole.slice(0, -CRC_BYTES);
		const crc = ((whole[packet.length] as number) << 8) | (whole[packet.length + 1] as number);
		if (crc === crc16(packet)) this.#onPacket(packet);
		else this.#onTrouble("bad-crc");
	}

	#drop(trouble: FrameTrouble): void {
		this.reset();
		this.#onTrouble(trouble);
	}
}

function bytesOfText(text: Uint8Array): Uint8Array | undefined {
	try {
		return decodeBase64(asciiFromBytes(text));
	} catch {
		return undefined;
	}
}
