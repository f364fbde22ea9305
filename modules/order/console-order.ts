import type { Clock } from "../io/clock.js";
import { decodeBase64 } from "../storage/base64.js";
import { latin1FromBytes } from "../storage/bytes.js";
import { crc32 } from "../storage/crc32.js";
import { ConsoleOrderError } from "./console-order-error.js";
import { ENVELOPE_BYTES_MAX } from "./envelope.js";

/** A longer line is none of ours: 76 characters of base64 (RFC 2045) fit well. */
export const CONSOLE_LINE_BYTES_MAX = 128;
/** An order that stands still for so long is forgotten. */
export const CONSOLE_SILENCE_MS = 30_000;

export interface ConsoleOrderOptions {
	clock: Clock;
	/** An envelope that came whole; nobody has looked into it. */
	onEnvelope(envelope: Uint8Array): void;
	/** An order was begun and did not come whole. */
	onError(error: ConsoleOrderError): void;
}

const LF = 10;
const CR = 13;

/**
 * An order as text lines on a service console: `order BYTES CRC`, the length of the envelope and its CRC-32 in 8 hex digits,
 * then the envelope as base64 in lines of at most 128 characters, each a multiple of four. It ends by itself when
 * all bytes are there. Such a first line begins anew at any time; every other line outside of an order is left to others.
 * The CRC only tells at once that a line was damaged; whether the order is authentic, its signature tells.
 */
export class ConsoleOrder {
	readonly #options: ConsoleOrderOptions;
	readonly #line = new Uint8Array(CONSOLE_LINE_BYTES_MAX);
	/** One more than the line can hold: it is too long, and is dropped. */
	#lineBytes = 0;
	#envelope: Uint8Array | undefined;
	#length = 0;
	#crc = 0;
	#timer: unknown;

	constructor(options: ConsoleOrderOptions) {
		this.#options = options;
	}

	/** Bytes from the console, in whatever pieces. */
	receive(bytes: Uint8Array): void {
		for (const byte of bytes) {
			if (byte !== LF && byte !== CR) {
				if (this.#lineBytes < CONSOLE_LINE_BYTES_MAX) this.#line[this.#lineBytes] = byte;
				if (this.#lineBytes <= CONSOLE_LINE_BYTES_MAX) this.#lineBytes++;
				continue;
			}
			const lineBytes = this.#lineBytes;
			this.#lineBytes = 0;
			if (lineBytes === 0) continue;
			if (lineBytes <= CONSOLE_LINE_BYTES_MAX)
				this.#hear(latin1FromBytes(this.#line.subarray(0, lineBytes)).trim());
			else if (this.#envelope) this.#refuse(`lines of at most ${CONSOLE_LINE_BYTES_MAX} characters`);
		}
	}

	/** Forgets what was begun; no callback is called any more until more is received. */
	close(): void {
		this.#forget();
		this.#lineBytes = 0;
	}

	#hear(line: string): void {
		const head = /^order ([1-9]\d{0,5}) ([0-9a-f]{8})$/i.exec(line);
		if (head) return this.#begin(Number(head[1]), Number.parseInt(head[2] as string, 16));
		if (this.#envelope) return this.#add(line, this.#envelope);
		if (line.startsWith("order ")) this.#refuse("order BYTES CRC, with eight hex digits");
	}

	#begin(bytes: number, crc: number): void {
		if (this.#envelope) this.#refuse("the rest of the order that was begun, got another one");
		if (bytes > ENVELOPE_BYTES_MAX)
			return this.#refuse(`an order of at most ${ENVELOPE_BYTES_MAX} bytes, got ${bytes}`);
		this.#envelope = new Uint8Array(bytes);
		this.#length = 0;
		this.#crc = crc;
		this.#wait();
	}

	#add(line: string, envelope: Uint8Array): void {
		let piece: Uint8Array;
		try {
			piece = decodeBase64(line);
		} catch (error) {
			return this.#refuse(`a line of base64 at byte ${this.#length}. ${(error as Error).message}`);
		}
		if (this.#length + piece.length > envelope.length)
			return this.#refuse(`${envelope.length} bytes, got ${this.#length + piece.length}`);
		envelope.set(piece, this.#length);
		this.#length += piece.length;
		if (this.#length < envelope.length) return this.#wait();
		const crc = crc32(envelope);
		if (crc !== this.#crc)
			return this.#refuse(`bytes with CRC-32 ${this.#crc.toString(16)}, got ${crc.toString(16)}`);
		this.#forget();
		this.#options.onEnvelope(envelope);
	}

	#wait(): void {
		const { clock } = this.#options;
		clock.clearTimeout(this.#timer);
		this.#timer = clock.setTimeout(() => {
			const [got, expected] = [this.#length, this.#envelope?.length];
			this.#lineBytes = 0; // half a line, whose rest will not come
			this.#refuse(`${expected} bytes, got ${got} and then nothing for ${CONSOLE_SILENCE_MS} ms`);
		}, CONSOLE_SILENCE_MS);
	}

	#refuse(expected: string): void {
		this.#forget();
		this.#options.onError(new ConsoleOrderError(`Expected ${expected}; send the order again`));
	}

	#forget(): void {
		this.#envelope = undefined;
		this.#options.clock.clearTimeout(this.#timer);
	}
}
