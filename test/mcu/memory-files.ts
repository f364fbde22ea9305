import type { DirectoryClass, FileClass, OpenFile } from "../../hosts/mcu/storage/file-key-value.js";

/**
 * The SDK's module `file` in memory, with its habits: opening for writing does not empty a file, reading at the end and
 * closing twice throw, a rename takes a bare name. Each step that changes something can fail, or be the last one.
 */
export class MemoryFiles {
	readonly contents = new Map<string, Uint8Array<ArrayBuffer>>();
	readonly folders = new Set<string>();
	openFiles = 0;
	/** Steps until one fails; what it was to change stays as it is. */
	failAtStep: number | undefined;
	steps = 0;
	readonly File: FileClass;
	readonly Directory: DirectoryClass;

	constructor() {
		const files = this;
		this.Directory = {
			create: (path) => {
				files.folders.add(path);
			},
		};
		this.File = class implements OpenFile {
			readonly #path: string;
			#position = 0;
			#isOpen = true;

			constructor(path: string, write = false) {
				if (!files.folders.has(path.slice(0, path.lastIndexOf("/")))) throw new Error("file not found");
				if (write && !files.contents.has(path)) {
					files.#step();
					files.contents.set(path, new Uint8Array(0));
				}
				if (!files.contents.has(path)) throw new Error("file not found");
				this.#path = path;
				files.openFiles++;
			}
			get #bytes(): Uint8Array<ArrayBuffer> {
				if (!this.#isOpen) throw new Error("closed");
				return files.contents.get(this.#path) ?? new Uint8Array(0);
			}
			get length(): number {
				return this.#bytes.length;
			}
			read(): ArrayBuffer {
				const bytes = this.#bytes;
				if (this.#position >= bytes.length) throw new Error("read past end of file");
				return bytes.slice(this.#position).buffer;
			}
			write(value: ArrayBuffer): void {
				const old = this.#bytes;
				const bytes = new Uint8Array(value);
				files.#step(() => {
					const torn = new Uint8Array(Math.max(old.length, 1));
					torn.set(old);
					torn.set(bytes.slice(0, 1));
					files.contents.set(this.#path, torn);
				});
				const all = new Uint8Array(Math.max(old.length, this.#position + bytes.length));
				all.set(old);
				all.set(bytes, this.#position);
				this.#position += bytes.length;
				files.contents.set(this.#path, all);
			}
			close(): void {
				if (!this.#isOpen) throw new Error("closed");
				this.#isOpen = false;
				files.openFiles--;
			}
			static exists(path: string): boolean {
				return files.contents.has(path);
			}
			static delete(path: string): boolean {
				return files.#stepDone() && files.contents.delete(path);
			}
			static rename(path: string, to: string): boolean {
				if (to.includes("/")) throw new Error("invalid to");
				const bytes = files.contents.get(path);
				if (!bytes || !files.#stepDone()) return false;
				files.contents.delete(path);
				files.contents.set(path.slice(0, path.lastIndexOf("/") + 1) + to, bytes);
				return true;
			}
		};
	}

	#step(whatIsLeft?: () => void): void {
		if (this.#stepDone()) return;
		whatIsLeft?.();
		throw new Error("file write failed");
	}

	#stepDone(): boolean {
		return this.steps++ !== this.failAtStep;
	}
}
