import type { SerialOptions } from "../../modules/at/channel.js";
import type { SerialCallbacks } from "../../modules/io/serial.js";

/** A Serial that costs next to nothing: it gives what it was handed, piece by piece, and swallows what is written. */
export class ChunkSerial {
	readonly options: SerialOptions;
	#onReadable: (bytes: number) => void = () => {};
	#next: ArrayBuffer | undefined;

	constructor() {
		const hand = this;
		this.options = {
			io: class {
				constructor({ onReadable }: SerialCallbacks) {
					hand.#onReadable = onReadable;
				}
				read(): ArrayBuffer | undefined {
					return hand.#next;
				}
				write(): void {}
				close(): void {}
			},
		};
	}

	/** Each buffer is one chunk. */
	receive(chunks: readonly ArrayBuffer[]): void {
		for (const chunk of chunks) {
			this.#next = chunk;
			this.#onReadable(chunk.byteLength);
		}
	}
}

export function chunksOf(text: string, chunkBytes: number): ArrayBuffer[] {
	const chunks: ArrayBuffer[] = [];
	for (let from = 0; from < text.length; from += chunkBytes) {
		const piece = text.slice(from, from + chunkBytes);
		const bytes = new Uint8Array(piece.length).map((_, index) => piece.charCodeAt(index));
		chunks.push(bytes.buffer);
	}
	return chunks;
}
