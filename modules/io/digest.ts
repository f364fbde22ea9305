/** A SHA-256 in the making. */
export interface Digest {
	/** Takes the next bytes, and keeps none of them. */
	update(bytes: Uint8Array): void;
	/** The 32 bytes; nothing may follow it. */
	digest(): Uint8Array;
}

/** Begins a SHA-256. A board with hardware for it passes its own. */
export type NewDigest = () => Digest;
