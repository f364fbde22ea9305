/** An image in a boot slot, as the board itself can name it. */
export interface SlotImage {
	/** From the image's own header; "" where it has none. */
	version: string;
	/**
	 * Lower-case hex SHA-256 by which the board knows the image in either slot. The one that
	 * the image carries: MCUboot's image-hash TLV; ESP32: the digest that is appended to the image, its last 32 bytes
	 * (`esp_partition_get_sha256`).
	 */
	hash: string;
}

/**
 * What the bootloader would start at a reset right now. `running`: what runs now. `trial`: the other image, once, and then this
 * one again unless it is confirmed. `other`: the other image, for good; so it is while the running image is on trial.
 */
export type NextBoot = "running" | "trial" | "other";

export interface BootState {
	running: SlotImage;
	/** The running image goes at any reset, unless it is confirmed first. */
	onTrial: boolean;
	/** What lies in the other slot, whole and bootable; undefined where nothing does. */
	other: SlotImage | undefined;
	next: NextBoot;
}

/**
 * The two boot slots of our own MCU: one runs, the other one can be written. Calls are synchronous and bounded by the flash;
 * all may throw, and then nothing is changed but what a power cut may leave as well: each change of what boots next is one
 * write that is there or is not. Writing follows ECMA-419 `embedded:update` in its mode "a", without making the image boot.
 */
export interface BootSlots {
	/** An image can be tried and goes back by itself. Where this is false nothing but it may be asked for. */
	readonly canTry: boolean;
	/** The other image stays bootable after `confirm`. False where the board forbids older images from then on. */
	readonly keepsOther: boolean;
	/** The largest image that a slot takes. */
	readonly capacityBytes: number;
	/** The best size of a write. */
	readonly blockBytes: number;
	state(): BootState;
	/** Takes the other slot's image away and makes room. Throws while the running image is on trial, or the other one is to boot. */
	begin(sizeBytes: number): void;
	/** The next bytes, in order. */
	write(bytes: Uint8Array): void;
	/** All bytes are there. Throws where they are no whole image; what boots next stays as it is. */
	finish(): void;
	/** Ends a write; the other slot then holds nothing that boots. Does nothing where none goes on. */
	cancel(): void;
	/** The next reset starts the other image, on trial. Throws where it is not whole, or the running one is on trial itself. */
	tryNext(): void;
	/** Undoes `tryNext`: the running image boots again. */
	untry(): void;
	/** Ends the running image's trial: it stays. */
	confirm(): void;
	/**
	 * From the next reset on the other image, which ran before this one, runs for good; done already where that is so. Throws where it
	 * is not whole, or is still to be tried.
	 */
	rollBack(): void;
}
