import type { FileClass, OpenFile } from "./file-key-value.js";
import type { KeyValueDomain } from "./key-value.js";

/** Beside its place, until a value is whole. No key can have this ending. */
const UNFINISHED = ".new";

/** A file could not be put in its place or taken away, or a key is no name of a file. */
export class FileKeyValueError extends Error {
	override name = "FileKeyValueError";
}

/**
 * A folder, a file a key. A value is written beside the old one and takes its place whole, so that a power cut costs the
 * new value and not the old one: on littlefs by its own design; on `lin` for a program that ends, while a PC that loses
 * its power may lose both, for the module `file` cannot ask for the disk.
 */
export class FileKeyValueDomain implements KeyValueDomain {
	readonly #File: FileClass;
	readonly #folder: string;

	constructor({ File, folder }: { File: FileClass; folder: string }) {
		this.#File = File;
		this.#folder = folder;
	}

	read(key: string): ArrayBuffer | undefined {
		const path = this.#path(key);
		if (!this.#File.exists(path)) return undefined;
		return withFile(new this.#File(path), (file) =>
			file.length === 0 ? new ArrayBuffer(0) : file.read(ArrayBuffer),
		);
	}

	/** Throws FileKeyValueError, and what the file throws; then the old value is still there. */
	write(key: string, value: ArrayBuffer): void {
		const unfinished = this.#path(key) + UNFINISHED;
		// What a power cut left there may be longer than the value, and opening does not empty it.
		if (this.#File.exists(unfinished)) this.#delete(unfinished);
		withFile(new this.#File(unfinished, true), (file) => {
			if (value.byteLength > 0) file.write(value);
		});
		if (!this.#File.rename(unfinished, key))
			throw new FileKeyValueError(`Expected ${unfinished} to take the place of ${key}, it did not`);
	}

	delete(key: string): void {
		const path = this.#path(key);
		if (this.#File.exists(path)) this.#delete(path);
	}

	close(): void {}

	#delete(path: string): void {
		if (!this.#File.delete(path)) throw new FileKeyValueError(`Expected ${path} to go, it is still there`);
	}

	#path(key: string): string {
		// Not at module level: a regular expression that lies in flash crashes XS.
		if (!/^[a-z0-9-]{1,32}$/.test(key))
			throw new FileKeyValueError(
				`Expected a key of 1 to 32 lower-case letters, digits and dashes, got ${key}`,
			);
		return `${this.#folder}/${key}`;
	}
}

function withFile<T>(file: OpenFile, use: (file: OpenFile) => T): T {
	try {
		return use(file);
	} finally {
		file.close();
	}
}
