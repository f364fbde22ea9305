/**
 * Why an order is refused.
 * - `too-long`: a limit of bytes or of signatures is exceeded.
 * - `malformed-envelope`: not a DSSE envelope; a file that was cut off, too.
 * - `wrong-payload-type`: an envelope for something else.
 * - `bad-key`: the public key itself is none.
 * - `wrong-key`: signed, as it says itself, by other keys only.
 * - `bad-signature`: not exactly one signature verifies.
 * - `malformed-order`: the signed payload is no order.
 * - `lower-sequence`: older than an order that was accepted before.
 * - `same-sequence`: another order with a sequence that is used up.
 * - `sequence-unknown`: the store lost what was accepted before, so that a replay could not be told.
 * - `not-stored`: the store did not take the order.
 */
export type RefusalReason =
	| "too-long"
	| "malformed-envelope"
	| "wrong-payload-type"
	| "bad-key"
	| "wrong-key"
	| "bad-signature"
	| "malformed-order"
	| "lower-sequence"
	| "same-sequence"
	| "sequence-unknown"
	| "not-stored";

/** An order that is not taken. The message says what was wrong, the value, and what would be right. */
export class OrderRefusedError extends Error {
	override name = "OrderRefusedError";
	readonly reason: RefusalReason;

	constructor(reason: RefusalReason, message: string) {
		super(message);
		this.reason = reason;
	}
}
