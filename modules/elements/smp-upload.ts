import { FRAME_OVERHEAD_BYTES } from "../smp/console-frames.js";
import { bytesFromHex } from "../smp/images.js";
import { HEADER_BYTES } from "../smp/packet.js";
import { type SmpRequest, uploadOverheadBytes, uploadPiece } from "../smp/requests.js";
import type { TargetImage } from "./element.js";

/** Flash is written in units of at most so many bytes; all pieces but the last of a block are a multiple. */
const ALIGN_BYTES = 16;

/** An upload under way: how far the server has come, and what goes into the next piece. */
export class SmpUpload {
	readonly image: TargetImage;
	readonly #sha256: Uint8Array;
	readonly #bufferBytes: number;
	/** What the server asked for last. */
	#nextBytes = 0;
	#standstills = 0;

	/** `bufferBytes` is how long a frame may be for the server, 192 at least. */
	constructor({ image, bufferBytes }: { image: TargetImage; bufferBytes: number }) {
		this.image = image;
		this.#sha256 = bytesFromHex(image.sha256) ?? new Uint8Array(0);
		this.#bufferBytes = bufferBytes;
	}

	get nextBytes(): number {
		return this.#nextBytes;
	}

	/** How often, one after the other, the server has asked for what it was sent. */
	get standstills(): number {
		return this.#standstills;
	}

	/** The server asks for this offset. */
	advance(nextBytes: number): void {
		this.#standstills = nextBytes > this.#nextBytes ? 0 : this.#standstills + 1;
		this.#nextBytes = nextBytes;
	}

	/** The piece that the server asks for, out of a block that has it. The pieces of a block are about the same size. */
	piece(blockOffsetBytes: number, block: Uint8Array): SmpRequest {
		const offsetBytes = this.#nextBytes;
		const from = offsetBytes - blockOffsetBytes;
		const left = block.length - from;
		const overhead = FRAME_OVERHEAD_BYTES + HEADER_BYTES + uploadOverheadBytes(offsetBytes, left);
		const most = this.#bufferBytes - overhead;
		const pieces = Math.ceil(left / most);
		const even = Math.ceil(left / pieces / ALIGN_BYTES) * ALIGN_BYTES;
		const size = Math.min(left, even <= most ? even : most - (most % ALIGN_BYTES));
		return uploadPiece({
			offsetBytes,
			data: block.subarray(from, from + size),
			sizeBytes: this.image.sizeBytes,
			sha256: this.#sha256,
		});
	}
}
