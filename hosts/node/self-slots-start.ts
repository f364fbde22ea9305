import { existsSync, rmSync } from "node:fs";
import { SelfSlots } from "./self-slots.js";
import {
	type BootFile,
	draftPath,
	otherSlot,
	readBootFile,
	type SlotName,
	slotPath,
	writeBootFile,
} from "./self-slots-boot.js";
import { NoImageError } from "./self-slots-error.js";
import { readBootable } from "./self-slots-image.js";

/**
 * Plays the bootloader of `self:DIR`, once a start of the product, and gives the slots as the firmware that it started sees them.
 *
 * `pending` is started on trial; where that is no whole image, the active one is started at once and stays. An active one that was
 * not confirmed goes back to the other one. What was decided is written down before it runs: a power cut before that comes
 * here again, one after it is a reset of what was started. Throws NoImageError and BootFileError.
 */
export function startOwnMcu(directory: string): SelfSlots {
	const before = readBootFile(directory);
	for (const slot of ["a", "b"] as const) rmSync(draftPath(directory, slot), { force: true });
	const after = bootOf(before, (slot) => readBootable(slotPath(directory, slot)) !== undefined);
	if (!after) throw new NoImageError(noImage(directory, before.active));
	if (JSON.stringify(after) !== JSON.stringify(before)) writeBootFile(directory, after);
	return new SelfSlots({ directory, running: after.active });
}

/** What the bootloader makes of the file; undefined where nothing can be started. */
function bootOf(
	{ active, pending, confirmed }: BootFile,
	isBootable: (slot: SlotName) => boolean,
): BootFile | undefined {
	const other = otherSlot(active);
	if (pending !== null && isBootable(pending)) return { active: pending, pending: null, confirmed: false };
	// An image that was refused leaves the active one as it was before it: confirmed, for nothing else was ever tried over it.
	const isAborted = pending === null && !confirmed;
	for (const slot of isAborted ? [other, active] : [active, other])
		if (isBootable(slot)) return { active: slot, pending: null, confirmed: true };
	return undefined;
}

function noImage(directory: string, active: SlotName): string {
	const path = slotPath(directory, active);
	return existsSync(path)
		? `Expected a whole image with the header of MCUboot or ESP-IDF in ${path}, which is none, and none in the other slot`
		: `Expected the image that the MCU runs in ${path}, which is missing, and none is in the other slot`;
}
