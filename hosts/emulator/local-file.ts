import { bodyByte, DELTA_LINE_BYTES_MAX, lineOf, parseDeltaLine, seedOf } from "./emulated-delta.js";
import type { FirmwarePackage } from "./flash.js";

/** A file on its way in: checked as it comes, and not kept. */
export class LocalFile {
	readonly #fileBytes: number;
	/** The beginning, until it shows what the file is. */
	#start: Uint8Array = new Uint8Array(0);
	#delta: { from: string; to: string; seed: number } | undefined;
	#receivedBytes = 0;
	#isGood = true;

	/** `fileBytes` is what was announced. */
	constructor(fileBytes: number) {
		this.#fileBytes = fileBytes;
	}

	/** The package; undefined where the file is none, is not whole or was changed on its way. */
	get package(): FirmwarePackage | undefined {
		if (!this.#delta || !this.#isGood || this.#receivedBytes !== this.#fileBytes) return undefined;
		const { from, to } = this.#delta;
		return { jobId: 0, version: to, from, sizeBytes: this.#fileBytes, install: null, fault: "none" };
	}

	/** Blocks come in order and without a gap. */
	take(block: Uint8Array): void {
		if (!this.#delta) this.#takeStart(block);
		else this.#check(block);
	}

	#takeStart(block: Uint8Array): void {
		const start = new Uint8Array(this.#start.length + block.length);
		start.set(this.#start);
		start.set(block, this.#start.length);
		const delta = parseDeltaLine(start);
		if (!delta) {
			// Nothing is kept of a file that is none.
			if (start.length >= DELTA_LINE_BYTES_MAX) this.#isGood = false;
			this.#start = start.subarray(0, DELTA_LINE_BYTES_MAX);
			return;
		}
		this.#start = new Uint8Array(0);
		const line = lineOf(delta);
		this.#isGood &&= delta.sizeBytes === this.#fileBytes;
		this.#delta = { from: delta.from, to: delta.to, seed: seedOf(line) };
		this.#receivedBytes = line.length;
		this.#check(start.subarray(line.length));
	}

	#check(bytes: Uint8Array): void {
		const { seed } = this.#delta as { seed: number };
		for (const byte of bytes) if (byte !== bodyByte(seed, this.#receivedBytes++)) this.#isGood = false;
	}
}
