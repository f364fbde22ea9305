import type { BootSlots, BootState, SlotImage } from "../../../modules/io/boot-slots.js";
import type { NativeTrial } from "./native-trial.js";

/** A sector of the flash: a write erases what it needs. */
const BLOCK_BYTES = 4_096;
const SELECTED_RUNNING = 0;
const SELECTED_TRIAL = 1;
const SELECTED_UNSTARTED = 3;

/** The part of `embedded:storage/flash` that is used. */
export interface FlashPartitions<P> {
	open(options: { path: string; mode?: "r" | "r+" }): P;
}

/** The part of `embedded:update` that is used. Its `complete` is not: it makes the image the one that boots. */
export interface Updates<P> {
	open(options: { partition: P; mode?: "a" | "w"; byteLength?: number }): {
		write(bytes: Uint8Array): void;
		close(): void;
	};
}

/** The slots cannot do what was asked of them as they are. */
export class Esp32BootSlotsError extends Error {
	override name = "Esp32BootSlotsError";
}

export interface Esp32BootSlotsOptions<P extends { close(): void }> {
	trial: NativeTrial;
	flash: FlashPartitions<P>;
	update: Updates<P>;
}

/**
 * The two OTA slots of an ESP32, over the SDK's `embedded:update` and the native module `trial`. The SDK's `complete` checks the image and
 * at once selects it for the next boot; so it is never called: the updater is closed when all is written, the image is checked by
 * `esp_partition_get_sha256`, and `tryNext` selects it when its time has come.
 */
export class Esp32BootSlots<P extends { close(): void }> implements BootSlots {
	readonly canTry: boolean;
	readonly keepsOther: boolean;
	readonly capacityBytes: number;
	readonly blockBytes = BLOCK_BYTES;
	readonly #options: Esp32BootSlotsOptions<P>;
	#partition: P | undefined;
	#updater: ReturnType<Updates<P>["open"]> | undefined;
	/** Hashing takes a second or so a slot, and what runs does not change. */
	#running: SlotImage | undefined;
	#other: { image: SlotImage | undefined } | undefined;

	constructor(options: Esp32BootSlotsOptions<P>) {
		const { trial } = options;
		this.#options = options;
		this.canTry = trial.canTry();
		this.keepsOther = trial.keepsOther();
		this.capacityBytes = this.canTry ? trial.capacity() : 0;
	}

	state(): BootState {
		const { trial } = this.#options;
		this.#running ??= this.#image(false);
		if (!this.#running)
			throw new Esp32BootSlotsError("Expected the running image to be whole, got a damaged one");
		// While it is written the other slot holds nothing.
		this.#other ??= { image: this.#updater ? undefined : this.#image(true) };
		const onTrial = trial.onTrial();
		return { running: this.#running, onTrial, other: this.#other.image, next: this.#next(onTrial) };
	}

	begin(sizeBytes: number): void {
		const { flash, update } = this.#options;
		this.#mustStay();
		if (sizeBytes > this.capacityBytes)
			throw new Esp32BootSlotsError(`Expected at most ${this.capacityBytes} bytes, got ${sizeBytes}`);
		this.cancel();
		this.untry();
		try {
			this.#partition = flash.open({ path: "nextota", mode: "r+" });
			this.#updater = update.open({ partition: this.#partition, mode: "a" });
		} catch (error) {
			this.cancel();
			throw error;
		}
	}

	write(bytes: Uint8Array): void {
		this.#opened().write(bytes);
	}

	finish(): void {
		this.#opened();
		this.cancel();
		if (!this.#image(true))
			throw new Esp32BootSlotsError("Expected a whole image in the other slot, got none");
	}

	cancel(): void {
		this.#updater?.close();
		this.#updater = undefined;
		this.#partition?.close();
		this.#partition = undefined;
		this.#other = undefined;
	}

	tryNext(): void {
		this.#mustStay();
		this.untry();
		this.#options.trial.tryNext();
	}

	untry(): void {
		const { trial } = this.#options;
		const selected = trial.selected();
		if (selected === SELECTED_TRIAL || selected === SELECTED_UNSTARTED) trial.untry();
	}

	confirm(): void {
		const { trial } = this.#options;
		// It confirms what is selected, which must be what runs.
		if (trial.selected() !== SELECTED_RUNNING)
			throw new Esp32BootSlotsError("Expected the running image to be selected, but the other one is to run");
		trial.confirm();
	}

	rollBack(): void {
		const { trial } = this.#options;
		const selected = trial.selected();
		if (selected === SELECTED_TRIAL || selected === SELECTED_UNSTARTED)
			throw new Esp32BootSlotsError(
				"Expected the other image to be one that has run, got one that was never tried",
			);
		if (selected === SELECTED_RUNNING) trial.rollBack();
	}

	#mustStay(): void {
		const next = this.#next(this.#options.trial.onTrial());
		if (next !== "running")
			throw new Esp32BootSlotsError(`Expected the running image to be the next one as well, got ${next}`);
	}

	#next(onTrial: boolean): BootState["next"] {
		if (onTrial) return "other";
		const selected = this.#options.trial.selected();
		if (selected === SELECTED_RUNNING || selected === SELECTED_UNSTARTED) return "running";
		return selected === SELECTED_TRIAL ? "trial" : "other";
	}

	#image(other: boolean): SlotImage | undefined {
		const image = this.#options.trial.image(other);
		return image && { version: image.version, hash: hexOf(new Uint8Array(image.hash)) };
	}

	#opened(): ReturnType<Updates<P>["open"]> {
		if (!this.#updater) throw new Esp32BootSlotsError("Expected `begin` first, for nothing is being written");
		return this.#updater;
	}
}

function hexOf(bytes: Uint8Array): string {
	let hex = "";
	for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
	return hex;
}
