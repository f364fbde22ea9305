import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import type { BootSlots, BootState, NextBoot } from "../../modules/io/boot-slots.js";
import {
	type BootFile,
	draftPath,
	otherSlot,
	readBootFile,
	type SlotName,
	slotPath,
	writeBootFile,
} from "./self-slots-boot.js";
import { SelfSlotsError } from "./self-slots-error.js";
import { readBootable } from "./self-slots-image.js";

/** The largest size that an order names. */
const CAPACITY_BYTES = 99_999_999;
const BLOCK_BYTES = 4_096;

/**
 * The boot slots of our own MCU as the host build plays them, in a directory: `slot-a`, `slot-b` and `boot`. An image that is being
 * written lies beside its slot and takes its place when it is whole. Made by `startOwnMcu`, for the firmware that it started.
 */
export class SelfSlots implements BootSlots {
	readonly canTry = true;
	readonly keepsOther = true;
	readonly capacityBytes = CAPACITY_BYTES;
	readonly blockBytes = BLOCK_BYTES;
	/** What runs. */
	readonly slot: SlotName;
	readonly #directory: string;
	#draft: number | undefined;

	constructor({ directory, running }: { directory: string; running: SlotName }) {
		this.slot = running;
		this.#directory = directory;
	}

	state(): BootState {
		const boot = readBootFile(this.#directory);
		const running = readBootable(this.#path(this.slot));
		if (!running)
			throw new SelfSlotsError(`Expected the running image in ${this.#path(this.slot)}, got none`);
		return {
			running,
			onTrial: boot.active === this.slot && !boot.confirmed,
			other: readBootable(this.#path(this.#other)),
			next: this.#next(boot),
		};
	}

	begin(sizeBytes: number): void {
		this.#mustStay();
		if (sizeBytes > CAPACITY_BYTES)
			throw new SelfSlotsError(`Expected at most ${CAPACITY_BYTES} bytes, got ${sizeBytes}`);
		this.cancel();
		rmSync(this.#path(this.#other), { force: true });
		this.#draft = openSync(draftPath(this.#directory, this.#other), "w");
	}

	write(bytes: Uint8Array): void {
		const draft = this.#opened();
		for (let from = 0; from < bytes.length; ) from += writeSync(draft, bytes, from);
	}

	finish(): void {
		const draft = this.#opened();
		const path = draftPath(this.#directory, this.#other);
		fsyncSync(draft);
		if (!readBootable(path))
			throw new SelfSlotsError(`Expected a whole image of MCUboot or ESP-IDF, got none`);
		this.#close();
		renameSync(path, this.#path(this.#other));
	}

	cancel(): void {
		if (this.#draft === undefined) return;
		this.#close();
		rmSync(draftPath(this.#directory, this.#other), { force: true });
	}

	tryNext(): void {
		this.#mustStay();
		this.#mustBeWhole();
		writeBootFile(this.#directory, { active: this.slot, pending: this.#other, confirmed: true });
	}

	untry(): void {
		const boot = readBootFile(this.#directory);
		if (this.#next(boot) === "trial") writeBootFile(this.#directory, { ...boot, pending: null });
	}

	confirm(): void {
		const boot = readBootFile(this.#directory);
		if (boot.active !== this.slot)
			throw new SelfSlotsError(
				"Expected the running image to be the active one, but the other one is to run",
			);
		if (!boot.confirmed) writeBootFile(this.#directory, { ...boot, confirmed: true });
	}

	rollBack(): void {
		if (this.#next(readBootFile(this.#directory)) === "trial")
			throw new SelfSlotsError(
				"Expected the other image to be one that has run, but it is still to be tried",
			);
		this.#mustBeWhole();
		writeBootFile(this.#directory, { active: this.#other, pending: null, confirmed: true });
	}

	get #other(): SlotName {
		return otherSlot(this.slot);
	}

	#next({ active, pending, confirmed }: BootFile): NextBoot {
		if (active !== this.slot) return "other";
		if (pending !== null) return "trial";
		return confirmed ? "running" : "other";
	}

	#mustStay(): void {
		const next = this.#next(readBootFile(this.#directory));
		if (next !== "running")
			throw new SelfSlotsError(`Expected the running image to be the next one as well, got ${next}`);
	}

	#mustBeWhole(): void {
		if (!readBootable(this.#path(this.#other)))
			throw new SelfSlotsError(`Expected a whole image in ${this.#path(this.#other)}, got none`);
	}

	#opened(): number {
		if (this.#draft === undefined)
			throw new SelfSlotsError("Expected `begin` first, for nothing is being written");
		return this.#draft;
	}

	#close(): void {
		if (this.#draft !== undefined) closeSync(this.#draft);
		this.#draft = undefined;
	}

	#path(slot: SlotName): string {
		return slotPath(this.#directory, slot);
	}
}
