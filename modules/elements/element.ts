import type { ElementError } from "./element-error.js";

/**
 * The states of a component in the PSA Firmware Update API (Arm IHI 0093, 1.0, "Firmware update states"), lower case.
 * Which of them an element remembers over its own reset depends on its kind.
 */
export const ELEMENT_STATES = Object.freeze([
	"ready",
	"writing",
	"candidate",
	"staged",
	"failed",
	"trial",
	"rejected",
	"updated",
] as const);

export type ElementState = (typeof ELEMENT_STATES)[number];

/** An image as the element itself names it. */
export interface ElementImage {
	/** "" where the element does not tell. */
	version: string;
	/** Hex of the hash by which the element knows the image (MCUboot: the image-hash TLV); "" where it tells none. */
	hash: string;
}

/** What asking an element tells (`psa_fwu_query`). */
export interface ElementStatus {
	state: ElementState;
	/** What runs. */
	running: ElementImage;
	/** What lies in the other slot, whole and bootable; undefined where nothing does. */
	other: ElementImage | undefined;
}

/** The image that an order names for an element. */
export interface TargetImage {
	version: string;
	/** 1 to 99,999,999. */
	sizeBytes: number;
	/** Hex SHA-256 of the whole file. */
	sha256: string;
	/** Hex of the hash by which the element knows the image; for a kind that has none of its own, the SHA-256. */
	hash: string;
}

/** `undefined`: done. */
export type ElementDone = (error: ElementError | undefined) => void;

/**
 * Where an image is written, block after block. One call at a time: the next one only after `done`. Nothing here checks
 * the SHA-256 of what streams through; that is done by whoever pumps, before `finish`.
 */
export interface ImageSink {
	/** The largest block that `write` takes; every block but the last has exactly this size. */
	readonly blockBytes: number;
	/** Makes room. `offsetBytes` is a multiple of `blockBytes`, or the size: bytes of this very image that are there already. */
	start(image: TargetImage, done: (error: ElementError | undefined, offsetBytes: number) => void): void;
	/** Blocks come in order and without a gap. */
	write(offsetBytes: number, block: Uint8Array, done: ElementDone): void;
	/** The image is whole: the element checks it as far as it can, and it is a candidate. */
	finish(done: ElementDone): void;
	/** Ends whatever goes on, at once; no `done` is called any more. */
	cancel(): void;
}

/** A thing with firmware whose new image can be tried and taken back (PSA Firmware Update API 1.0: the verbs). */
export interface Element extends ImageSink {
	/** The name that the order gives it. */
	readonly name: string;
	/**
	 * `install` and `reject` only prepare what the next start of our own MCU does, and the caller has to start it again.
	 * Every other element is started by `install` and `reject` themselves, which end when it answers again.
	 */
	readonly restarts: boolean;
	/** What runs and what lies beside it. `no-answer` where it is silent. */
	query(done: (error: ElementError | undefined, status: ElementStatus | undefined) => void): void;
	/**
	 * The candidate runs, on trial: any reset goes back. Ends with an error where something else runs afterwards, and with
	 * `cannot-go-back`, before anything was begun, where the old image would not outlive an `accept`.
	 */
	install(image: TargetImage, done: ElementDone): void;
	/** The image on trial stays. The old one stays in the other slot. Does nothing where it was accepted already. */
	accept(image: TargetImage, done: ElementDone): void;
	/**
	 * The image `old` runs again, for good, and the new one neither runs nor is about to: from a candidate, a staged image, a
	 * trial or an accepted one. Does nothing where that is so already.
	 */
	reject(old: ElementImage, done: ElementDone): void;
	/** Nothing of an update is left but the image that runs; what cannot be erased is left where it is. */
	clean(done: ElementDone): void;
	/** Releases its port; may be called twice. No call may follow it. */
	close(): void;
}

/** An element that the product has. It is opened for a window or a recovery only, and closed after it. */
export interface ElementPort {
	/** The name that an order gives it. */
	readonly name: string;
	readonly kind: "smp" | "self";
	/**
	 * For our own MCU: whether what runs is on trial, where that can be told without reading images, for every boot asks before
	 * monitoring starts. Absent: the element is asked.
	 */
	readonly isOnTrial?: (() => boolean) | undefined;
	open(): Element;
}
