/**
 * Why an image cannot be read.
 * - `no-image`: there is none: no such file, or the server says 404 or 410.
 * - `unreadable`: the medium cannot be read, or a read was asked for that makes no sense.
 * - `wrong-size`: it is longer or shorter than the order says, or the server says so.
 * - `changed`: another file has taken its place since its first bytes were read.
 * - `wrong-range`: the server sent another part of the file than the one that was asked for.
 * - `redirected`: the server sent us elsewhere; the board alone says where images come from.
 * - `http-status`: the server said something else that is not the image.
 * - `bad-response`: its answer contradicts itself, or carries the image in another coding.
 * - `broken`: it could not be reached or broke off, too often in a row without one new byte.
 * - `deadline`: it took longer than a download may.
 */
export type ImageReason =
	| "no-image"
	| "unreadable"
	| "wrong-size"
	| "changed"
	| "wrong-range"
	| "redirected"
	| "http-status"
	| "bad-response"
	| "broken"
	| "deadline";

/** An image that cannot be read, or not as it was asked for. */
export class ImageSourceError extends Error {
	override name = "ImageSourceError";
	readonly reason: ImageReason;

	constructor(message: string, reason: ImageReason = "unreadable") {
		super(message);
		this.reason = reason;
	}
}

/**
 * Bytes of one image, wherever they are. Reads go upwards and without a gap from the first offset that is asked for; one at a
 * time, the next one only after `done`, which may come at once: who reads on from within it lets the stack grow with the image.
 */
export interface ImageSource {
	/** The whole image; undefined where that is known only by reading. */
	readonly sizeBytes: number | undefined;
	/** Exactly `bytes` bytes from `offsetBytes`, fewer only at the image's end. */
	read(
		offsetBytes: number,
		bytes: number,
		done: (error: ImageSourceError | undefined, block: Uint8Array | undefined) => void,
	): void;
	/** Ends whatever goes on; no `done` is called any more. May be called twice. */
	close(): void;
}
