import { mcubootImage } from "../../emulator/processor-image.js";
import type { OtherFirmware } from "./company.js";

/** The elements of the story's product beside its modem. */
const KINDS = { sensor: "smp", display: "smp", self: "self" } as const;
export type OtherName = keyof typeof KINDS;
export const OTHER_NAMES: readonly OtherName[] = ["sensor", "display", "self"];

const IMAGE_BYTES = 32_768;

/** What they have from the factory, what the company tests next, what fails in the field, and what takes its place. */
export const FIRST = "1.0.0";
export const SECOND = "1.1.0";
export const BROKEN = "1.2.0";
export const MENDED = "1.2.1";

export function imageOf(name: OtherName, version: string): Uint8Array<ArrayBuffer> {
	const seed = OTHER_NAMES.indexOf(name) + 1;
	return mcubootImage({ version, sizeBytes: IMAGE_BYTES, seed });
}

/** All of them from one version to another, as an order names them. */
export function othersTo(from: string, to: string): OtherFirmware[] {
	return OTHER_NAMES.map((name) => ({
		name,
		kind: KINDS[name],
		from,
		to,
		image: imageOf(name, to),
		file: `${name}-${to}.bin`,
	}));
}
