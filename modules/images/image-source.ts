/** An image that cannot be read, or not as it was asked for. */
export class ImageSourceError extends Error {
	override name = "ImageSourceError";
}

/**
 * Bytes of one image, wherever they are. Reads go upwards and without a gap from the first offset that is asked for; one at a
 * time, the next one only after `done`, which may come at once.
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
