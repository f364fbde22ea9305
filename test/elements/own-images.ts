import type { TargetImage } from "../../modules/elements/element.js";
import { imageVersion } from "../../modules/images/image-header.js";
import type { SlotImage } from "../../modules/io/boot-slots.js";
import { sha256Hex } from "../../modules/order/digest.js";

const HEADER_BYTES = 32;
const TLV_BYTES = 40; // info 4, header 4, SHA-256 32

export interface OwnImage {
	bytes: Uint8Array;
	/** What an order names. */
	target: TargetImage;
	/** What a slot tells. */
	slot: SlotImage;
}

/** An image as MCUboot's image tool makes it without a key: header, body, SHA-256 (MCUboot, docs/design.md, "Image Format"). */
export function ownImage(version: string, bodyBytes = 300): OwnImage {
	const [major = 0, minor = 0, revision = 0] = version.split(".").map(Number);
	const bytes = new Uint8Array(HEADER_BYTES + bodyBytes + TLV_BYTES);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, 0x96f3b83d, true);
	view.setUint16(8, HEADER_BYTES, true);
	view.setUint32(12, bodyBytes, true);
	view.setUint8(20, major);
	view.setUint8(21, minor);
	view.setUint16(22, revision, true);
	for (let i = 0; i < bodyBytes; i++) bytes[HEADER_BYTES + i] = (i * 7 + minor) & 255;
	const hashed = HEADER_BYTES + bodyBytes;
	view.setUint16(hashed, 0x6907, true);
	view.setUint16(hashed + 2, TLV_BYTES, true);
	view.setUint16(hashed + 4, 0x10, true);
	view.setUint16(hashed + 6, 32, true);
	const hash = sha256Hex(bytes.subarray(0, hashed));
	bytes.set(bytesOfHex(hash), hashed + 8);
	const target: TargetImage = { version, sizeBytes: bytes.length, sha256: sha256Hex(bytes), hash };
	return { bytes, target, slot: { version, hash } };
}

/** What the emulated bootloader makes of such an image. */
export function identify(bytes: Uint8Array): SlotImage | undefined {
	const header = imageVersion(bytes);
	const hashed = bytes.length - TLV_BYTES;
	if (!header || hashed < HEADER_BYTES) return undefined;
	const digest = sha256Hex(bytes.subarray(0, hashed));
	const carried = bytesOfHex(digest).every((byte, at) => byte === bytes[hashed + 8 + at]);
	return carried ? { version: header.version, hash: digest } : undefined;
}

function bytesOfHex(hex: string): Uint8Array {
	const bytes = new Uint8Array(hex.length / 2);
	for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
	return bytes;
}
