import type { BootSlots } from "update-window/io/boot-slots";

/** Asked of slots that cannot be asked. */
export class NoTrialError extends Error {
	override name = "NoTrialError";
}

function none(): never {
	throw new NoTrialError("Expected a board whose bootloader tries an image and goes back, got none");
}

/** A board without a trial boot: an order's image for our own MCU is refused as `no-trial`, before anything is written. */
export class NoTrialSlots implements BootSlots {
	readonly canTry = false;
	readonly keepsOther = false;
	readonly capacityBytes = 0;
	readonly blockBytes = 1;
	readonly state = none;
	readonly begin = none;
	readonly write = none;
	readonly finish = none;
	readonly cancel = none;
	readonly tryNext = none;
	readonly untry = none;
	readonly confirm = none;
	readonly rollBack = none;
}
