import type { ImageReason } from "./image-source.js";

/**
 * Why a file of an order is not in the product's storage. Beside what can be wrong with its source:
 * - `no-space`: the storage has no room for it.
 * - `wrong-hash`: whole, and not the order's bytes, as often as an order may try.
 * - `not-stored`: the medium cannot be read or written.
 * - `bad-name`: not the name of a file.
 */
export type FetchReason = ImageReason | "no-space" | "wrong-hash" | "not-stored" | "bad-name";

/** A file of an order could not be fetched. The message says which, what was wrong and what would be right. */
export class FetchError extends Error {
	override name = "FetchError";
	readonly reason: FetchReason;

	constructor(reason: FetchReason, message: string) {
		super(message);
		this.reason = reason;
	}
}
