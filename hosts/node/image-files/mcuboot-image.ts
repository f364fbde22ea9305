import { createHash } from "node:crypto";

const MAGIC = 0x96f3b83d;
const HEADER_BYTES = 32;
const TLV_HEAD_BYTES = 4;
const TLV_MAGIC = 0x6907;
const PROTECTED_TLV_MAGIC = 0x6908;
const TLV_SHA256 = 0x10;
const HASH_BYTES = 32;

/** Image flags (MCUboot, `image.h`) of images that cannot be told by their hash, or do not run by themselves. */
const FLAGS_REFUSED: Readonly<Record<number, string>> = Object.freeze({
	4: "encrypted with AES-128",
	8: "encrypted with AES-256",
	16: "not bootable",
	512: "compressed",
	1024: "compressed",
});

/** A file that is no image of MCUboot, or not one that an order can name. */
export class McubootImageError extends Error {
	override name = "McubootImageError";
}

/** What an image says of itself. */
export interface McubootImage {
	/** `major.minor.revision`, and `+build` where that is not 0, as imgtool writes it. */
	version: string;
	/** Hex of the image-hash TLV: the SHA-256 of header, code and protected TLVs, by which MCUboot and SMP know the image. */
	hash: string;
	/** Of the whole file. */
	sizeBytes: number;
}

/**
 * Reads an image as it is uploaded: header, code, TLVs, and nothing after them (MCUboot, design, "Image format"). The hash
 * in it is checked against the bytes; a signature is not, for that is the bootloader's. Throws McubootImageError.
 */
export function readMcubootImage(bytes: Uint8Array): McubootImage {
	if (bytes.length < HEADER_BYTES)
		throw new McubootImageError(`Expected an image header of ${HEADER_BYTES} bytes, got ${bytes.length}`);
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const magic = view.getUint32(0, true);
	if (magic !== MAGIC)
		throw new McubootImageError(
			`Expected an image of MCUboot, which begins with 0x96f3b83d, got 0x${magic.toString(16)}`,
		);
	const flags = view.getUint32(16, true);
	for (const [flag, what] of Object.entries(FLAGS_REFUSED))
		if (flags & Number(flag))
			throw new McubootImageError(`Expected an image that runs as it is, got one that is ${what}`);
	const codeEnd = view.getUint16(8, true) + view.getUint32(12, true);
	const protectedBytes = view.getUint16(10, true);
	if (protectedBytes > 0) tlvArea(view, codeEnd, PROTECTED_TLV_MAGIC, protectedBytes);
	const covered = codeEnd + protectedBytes;
	const end = tlvArea(view, covered, TLV_MAGIC);
	if (end !== bytes.length)
		throw new McubootImageError(
			`Expected an image of ${end} bytes, got ${bytes.length}: make it without \`--pad\` and \`--confirm\``,
		);
	const hash = hashOf(bytes, view, covered, end);
	const found = createHash("sha256").update(bytes.subarray(0, covered)).digest("hex");
	if (hash !== found)
		throw new McubootImageError(`Expected the image hash ${hash} of the image, got ${found}`);
	return { version: versionOf(view), hash, sizeBytes: bytes.length };
}

/** Where the area of TLVs at `at` ends. */
function tlvArea(view: DataView, at: number, magic: number, expectedBytes?: number): number {
	if (at + TLV_HEAD_BYTES > view.byteLength)
		throw new McubootImageError(`Expected TLVs at ${at}, got an image of ${view.byteLength} bytes`);
	const found = view.getUint16(at, true);
	const bytes = view.getUint16(at + 2, true);
	if (found !== magic || bytes < TLV_HEAD_BYTES || (expectedBytes ?? bytes) !== bytes)
		throw new McubootImageError(
			`Expected TLVs with magic 0x${magic.toString(16)} at ${at}, got 0x${found.toString(16)} and ${bytes} bytes`,
		);
	if (at + bytes > view.byteLength)
		throw new McubootImageError(`Expected an image of ${at + bytes} bytes at least, got ${view.byteLength}`);
	return at + bytes;
}

function hashOf(bytes: Uint8Array, view: DataView, area: number, end: number): string {
	for (let at = area + TLV_HEAD_BYTES; at + TLV_HEAD_BYTES <= end; ) {
		const length = view.getUint16(at + 2, true);
		const next = at + TLV_HEAD_BYTES + length;
		if (next > end) break;
		if (view.getUint16(at, true) === TLV_SHA256 && length === HASH_BYTES)
			return Buffer.from(bytes.subarray(next - length, next)).toString("hex");
		at = next;
	}
	throw new McubootImageError(
		"Expected an image hash of SHA-256 (TLV 0x10), got none: make it with `--sha 256`",
	);
}

function versionOf(view: DataView): string {
	const version = `${view.getUint8(20)}.${view.getUint8(21)}.${view.getUint16(22, true)}`;
	const build = view.getUint32(24, true);
	return build === 0 ? version : `${version}+${build}`;
}
