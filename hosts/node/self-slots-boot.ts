import { join } from "node:path";
import { FileStore } from "./file-store.js";
import { BootFileError } from "./self-slots-error.js";

export type SlotName = "a" | "b";

/** What the file `boot` says. */
export interface BootFile {
	/** The slot that was started last, or is to be started next where `pending` is null. */
	active: SlotName;
	/** The slot that the next start tries. */
	pending: SlotName | null;
	/** False: `active` is on trial, and the next start goes back to the other one. */
	confirmed: boolean;
}

const BOOT_FILE = "boot";
const FRESH: Readonly<BootFile> = Object.freeze({ active: "a", pending: null, confirmed: true });

export const slotPath = (directory: string, slot: SlotName): string => join(directory, `slot-${slot}`);

/** Where an image lies until it is whole. */
export const draftPath = (directory: string, slot: SlotName): string => `${slotPath(directory, slot)}.new`;

export const otherSlot = (slot: SlotName): SlotName => (slot === "a" ? "b" : "a");

/** A missing file is that of a product that was never updated: slot a, confirmed. Throws BootFileError. */
export function readBootFile(directory: string): BootFile {
	const path = join(directory, BOOT_FILE);
	let file: Partial<BootFile> | null;
	try {
		const value = new FileStore({ directory }).read(BOOT_FILE);
		if (value === undefined) return { ...FRESH };
		file = JSON.parse(new TextDecoder().decode(value)) as Partial<BootFile> | null;
	} catch (error) {
		throw new BootFileError(`Expected JSON in ${path}: ${(error as Error).message}`);
	}
	const { active, pending = null, confirmed = true } = file ?? {};
	if (!isSlot(active) || !(pending === null || isSlot(pending)) || typeof confirmed !== "boolean")
		throw new BootFileError(
			`Expected {"active":"a"|"b","pending":null|"a"|"b","confirmed":true|false} in ${path}, got ${JSON.stringify(file)}`,
		);
	return { active, pending: pending === active ? null : pending, confirmed };
}

/** It is there whole or not at all, after a power cut too. */
export function writeBootFile(directory: string, { active, pending, confirmed }: BootFile): void {
	const text = `${JSON.stringify({ active, pending, confirmed })}\n`;
	new FileStore({ directory }).write(BOOT_FILE, new TextEncoder().encode(text).buffer as ArrayBuffer);
}

function isSlot(value: unknown): value is SlotName {
	return value === "a" || value === "b";
}
