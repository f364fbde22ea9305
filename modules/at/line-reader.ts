const CR = 13;
const LF = 10;
const SPACE = 32;
const DELETE = 127;
/** How many code units become text at once: each is an argument, and the XS stack of the product is small. */
const PIECE_UNITS = 16;

/** Where the lines go. */
export interface LineReaderOptions {
	/** The longest line that is delivered, in bytes. */
	lineBytesMax: number;
	/** A line without its end; never empty. Bytes above 127 are the code units 128 to 255. */
	onLine(line: string): void;
	/** A line was longer than the limit. Nothing of it is delivered, its tail neither; called once a line. */
	onOverlong(): void;
}

/**
 * Bytes to lines in memory that does not grow. CR, LF and any run of them end a line; empty lines, NUL and the
 * other control bytes are left out (modems of these families send runs of NUL while they install).
 */
export class LineReader {
	readonly #bytes: Uint8Array;
	readonly #onLine: (line: string) => void;
	readonly #onOverlong: () => void;
	#length = 0;
	#overlong = false;

	constructor({ lineBytesMax, onLine, onOverlong }: LineReaderOptions) {
		this.#bytes = new Uint8Array(lineBytesMax);
		this.#onLine = onLine;
		this.#onOverlong = onOverlong;
	}

	/** Takes bytes in pieces of any size. */
	feed(chunk: Uint8Array): void {
		const bytes = this.#bytes;
		const limit = bytes.length;
		const count = chunk.length;
		let length = this.#length;
		for (let i = 0; i < count; i++) {
			const byte = chunk[i] as number;
			if (byte >= SPACE && byte !== DELETE) {
				// The length stays at the limit for the rest of a line that is too long.
				if (length < limit) bytes[length++] = byte;
				else this.#tooLong();
			} else if (length > 0 && (byte === CR || byte === LF)) {
				const overlong = this.#overlong;
				this.#overlong = false;
				this.#length = 0;
				if (!overlong) this.#onLine(textOf(bytes, length));
				length = 0;
			}
		}
		this.#length = length;
	}

	#tooLong(): void {
		if (this.#overlong) return;
		this.#overlong = true;
		this.#onOverlong();
	}
}

function textOf(bytes: Uint8Array, length: number): string {
	let text = "";
	for (let from = 0; from < length; from += PIECE_UNITS) {
		const piece = bytes.subarray(from, Math.min(from + PIECE_UNITS, length));
		text += String.fromCharCode.apply(null, piece as unknown as number[]);
	}
	return text;
}
