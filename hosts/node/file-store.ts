import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Store } from "../../modules/io/store.js";
import { makeDirectories } from "./files.js";

/** A medium in a directory, a file a key. A value is written beside the old one and takes its place whole. */
export class FileStore implements Store {
	readonly #directory: string;

	/** The directory is made at the first write. */
	constructor({ directory }: { directory: string }) {
		this.#directory = directory;
	}

	read(key: string): ArrayBuffer | undefined {
		try {
			return new Uint8Array(readFileSync(this.#path(key))).buffer;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
			throw error;
		}
	}

	write(key: string, value: ArrayBuffer): void {
		makeDirectories(this.#directory);
		const path = this.#path(key);
		const beside = `${path}.new`;
		const file = openSync(beside, "w");
		try {
			writeSync(file, new Uint8Array(value));
			fsyncSync(file);
		} finally {
			closeSync(file);
		}
		renameSync(beside, path);
	}

	delete(key: string): void {
		rmSync(this.#path(key), { force: true });
	}

	#path(key: string): string {
		return join(this.#directory, key);
	}
}
