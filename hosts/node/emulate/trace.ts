const TRACE_LENGTH_MAX = 512;

/** Writes one direction of the traffic to standard error, a line at a time. */
export class Trace {
	readonly #mark: string;
	#line = "";

	constructor(mark: string) {
		this.#mark = mark;
	}

	add(bytes: ArrayBuffer): void {
		for (const byte of new Uint8Array(bytes)) {
			if (byte !== 13 && byte !== 10) this.#line += printable(byte);
			if ((byte === 13 || byte === 10 || this.#line.length >= TRACE_LENGTH_MAX) && this.#line) {
				process.stderr.write(`${this.#mark} ${this.#line}\n`);
				this.#line = "";
			}
		}
	}
}

function printable(byte: number): string {
	return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
}
