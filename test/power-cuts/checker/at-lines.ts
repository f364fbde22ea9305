const KEPT = 160;

/** Bytes on one direction of a modem's UART, as lines. It knows nothing of transfers: what is no line is no command. */
export class AtLines {
	readonly #onLine: (line: string) => void;
	readonly #end: number;
	#text = "";

	/** `end` is the code that ends a line: 13 for a host, 10 for a modem. */
	constructor({ end, onLine }: { end: number; onLine: (line: string) => void }) {
		this.#end = end;
		this.#onLine = onLine;
	}

	take(bytes: Uint8Array): void {
		for (const byte of bytes) {
			if (byte === this.#end) {
				const line = this.#text;
				this.#text = "";
				if (line !== "" && line !== "\r") this.#onLine(line.endsWith("\r") ? line.slice(0, -1) : line);
			} else if (this.#text.length < KEPT) this.#text += String.fromCharCode(byte);
		}
	}
}
