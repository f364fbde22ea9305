import { InputError } from "./input-error.js";
import { UsageError } from "./usage-error.js";

/** The directory of `self:DIR` holds no image to start from. */
export class NoImageError extends UsageError {
	override name = "NoImageError";
}

/** The file `boot` of `self:DIR` cannot be read or understood. */
export class BootFileError extends InputError {
	override name = "BootFileError";
}

/** What was asked of the slots is not possible as they are; nothing was changed. */
export class SelfSlotsError extends Error {
	override name = "SelfSlotsError";
}
