import type { PartitionFlash, PartitionName, SelectEntry } from "./partition-flash.js";

const CAPACITY_BYTES = 1_984 * 1_024;
const BLOCK_BYTES = 4_096;
const PARTITIONS = ["a", "b"] as const;

/** What a call of the SDK or of ESP-IDF would refuse; nothing was changed. */
export class EmulatedPartitionsError extends Error {
	override name = "EmulatedPartitionsError";
}

/** The power went in the middle of a flash operation. Nothing works until `powerOn`. */
export class EmulatedPowerCutError extends Error {
	override name = "EmulatedPowerCutError";
}

interface Image {
	version: string;
	hash: string;
}

export interface EmulatedPartitionsOptions {
	/** What it keeps without power. */
	flash: PartitionFlash;
	/** What an image is, and undefined where the bytes are no whole one: its format is none of the partitions' business. */
	identify: (image: Uint8Array) => Image | undefined;
	/** False plays a bootloader that was built without the rollback option. */
	rollback?: boolean;
	/** Called before every flash operation, and once more where half of it has been done: an instant for the power to go. */
	onOperation?: () => void;
}

/**
 * The boot partitions of an ESP32 with ESP-IDF's bootloader and its rollback option (ESP-IDF, "Over The Air Updates", "App Rollback";
 * esp_ota_ops.c, bootloader_utility.c): which partition is started stands in two entries of `otadata`, each a sector of its
 * own that is erased before it is written, and the higher sequence is in force unless its state says no.
 */
export class EmulatedPartitions {
	readonly capacityBytes = CAPACITY_BYTES;
	readonly blockBytes = BLOCK_BYTES;
	readonly keepsOther = true;
	readonly canTry: boolean;
	readonly #flash: PartitionFlash;
	readonly #identify: EmulatedPartitionsOptions["identify"];
	readonly #onOperation: (() => void) | undefined;
	#running: PartitionName | undefined;
	#writtenBytes: number | undefined;
	#operationsLeft = Number.POSITIVE_INFINITY;
	#operations = 0;

	/** Without power; `powerOn` starts it. */
	constructor({ flash, identify, rollback = true, onOperation }: EmulatedPartitionsOptions) {
		this.#flash = flash;
		this.#identify = identify;
		this.#onOperation = onOperation;
		this.canTry = rollback;
	}

	/** The partition that runs; undefined without power, or where nothing could be started. */
	get running(): PartitionName | undefined {
		return this.#running;
	}

	/** Flash operations so far: an erased sector or entry, and a write, are one each. */
	get operations(): number {
		return this.#operations;
	}

	/** The power goes in the flash operation after so many more. */
	cutAfter(operations: number): void {
		this.#operationsLeft = operations;
	}

	cutPower(): void {
		this.#running = undefined;
		this.#writtenBytes = undefined;
	}

	/** A reset or power-up: the bootloader, up to the start of an image. Throws EmulatedPowerCutError where the power goes on the way. */
	powerOn(): void {
		this.cutPower();
		const { otadata } = this.#flash;
		for (const [at, entry] of otadata.entries())
			if (entry?.state === "pending-verify") this.#writeEntry(at, { ...entry, state: "aborted" });
		const active = this.#active();
		if (active === undefined) return this.#startAny("a");
		const entry = otadata[active] as SelectEntry;
		if (entry.state === "new" && this.canTry) this.#writeEntry(active, { ...entry, state: "pending-verify" });
		if (this.#imageOf(entry.partition)) this.#running = entry.partition;
		else this.#startAny(entry.partition);
	}

	state(): {
		running: Image;
		onTrial: boolean;
		other: Image | undefined;
		next: "running" | "trial" | "other";
	} {
		const running = this.#mustRun();
		const image = this.#imageOf(running);
		if (!image)
			throw new EmulatedPartitionsError("Expected the running image to be whole, got a damaged one");
		return { running: image, onTrial: this.#isOnTrial, other: this.#imageOf(this.#other), next: this.#next };
	}

	begin(sizeBytes: number): void {
		this.#mustRun();
		if (this.#next !== "running")
			throw new EmulatedPartitionsError(
				`Expected the running image to be the next one as well, got ${this.#next}`,
			);
		if (sizeBytes > CAPACITY_BYTES)
			throw new EmulatedPartitionsError(`Expected at most ${CAPACITY_BYTES} bytes, got ${sizeBytes}`);
		this.untry();
		// esp_ota_begin forgets the entry that is not in force (esp_ota_invalidate_inactive_ota_data_slot).
		const active = this.#active();
		if (active !== undefined && this.#flash.otadata[1 - active]) this.#operate(() => this.#erase(1 - active));
		this.#operate(() => {
			this.#flash.partitions[this.#other] = new Uint8Array(sizeBytes).fill(0xff);
		});
		this.#writtenBytes = 0;
	}

	write(bytes: Uint8Array): void {
		this.#mustRun();
		const at = this.#writtenBytes;
		const partition = this.#flash.partitions[this.#other];
		if (at === undefined)
			throw new EmulatedPartitionsError("Expected `begin` first, for nothing is being written");
		if (at + bytes.length > partition.length)
			throw new EmulatedPartitionsError(
				`Expected at most ${partition.length} bytes, got ${at + bytes.length}`,
			);
		// A cut leaves half of the bytes there.
		this.#operate(
			() => partition.set(bytes, at),
			() => partition.set(bytes.subarray(0, bytes.length >> 1), at),
		);
		this.#writtenBytes = at + bytes.length;
	}

	finish(): void {
		this.#mustRun();
		if (this.#writtenBytes === undefined)
			throw new EmulatedPartitionsError("Expected `begin` first, for nothing is being written");
		if (!this.#imageOf(this.#other)) throw new EmulatedPartitionsError("Expected a whole image, got none");
		this.#writtenBytes = undefined;
	}

	/** As `write`, where the size was not told to `begin`: the SDK's updater in its mode "a". */
	append(bytes: Uint8Array): void {
		const { partitions } = this.#flash;
		const grown = new Uint8Array((this.#writtenBytes ?? 0) + bytes.length).fill(0xff);
		grown.set(partitions[this.#other].subarray(0, this.#writtenBytes ?? 0));
		if (this.#writtenBytes !== undefined) partitions[this.#other] = grown;
		this.write(bytes);
	}

	cancel(): void {
		this.#writtenBytes = undefined;
	}

	tryNext(): void {
		const running = this.#mustRun();
		if (this.#next !== "running")
			throw new EmulatedPartitionsError(
				`Expected the running image to be the next one as well, got ${this.#next}`,
			);
		this.#mustBeWhole();
		this.untry();
		const active = this.#active() ?? 1;
		const sequence = (this.#flash.otadata[active]?.sequence ?? 0) + 1;
		this.#writeEntry(1 - active, { sequence, partition: running === "a" ? "b" : "a", state: "new" });
	}

	untry(): void {
		this.#mustRun();
		const active = this.#active();
		const isOnItsWay = this.selected === "trial" || this.selected === "unstarted";
		if (isOnItsWay && active !== undefined) this.#operate(() => this.#erase(active));
	}

	confirm(): void {
		const running = this.#mustRun();
		const active = this.#active();
		const entry = active === undefined ? undefined : this.#flash.otadata[active];
		if (active === undefined || entry?.partition !== running)
			throw new EmulatedPartitionsError(
				"Expected the running image to be the active one, but another one is to run",
			);
		if (entry.state !== "valid") this.#writeEntry(active, { ...entry, state: "valid" });
	}

	rollBack(): void {
		const running = this.#mustRun();
		this.#mustBeWhole();
		const active = this.#active();
		const entry = active === undefined ? undefined : this.#flash.otadata[active];
		if (this.selected === "trial" || this.selected === "unstarted")
			throw new EmulatedPartitionsError(
				"Expected the other image to be one that has run, got one that was never tried",
			);
		if (active === undefined || entry?.partition !== running) return;
		const other = this.#flash.otadata[1 - active];
		if (!other || !isBootable(other))
			throw new EmulatedPartitionsError(
				"Expected the other image to be selectable (ESP_ERR_OTA_ROLLBACK_FAILED)",
			);
		this.#writeEntry(active, { ...entry, state: "invalid" });
	}

	/**
	 * What `otadata` selects; a trial that goes on is still selected. `unstarted`: an image that was to be tried and that the bootloader
	 * refused; at the next reset it counts as aborted.
	 */
	get selected(): "running" | "trial" | "other" | "unstarted" {
		const active = this.#active();
		const entry = active === undefined ? undefined : this.#flash.otadata[active];
		if (!entry || entry.partition === this.#running) return "running";
		if (entry.state === "pending-verify") return "unstarted";
		return entry.state === "new" ? "trial" : "other";
	}

	get #other(): PartitionName {
		return this.#running === "a" ? "b" : "a";
	}

	get #isOnTrial(): boolean {
		const active = this.#active();
		const entry = active === undefined ? undefined : this.#flash.otadata[active];
		return entry?.partition === this.#running && entry?.state === "pending-verify";
	}

	get #next(): "running" | "trial" | "other" {
		if (this.#isOnTrial) return "other";
		const { selected } = this;
		return selected === "unstarted" ? "running" : selected;
	}

	/** The entry in force: the highest sequence among those that may be started. */
	#active(): number | undefined {
		let active: number | undefined;
		for (const [at, entry] of this.#flash.otadata.entries()) {
			if (!entry || !isBootable(entry)) continue;
			if (active === undefined || entry.sequence > (this.#flash.otadata[active]?.sequence ?? 0)) active = at;
		}
		return active;
	}

	/** Without an entry that helps, the first partition that is whole, beginning with this one. */
	#startAny(first: PartitionName): void {
		for (const partition of [first, ...PARTITIONS])
			if (this.#imageOf(partition)) {
				this.#running = partition;
				break;
			}
		// A product as it left the factory gets its first entry from the bootloader.
		if (this.#running && this.#flash.otadata.every((entry) => entry === undefined))
			this.#writeEntry(0, { sequence: 1, partition: this.#running, state: "valid" });
	}

	#imageOf(partition: PartitionName): Image | undefined {
		return this.#identify(this.#flash.partitions[partition]);
	}

	#mustRun(): PartitionName {
		if (!this.#running) throw new EmulatedPowerCutError("Expected power, got none");
		return this.#running;
	}

	#mustBeWhole(): void {
		if (!this.#imageOf(this.#other))
			throw new EmulatedPartitionsError(
				"Expected a whole image in the other partition (ESP_ERR_OTA_VALIDATE_FAILED)",
			);
	}

	#writeEntry(at: number, entry: SelectEntry): void {
		this.#operate(() => this.#erase(at));
		this.#operate(() => {
			this.#flash.otadata[at] = entry;
		});
	}

	#erase(at: number): void {
		this.#flash.otadata[at] = undefined;
	}

	#operate(step: () => void, half: () => void = () => {}): void {
		this.#operations++;
		if (this.#onOperation) {
			this.#onOperation();
			// What was half done is done over.
			half();
			this.#onOperation();
		}
		if (this.#operationsLeft-- > 0) return step();
		this.#operationsLeft = Number.POSITIVE_INFINITY;
		half();
		this.cutPower();
		throw new EmulatedPowerCutError("The power went in a flash operation");
	}
}

function isBootable({ state }: SelectEntry): boolean {
	return state !== "invalid" && state !== "aborted";
}
