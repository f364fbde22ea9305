/**
 * All that a processor keeps without power: plain data, so that a test can copy it, compare it and start another
 * processor from it.
 */
export interface ProcessorFlash {
	/** The image that runs, and the one beside it; no bytes where the slot is erased. */
	slots: [Uint8Array, Uint8Array];
	/** Slot 1 runs after the next start, on trial or for good. */
	pending: "test" | "permanent" | null;
	/** False: slot 0 is on trial, and any start goes back to slot 1. */
	confirmed: boolean;
	/** Slot 1 holds an image that the server does not find. */
	unlisted: boolean;
	/** The bootloader is at work; a power cut only stops it. */
	swap: { to: "trial" | "permanent" | "revert"; doneMs: number } | null;
}

/** A processor that runs this image, and has nothing beside it. */
export function processorFlash(image: Uint8Array): ProcessorFlash {
	return { slots: [image, new Uint8Array(0)], pending: null, confirmed: true, unlisted: false, swap: null };
}
