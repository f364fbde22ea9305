import type { ImageFile, ImageStore } from "../../modules/io/image-store.js";

/** How an append that a power cut hits leaves the file: how much of the block gets there, and whether as it was. */
export interface Tear {
	keptBytes: number;
	garbled: boolean;
}

/** Thrown by the step that a power cut hits, and by every one after it. */
export class PowerCutError extends Error {
	override name = "PowerCutError";
}

export interface MemoryImageStoreOptions {
	capacityBytes?: number;
	/** Called before every step that changes something; what it returns tears an append, what it throws prevents the step. */
	onStep?: (what: string) => Tear | undefined;
}

/** An ImageStore in memory, in which any step can be the last one before a power cut. */
export class MemoryImageStore implements ImageStore {
	readonly contents = new Map<string, Uint8Array<ArrayBuffer>>();
	readonly #sizes = new Map<string, number>();
	readonly #capacityBytes: number | undefined;
	readonly #onStep: (what: string) => Tear | undefined;
	openFiles = 0;

	constructor({ capacityBytes, onStep = () => undefined }: MemoryImageStoreOptions = {}) {
		this.#capacityBytes = capacityBytes;
		this.#onStep = onStep;
	}

	open(name: string): ImageFile | undefined {
		return this.contents.has(name) ? this.#file(name) : undefined;
	}

	openToAppend(name: string): ImageFile {
		if (!this.contents.has(name)) {
			this.#onStep(`make ${name}`);
			this.put(name, new Uint8Array(0));
		}
		return this.#file(name);
	}

	delete(name: string): void {
		if (!this.contents.has(name)) return;
		this.#onStep(`delete ${name}`);
		this.contents.delete(name);
		this.#sizes.delete(name);
	}

	list(): string[] {
		return [...this.contents.keys()];
	}

	freeBytes(): number | undefined {
		return this.#capacityBytes === undefined ? undefined : this.#capacityBytes - this.#usedBytes();
	}

	/** A file as it is, without a step. */
	put(name: string, bytes: Uint8Array): void {
		this.contents.set(name, bytes.slice());
		this.#sizes.set(name, bytes.length);
	}

	/** A copy of what a file holds; undefined where there is none. */
	bytesOf(name: string): Uint8Array | undefined {
		return this.contents.get(name)?.slice(0, this.#sizeOf(name));
	}

	#file(name: string): ImageFile {
		const store = this;
		let isOpen = true;
		this.openFiles++;
		return {
			get sizeBytes() {
				return store.#sizeOf(name);
			},
			read: (offsetBytes, bytes) =>
				store.#bytes(name).slice(offsetBytes, Math.min(offsetBytes + bytes, store.#sizeOf(name))),
			append: (block) => store.#append(name, block),
			truncate: (sizeBytes) => {
				store.#onStep(`truncate ${name}`);
				store.#sizes.set(name, Math.min(sizeBytes, store.#sizeOf(name)));
			},
			close: () => {
				if (isOpen) store.openFiles--;
				isOpen = false;
			},
		};
	}

	#append(name: string, block: Uint8Array): void {
		if (this.#capacityBytes !== undefined && this.#usedBytes() + block.length > this.#capacityBytes)
			throw new Error("no space left");
		const tear = this.#onStep(`append ${name}`);
		const kept = block.slice(0, tear?.keptBytes);
		if (tear?.garbled) for (let i = 0; i < kept.length; i++) kept[i] = ~(kept[i] as number);
		this.#add(name, kept);
		if (tear) throw new PowerCutError("the power was cut");
	}

	#add(name: string, block: Uint8Array): void {
		const size = this.#sizeOf(name);
		let bytes = this.#bytes(name);
		if (bytes.length < size + block.length) {
			const grown = new Uint8Array(Math.max(1024, 2 * bytes.length, size + block.length));
			grown.set(bytes);
			bytes = grown;
			this.contents.set(name, grown);
		}
		bytes.set(block, size);
		this.#sizes.set(name, size + block.length);
	}

	#bytes(name: string): Uint8Array<ArrayBuffer> {
		const bytes = this.contents.get(name);
		if (!bytes) throw new Error(`no file ${name}`);
		return bytes;
	}

	#sizeOf(name: string): number {
		return this.#sizes.get(name) ?? 0;
	}

	#usedBytes(): number {
		let used = 0;
		for (const size of this.#sizes.values()) used += size;
		return used;
	}
}
