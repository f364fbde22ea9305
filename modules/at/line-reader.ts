const CR = 13;
const LF = 10;
const SPACE = 32;
const DELETE = 127;
/** How many bytes become text at once: each is an argument, and the XS stack of the product is small. */
const PIECE_BYTES = 64;

/** Where the lines go. */
export interface LineReaderOptions {
	/** The longest line that is delivered, in bytes. */
	lineBytesMax: number;
	/** A line without its end; never empty. Bytes above 127 are the code units 128 to 255. */
	onLine(line: string): void;
	/** A line was longer than the limit. Nothing of it is delivered, its tail neither; called once a line. */
	onOverlong(): void;
	/** A control byte other than CR and LF, in its place between the lines. */
	onControl?(byte: number): void;
}

/**
 * Bytes to lines in memory that does not grow. CR, LF and any run of them end a line; empty lines, NUL and the
 * other control bytes are left out (modems of these families send runs of NUL while they install).
 *
 * Pieces become text first and are cut by the engine's own search: that costs XS half of what a loop over the bytes costs.
 */
export class LineReader {
	/**
	 * Of each reader its own, in RAM: XS 17.9 allocates the work space of a RegExp in flash anew at each match, by malloc,
	 * never frees it, and crashes where it collects garbage meanwhile (fxAllocateRegExpData in xsre.c).
	 */
	readonly #notPrintable = /[^ -~\x80-\xff]/;
	readonly #lineBytesMax: number;
	readonly #onLine: (line: string) => void;
	readonly #onOverlong: () => void;
	readonly #onControl: (byte: number) => void;
	/** What came of the line that has no end yet; of one that is too long, no more than shows that it is. */
	#line = "";
	/** The line was reported as too long. */
	#reported = false;

	constructor({ lineBytesMax, onLine, onOverlong, onControl = () => {} }: LineReaderOptions) {
		this.#lineBytesMax = lineBytesMax;
		this.#onLine = onLine;
		this.#onOverlong = onOverlong;
		this.#onControl = onControl;
	}

	/** The next byte would be the first of a line. */
	get atLineStart(): boolean {
		return this.#line === "";
	}

	/** Takes bytes in pieces of any size. */
	feed(bytes: Uint8Array): void {
		const count = bytes.length;
		if (count > PIECE_BYTES) {
			for (let from = 0; from < count; from += PIECE_BYTES)
				this.feed(bytes.subarray(from, from + PIECE_BYTES));
			return;
		}
		const text: string = String.fromCharCode.apply(null, bytes as unknown as number[]);
		const parts = text.split("\r\n");
		const last = parts.length - 1;
		for (let i = 0; ; i++) {
			const part = parts[i] as string;
			if (part !== "") {
				if (this.#notPrintable.test(part)) this.#appendUnusual(part);
				else this.#line += part;
			}
			const line = this.#line;
			if (i === last) {
				if (line.length > this.#lineBytesMax) this.#cutOverlong();
				return;
			}
			if (line !== "") {
				this.#line = "";
				if (line.length <= this.#lineBytesMax) this.#onLine(line);
				else this.#endOverlong();
			}
		}
	}

	/** Takes one byte; cheaper than a piece of one. */
	feedByte(byte: number): void {
		if (byte >= SPACE && byte !== DELETE) {
			this.#line += String.fromCharCode(byte);
			if (this.#line.length > this.#lineBytesMax) this.#cutOverlong();
		} else if (byte !== CR && byte !== LF) {
			this.#onControl(byte);
		} else if (this.#line !== "") {
			const line = this.#line;
			this.#line = "";
			if (line.length <= this.#lineBytesMax) this.#onLine(line);
			else this.#endOverlong();
		}
	}

	/** Text with something in it that is left out, or with a CR or LF that has no other beside it. */
	#appendUnusual(text: string): void {
		let rest = text;
		for (let at = rest.search(this.#notPrintable); at >= 0; at = rest.search(this.#notPrintable)) {
			this.#line += rest.slice(0, at);
			this.feedByte(rest.charCodeAt(at));
			rest = rest.slice(at + 1);
		}
		this.#line += rest;
	}

	#cutOverlong(): void {
		this.#line = this.#line.slice(0, this.#lineBytesMax + 1);
		if (this.#reported) return;
		this.#reported = true;
		this.#onOverlong();
	}

	#endOverlong(): void {
		const reported = this.#reported;
		this.#reported = false;
		if (!reported) this.#onOverlong();
	}
}
