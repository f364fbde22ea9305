import type { ImageFile, ImageStore } from "../../../modules/io/image-store.js";

/** What the SDK's `embedded:storage/files` gives for a file; POSIX, littlefs and Zephyr have all of it, PebbleOS no setSize. */
export interface SdkFile {
	close(): void;
	/** Fewer bytes at the end of the file. */
	read(count: number, position: number): ArrayBuffer;
	write(bytes: ArrayBuffer, position: number): void;
	status(): { size: number };
	setSize(bytes: number): void;
	flush(): void;
}

export interface SdkDirectory {
	openFile(options: { path: string; mode: "r" | "r+" | "w+" }): SdkFile;
	createDirectory(path: string): unknown;
	delete(path: string): unknown;
	scan(path?: string): Iterable<string>;
}

export interface FilesImageStoreOptions {
	root: SdkDirectory;
	/** Below `root`; made at the first write. Nothing else writes there. */
	folder: string;
	/** How many bytes all images together may have: the files of the SDK do not tell how much room is left. */
	capacityBytes?: number;
}

/** Something was not written as it should be, and the SDK's file did not say so. */
export class FilesImageStoreError extends Error {
	override name = "FilesImageStoreError";
}

/** Images in a folder of the SDK's files. */
export class FilesImageStore implements ImageStore {
	readonly #root: SdkDirectory;
	readonly #folder: string;
	readonly #capacityBytes: number | undefined;

	constructor({ root, folder, capacityBytes }: FilesImageStoreOptions) {
		this.#root = root;
		this.#folder = folder;
		this.#capacityBytes = capacityBytes;
	}

	open(name: string): ImageFile | undefined {
		return this.list().includes(name) ? this.#file(name, "r") : undefined;
	}

	openToAppend(name: string): ImageFile {
		if (this.list().includes(name)) return this.#file(name, "r+");
		this.#root.createDirectory(this.#folder);
		return this.#file(name, "w+");
	}

	delete(name: string): void {
		if (this.list().includes(name)) this.#root.delete(this.#path(name));
	}

	/** The SDK's errors do not tell what is missing from what is broken, so the folders are asked. */
	list(): string[] {
		for (const folder of this.#root.scan(""))
			if (folder === this.#folder) return [...this.#root.scan(folder)];
		return [];
	}

	freeBytes(): number | undefined {
		if (this.#capacityBytes === undefined) return undefined;
		let usedBytes = 0;
		for (const name of this.list()) {
			const file = this.#file(name, "r");
			usedBytes += file.sizeBytes;
			file.close();
		}
		return Math.max(0, this.#capacityBytes - usedBytes);
	}

	#file(name: string, mode: "r" | "r+" | "w+"): ImageFile {
		const file = this.#root.openFile({ path: this.#path(name), mode });
		let isOpen = true;
		let { size } = file.status();
		return {
			get sizeBytes() {
				return size;
			},
			read: (offsetBytes, bytes) => {
				const count = Math.min(bytes, size - offsetBytes);
				return count > 0 ? new Uint8Array(file.read(count, offsetBytes)) : new Uint8Array(0);
			},
			append: (block) => {
				file.write(wholeBuffer(block), size);
				file.flush();
				const expected = size + block.length;
				// Writing fewer bytes than were asked for is no error to the SDK.
				({ size } = file.status());
				if (size !== expected)
					throw new FilesImageStoreError(`Expected ${expected} bytes in ${name}, got ${size}`);
			},
			truncate: (sizeBytes) => {
				file.setSize(sizeBytes);
				file.flush();
				({ size } = file.status());
				if (size !== sizeBytes)
					throw new FilesImageStoreError(`Expected ${name} to be cut to ${sizeBytes} bytes, got ${size}`);
			},
			close: () => {
				if (isOpen) file.close();
				isOpen = false;
			},
		};
	}

	#path(name: string): string {
		return `${this.#folder}/${name}`;
	}
}

function wholeBuffer({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
	return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
}
