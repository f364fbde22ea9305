import type { Directory, File } from "embedded:storage/files";
import type { Store } from "update-window/io/store";

/** A medium in a folder, a file a key. A value is written beside the old one and takes its place whole. */
export class FilesStore implements Store {
	readonly #root: Directory;
	readonly #folder: string;

	/** `folder` below `root`; it is made at the first write. */
	constructor({ root, folder }: { root: Directory; folder: string }) {
		this.#root = root;
		this.#folder = folder;
	}

	read(key: string): ArrayBuffer | undefined {
		if (!this.#exists(key)) return undefined;
		return this.#with(this.#path(key), "r", (file) => {
			const { size } = file.status();
			return size === 0 ? new ArrayBuffer(0) : file.read(size, 0);
		});
	}

	write(key: string, value: ArrayBuffer): void {
		this.#root.createDirectory(this.#folder);
		const beside = this.#path(`${key}.new`);
		this.#with(beside, "w", (file) => {
			if (value.byteLength > 0) file.write(value, 0);
			file.flush();
		});
		this.#root.move(beside, this.#path(key));
	}

	delete(key: string): void {
		if (this.#exists(key)) this.#root.delete(this.#path(key));
	}

	/** The SDK's errors do not tell what is missing from what is broken, so the folder is asked. */
	#exists(key: string): boolean {
		for (const name of this.#root.scan("")) if (name === this.#folder) return this.#holds(key);
		return false;
	}

	#holds(key: string): boolean {
		for (const name of this.#root.scan(this.#folder)) if (name === key) return true;
		return false;
	}

	#with<T>(path: string, mode: "r" | "w", use: (file: File) => T): T {
		const file = this.#root.openFile({ path, mode });
		try {
			return use(file);
		} finally {
			file.close();
		}
	}

	#path(key: string): string {
		return `${this.#folder}/${key}`;
	}
}
