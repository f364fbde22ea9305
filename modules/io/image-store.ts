/** An open file of an ImageStore. All its methods throw what the medium throws. */
export interface ImageFile {
	readonly sizeBytes: number;
	/** The bytes from `offsetBytes` on: `bytes` of them, fewer only at the end of the file. */
	read(offsetBytes: number, bytes: number): Uint8Array;
	/** Adds bytes at the end. A power cut in it may lose these bytes, or leave others in their place, and none before them. */
	append(block: Uint8Array): void;
	/** Cuts the file off; `sizeBytes` is not above its size. */
	truncate(sizeBytes: number): void;
	/** May be called twice. No call may follow it. */
	close(): void;
}

/**
 * Files of one folder, by name, that only grow at their end: where a product keeps images. Every method throws what the
 * medium throws.
 */
export interface ImageStore {
	/** A file that is there, to be read; undefined where there is none of this name. */
	open(name: string): ImageFile | undefined;
	/** A file to be added to; an empty one where there is none of this name. */
	openToAppend(name: string): ImageFile;
	/** Deleting a file that is not there is no error. */
	delete(name: string): void;
	/** The names of all files. */
	list(): string[];
	/** How many bytes can still be added; undefined where the medium does not tell. */
	freeBytes(): number | undefined;
}
