/**
 * Why a file did not arrive.
 * - `no-start`: the receiver never asked for the first block.
 * - `no-answer`: it did not answer a block, or the end.
 * - `rejected`: it rejected the same block, or the end, each time.
 * - `cancelled`: it ended the transfer by CAN CAN.
 * - `refused`: it ended the transfer in its own words.
 * - `deadline`: there was no time left, for a block that was rejected or for all.
 * - `paused`: the next block was not there in time.
 */
export type XmodemReason =
	| "no-start"
	| "no-answer"
	| "rejected"
	| "cancelled"
	| "refused"
	| "deadline"
	| "paused";

/** A file did not arrive. `message` says where it ended. */
export class XmodemError extends Error {
	override name = "XmodemError";
	readonly reason: XmodemReason;

	constructor(reason: XmodemReason, message: string) {
		super(message);
		this.reason = reason;
	}
}
