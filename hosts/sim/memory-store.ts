/** A Store in memory whose next write can fail or be torn, as a power cut would tear it. */
export class MemoryStore {
	values = new Map<string, ArrayBuffer>();
	failing = false;
	#tearAt: number | undefined;

	read(key: string): ArrayBuffer | undefined {
		return this.values.get(key)?.slice(0);
	}

	write(key: string, value: ArrayBuffer): void {
		if (this.failing) throw new Error("medium does not take writes");
		const tearAt = this.#tearAt;
		this.#tearAt = undefined;
		this.values.set(key, value.slice(0, tearAt));
	}

	delete(key: string): void {
		if (this.failing) throw new Error("medium does not take writes");
		this.values.delete(key);
	}

	/** The next write keeps only its first `bytes`. */
	tearNextWriteAt(bytes: number): void {
		this.#tearAt = bytes;
	}

	clone(): MemoryStore {
		const copy = new MemoryStore();
		for (const [key, value] of this.values) copy.values.set(key, value.slice(0));
		return copy;
	}
}
