import { bytesFromBase64, uint16 } from "./bytes.js";

/** One request of the host: operation 0 reads and 2 writes; group 0 is the processor's own, 1 its images. */
export interface SmpRequest {
	operation: number;
	group: number;
	id: number;
	/** The bytes of CBOR. */
	body: Uint8Array;
}

const FRAME_START = "\u0006\t";
const CONTINUED = "\u0004\u0014";
const HEADER_BYTES = 8;

/** Reads SMP requests from the bytes that a host sends to a console (Zephyr, "SMP over console"). */
export class SmpPackets {
	readonly #onRequest: (request: SmpRequest) => void;
	#line = "";
	#packet: Uint8Array = new Uint8Array(0);

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
			if (line.startsWith(FRAME_START)) this.#packet = bytesFromBase64(line.slice(2));
			else if (line.startsWith(CONTINUED))
				this.#packet = joined(this.#packet, bytesFromBase64(line.slice(2)));
			else continue;
			this.#end();
		}
	}

	#end(): void {
		const packet = this.#packet;
		if (packet.length < 2 || packet.length < 2 + uint16(packet, 0)) return;
		const request = packet.subarray(2, packet.length - 2);
		if (request.length < HEADER_BYTES) return;
		this.#onRequest({
			operation: (request[0] as number) & 7,
			group: uint16(request, 4),
			id: request[7] as number,
			body: request.subarray(HEADER_BYTES),
		});
	}
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
	const both = new Uint8Array(first.length + second.length);
	both.set(first);
	both.set(second, first.length);
	return both;
}
