/** One request of the host: operation 0 reads and 2 writes; group 0 is the processor's own, 1 its images. */
export interface SmpRequest {
	operation: number;
	group: number;
	id: number;
	/** The bytes of CBOR. */
	body: Buffer;
}

const FRAME_START = "\u0006\t";
const CONTINUED = "\u0004\u0014";
const HEADER_BYTES = 8;

/** Reads SMP requests from the bytes that a host sends to a console (Zephyr, "SMP over console"). */
export class SmpPackets {
	readonly #onRequest: (request: SmpRequest) => void;
	#line = "";
	#packet = Buffer.alloc(0);

	constructor({ onRequest }: { onRequest: (request: SmpRequest) => void }) {
		this.#onRequest = onRequest;
	}

	take(bytes: Uint8Array): void {
		for (const byte of bytes) {
			if (byte !== 10) {
				this.#line += String.fromCharCode(byte);
				continue;
			}
			const line = this.#line;
			this.#line = "";
			if (line.startsWith(FRAME_START)) this.#packet = Buffer.from(line.slice(2), "base64");
			else if (line.startsWith(CONTINUED))
				this.#packet = Buffer.concat([this.#packet, Buffer.from(line.slice(2), "base64")]);
			else continue;
			this.#end();
		}
	}

	#end(): void {
		const packet = this.#packet;
		if (packet.length < 2 || packet.length < 2 + packet.readUInt16BE(0)) return;
		const request = packet.subarray(2, packet.length - 2);
		if (request.length < HEADER_BYTES) return;
		this.#onRequest({
			operation: (request[0] as number) & 7,
			group: request.readUInt16BE(4),
			id: request[7] as number,
			body: request.subarray(HEADER_BYTES),
		});
	}
}
