import {
	closeSync,
	fstatSync,
	fsyncSync,
	ftruncateSync,
	openSync,
	readdirSync,
	readSync,
	rmSync,
	statfsSync,
	writeSync,
} from "node:fs";
import { join } from "node:path";
import { isFileName } from "../../modules/images/file-name.js";
import type { ImageFile, ImageStore } from "../../modules/io/image-store.js";
import { makeDirectories } from "./files.js";

/**
 * Images in a directory: its regular files whose names an order can carry. With `writable: false` it only gives them,
 * as `run --images DIR` does.
 */
export class ImageDirectory implements ImageStore {
	readonly #directory: string;
	readonly #writable: boolean;

	/** A writable directory is made at the first write. */
	constructor({ directory, writable = false }: { directory: string; writable?: boolean }) {
		this.#directory = directory;
		this.#writable = writable;
	}

	open(name: string): ImageFile | undefined {
		try {
			return this.#file(name, "r");
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
			throw error;
		}
	}

	openToAppend(name: string): ImageFile {
		this.#checkWritable();
		makeDirectories(this.#directory);
		return this.#file(name, "a+");
	}

	delete(name: string): void {
		this.#checkWritable();
		rmSync(this.#path(name), { force: true });
	}

	list(): string[] {
		try {
			return readdirSync(this.#directory, { withFileTypes: true })
				.filter((entry) => entry.isFile() && isFileName(entry.name))
				.map(({ name }) => name)
				.sort();
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
			throw error;
		}
	}

	freeBytes(): number | undefined {
		if (!this.#writable) return 0;
		try {
			const { bavail, bsize } = statfsSync(this.#directory);
			return bavail * bsize;
		} catch {
			return undefined; // not made yet, or a system that does not tell
		}
	}

	#file(name: string, flags: "r" | "a+"): ImageFile {
		let file: number | undefined = openSync(this.#path(name), flags);
		const opened = (): number => {
			if (file === undefined) throw new Error(`Expected ${name} to be open`);
			return file;
		};
		if (!fstatSync(file).isFile()) {
			closeSync(file);
			throw new Error(`Expected a regular file, got ${name}`);
		}
		return {
			get sizeBytes() {
				return fstatSync(opened()).size;
			},
			read: (offsetBytes, bytes) => readAt(opened(), offsetBytes, bytes),
			append: (block) => {
				for (let from = 0; from < block.length; ) from += writeSync(opened(), block, from);
				fsyncSync(opened());
			},
			truncate: (sizeBytes) => {
				ftruncateSync(opened(), sizeBytes);
				fsyncSync(opened());
			},
			close: () => {
				if (file !== undefined) closeSync(file);
				file = undefined;
			},
		};
	}

	#path(name: string): string {
		if (!isFileName(name)) throw new Error(`Expected the name of a file, got ${JSON.stringify(name)}`);
		return join(this.#directory, name);
	}

	#checkWritable(): void {
		if (!this.#writable) throw new Error(`Expected no write into ${this.#directory}`);
	}
}

/** One read may give less than is there. */
function readAt(file: number, offsetBytes: number, bytes: number): Uint8Array {
	const block = new Uint8Array(bytes);
	let length = 0;
	while (length < bytes) {
		const count = readSync(file, block, length, bytes - length, offsetBytes + length);
		if (count === 0) break;
		length += count;
	}
	return block.subarray(0, length);
}
