/** The native module `update-window/mcu/trial` (native/trial/trial.c). All but `canTry` and `keepsOther` may throw. */
export interface NativeTrial {
	/** The bootloader has the rollback option and there are two slots. */
	canTry(): boolean;
	/** False with anti-rollback: an accepted image may forbid the one before. */
	keepsOther(): boolean;
	/** What runs is PENDING_VERIFY: any reset goes back. */
	onTrial(): boolean;
	/**
	 * What otadata selects: 0 what runs, 1 the other slot on trial (NEW), 2 the other slot for good, 3 the other slot, whose image was
	 * refused when it was to be tried.
	 */
	selected(): number;
	/** Bytes of the other slot. */
	capacity(): number;
	/** The image in what runs, or in the other slot; undefined where it is not whole. Reads and hashes all of it. */
	image(other: boolean): { version: string; hash: ArrayBuffer } | undefined;
	tryNext(): void;
	/** Of 1 and 3; else nothing. */
	untry(): void;
	confirm(): void;
	rollBack(): void;
	/** Does not return. */
	restart(): void;
}
