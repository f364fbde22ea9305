import type { ImageFile, ImageStore } from "../io/image-store.js";
import { isFileName } from "./file-name.js";
import { type ImageSource, ImageSourceError } from "./image-source.js";

export interface FileSourceOptions {
	store: ImageStore;
	name: string;
}

/** An image in the product's storage. It is opened when it is first asked for, and every `done` comes at once. */
export class FileSource implements ImageSource {
	readonly #store: ImageStore;
	readonly #name: string;
	#file: ImageFile | undefined;
	#isClosed = false;

	constructor({ store, name }: FileSourceOptions) {
		this.#store = store;
		this.#name = name;
	}

	/** Undefined where the file cannot be opened; `read` says why. */
	get sizeBytes(): number | undefined {
		try {
			return this.#opened().sizeBytes;
		} catch {
			return undefined;
		}
	}

	read(
		offsetBytes: number,
		bytes: number,
		done: (error: ImageSourceError | undefined, block: Uint8Array | undefined) => void,
	): void {
		let block: Uint8Array | undefined;
		let problem: ImageSourceError | undefined;
		try {
			block = this.#block(this.#opened(), offsetBytes, bytes);
		} catch (error) {
			problem = error instanceof ImageSourceError ? error : this.#unreadable((error as Error).message);
		}
		done(problem, block);
	}

	close(): void {
		this.#isClosed = true;
		this.#file?.close();
		this.#file = undefined;
	}

	#block(file: ImageFile, offsetBytes: number, bytes: number): Uint8Array {
		const block = file.read(offsetBytes, bytes);
		const expected = Math.max(0, Math.min(bytes, file.sizeBytes - offsetBytes));
		if (block.length === expected) return block;
		throw this.#unreadable(`expected ${expected} bytes at ${offsetBytes}, got ${block.length}`);
	}

	#opened(): ImageFile {
		if (this.#isClosed) throw this.#unreadable("it was closed");
		if (this.#file) return this.#file;
		if (!isFileName(this.#name)) throw this.#unreadable("no name of a file");
		const file = this.#store.open(this.#name);
		if (!file)
			throw new ImageSourceError(`Expected the image ${this.#name} in storage, it is not there`, "no-image");
		this.#file = file;
		return file;
	}

	#unreadable(why: string): ImageSourceError {
		return new ImageSourceError(`Expected to read the image ${this.#name} from storage: ${why}`);
	}
}
