/** A sender was not used in the order start, write, write, ..., finish, one call at a time, or with a wrong block. */
export class XmodemUsageError extends Error {
	override name = "XmodemUsageError";
}
