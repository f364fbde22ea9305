import type { LineReader } from "./line-reader.js";

const SPACE = 0x20;
const CR = 0x0d;
const LF = 0x0a;
const DELETE = 0x7f;
/** `C`, with which a receiver of files asks for a CRC; no line that comes during a transfer begins with it. */
const CRC_REQUEST = 0x43;

export interface TransferReaderOptions {
	/** Takes all bytes of lines. */
	lines: LineReader;
	/** The others, in runs, each in its place between the bytes of lines. */
	onBytes(bytes: Uint8Array): void;
}

/**
 * Parts what a modem sends while it takes a file: the bytes of the transfer's protocol from lines, which come all the
 * same. Only one byte or so comes for each block, so it may cost more than lines do.
 */
export class TransferReader {
	readonly #lines: LineReader;
	readonly #onBytes: (bytes: Uint8Array) => void;
	#busy = false;

	constructor({ lines, onBytes }: TransferReaderOptions) {
		this.#lines = lines;
		this.#onBytes = onBytes;
	}

	/** A piece is being taken right now. */
	get busy(): boolean {
		return this.#busy;
	}

	/** Takes bytes in pieces of any size. */
	feed(bytes: Uint8Array): void {
		this.#busy = true;
		const count = bytes.length;
		let from = 0;
		for (let i = 0; i < count; i++) {
			const byte = bytes[i] as number;
			if (this.#isRaw(byte)) continue;
			if (from < i) this.#onBytes(bytes.subarray(from, i));
			from = i + 1;
			this.#lines.feedByte(byte);
		}
		if (from < count) this.#onBytes(bytes.subarray(from));
		this.#busy = false;
	}

	/** Takes one byte. */
	feedByte(byte: number): void {
		this.feed(new Uint8Array([byte]));
	}

	#isRaw(byte: number): boolean {
		if (byte === CRC_REQUEST) return this.#lines.atLineStart;
		return (byte < SPACE && byte !== CR && byte !== LF) || byte === DELETE;
	}
}
