import { spelledImageVersion } from "../order/image-version.js";
import { hexFromBytes } from "../storage/bytes.js";
import type { CborMap } from "./cbor-reader.js";

/** What an image list says of a slot. */
export interface SlotState {
	/** 0 is the one that images run from, 1 the one that they are uploaded to. */
	slot: number;
	/** `major.minor.revision`, and `+build` where that is not 0. */
	version: string;
	/** Lower-case hex of MCUboot's image hash; "" where the server tells none. */
	hash: string;
	bootable: boolean;
	/** It runs. */
	active: boolean;
	/** It stays over a reset. */
	confirmed: boolean;
	/** It runs after the next reset, */
	pending: boolean;
	/** and for good. */
	permanent: boolean;
}

/** The slots of the first image in an answer to `listImages`, `testImage` or `confirmImage`; undefined where it has none. */
export function slotsOf(answer: CborMap): SlotState[] | undefined {
	const images = answer.get("images");
	if (!Array.isArray(images)) return undefined;
	const slots: SlotState[] = [];
	for (const image of images) {
		if (!(image instanceof Map) || (image.get("image") ?? 0) !== 0) continue;
		const slot = image.get("slot");
		const version = image.get("version");
		const hash = image.get("hash");
		if (slot !== 0 && slot !== 1) continue;
		slots.push({
			slot,
			version: typeof version === "string" ? spelledImageVersion(version) : "",
			hash: hash instanceof Uint8Array ? hexFromBytes(hash) : "",
			bootable: image.get("bootable") !== false,
			active: image.get("active") === true,
			confirmed: image.get("confirmed") === true,
			pending: image.get("pending") === true,
			permanent: image.get("permanent") === true,
		});
	}
	return slots;
}

/** The bytes of lower-case or upper-case hex; undefined where it is none. */
export function bytesFromHex(hex: string): Uint8Array<ArrayBuffer> | undefined {
	if (hex.length % 2 !== 0 || /[^0-9a-fA-F]/.test(hex)) return undefined;
	const bytes = new Uint8Array(hex.length / 2);
	for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16);
	return bytes;
}

/**
 * By number, the mode in which MCUboot runs, and whether an image that was accepted can be left again for the one before
 * it (Zephyr, "OS management group", bootloader information; MCUboot, `enum mcuboot_mode`). Where two images never change
 * places, or the higher version always runs, it cannot. Nor with "swap using offset": it leaves the old image one sector
 * off from where the server and the bootloader look for one, as Zephyr 4.4.0 shows once the new one is confirmed.
 */
export const BOOTLOADER_MODES: readonly { readonly name: string; readonly goesBack: boolean }[] =
	Object.freeze([
		Object.freeze({ name: "single slot", goesBack: false }),
		Object.freeze({ name: "swap using scratch", goesBack: true }),
		Object.freeze({ name: "overwrite only", goesBack: false }),
		Object.freeze({ name: "swap using move", goesBack: true }),
		Object.freeze({ name: "direct XIP", goesBack: false }),
		Object.freeze({ name: "direct XIP with revert", goesBack: false }),
		Object.freeze({ name: "RAM load", goesBack: false }),
		Object.freeze({ name: "firmware loader", goesBack: false }),
		Object.freeze({ name: "single slot RAM load", goesBack: false }),
		Object.freeze({ name: "swap using offset", goesBack: false }),
	]);
