import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { imageVersion } from "../../modules/images/image-header.js";
import type { SlotImage } from "../../modules/io/boot-slots.js";

/** MCUboot, docs/design.md, "Image Format"; all little-endian. */
const MCUBOOT = { headerBytesAt: 8, protectedBytesAt: 10, imageBytesAt: 12 } as const;
const TLV_INFO_BYTES = 4; // magic u16, size of the area with this u16
const TLV_HEADER_BYTES = 4; // type u16, length u16
const TLV_MAGIC = 0x6907;
const TLV_SHA256 = 0x10;

/** ESP-IDF, "App Image Format": `esp_image_header_t` and `esp_image_segment_header_t`. */
const ESP = { headerBytes: 24, segmentsAt: 1, hashAppendedAt: 23, segmentHeaderBytes: 8 } as const;
const ESP_ALIGN_BYTES = 16; // the checksum is the last byte of a block of 16
const SHA256_BYTES = 32;

/**
 * An image file as a bootloader sees it, under the hash that it carries: MCUboot's image hash, ESP-IDF's appended digest; of a
 * file that carries none (`imgtool` and ESP-IDF always put one in) the SHA-256 of all of it. Undefined where it is missing, of no
 * known format, cut off, or where the hash is not its own.
 */
export function readBootable(path: string): SlotImage | undefined {
	let bytes: Buffer;
	try {
		bytes = readFileSync(path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
		throw error;
	}
	return bootableImage(bytes);
}

/** As readBootable, of the file's bytes. */
export function bootableImage(bytes: Buffer): SlotImage | undefined {
	const header = imageVersion(bytes);
	const hash = header && HASHES[header.kind](bytes);
	return hash && { version: header.version, hash: hash.toString("hex") };
}

/** Undefined where the image is not whole. */
const HASHES = { mcuboot: mcubootHash, "esp-idf": espIdfHash } as const;

function mcubootHash(bytes: Buffer): Buffer | undefined {
	const protectedBytes = bytes.readUInt16LE(MCUBOOT.protectedBytesAt);
	const imageEnd = bytes.readUInt16LE(MCUBOOT.headerBytesAt) + bytes.readUInt32LE(MCUBOOT.imageBytesAt);
	const hashedEnd = imageEnd + protectedBytes;
	if (bytes.length === imageEnd && protectedBytes === 0) return sha256(bytes);
	if (bytes.length < hashedEnd + TLV_INFO_BYTES || bytes.readUInt16LE(hashedEnd) !== TLV_MAGIC)
		return undefined;
	const tlvEnd = hashedEnd + bytes.readUInt16LE(hashedEnd + 2);
	if (bytes.length < tlvEnd) return undefined;
	let at = hashedEnd + TLV_INFO_BYTES;
	while (at + TLV_HEADER_BYTES <= tlvEnd) {
		const from = at + TLV_HEADER_BYTES;
		const end = from + bytes.readUInt16LE(at + 2);
		if (end > tlvEnd) return undefined;
		if (bytes.readUInt16LE(at) === TLV_SHA256)
			return ownHash(sha256(bytes.subarray(0, hashedEnd)), bytes.subarray(from, end));
		at = end;
	}
	return sha256(bytes);
}

function espIdfHash(bytes: Buffer): Buffer | undefined {
	let end: number = ESP.headerBytes;
	for (let segments = bytes.readUInt8(ESP.segmentsAt); segments > 0; segments--) {
		if (bytes.length < end + ESP.segmentHeaderBytes) return undefined;
		end += ESP.segmentHeaderBytes + bytes.readUInt32LE(end + 4);
	}
	end += ESP_ALIGN_BYTES - (end % ESP_ALIGN_BYTES);
	if (bytes.readUInt8(ESP.hashAppendedAt) === 0) return bytes.length >= end ? sha256(bytes) : undefined;
	return ownHash(sha256(bytes.subarray(0, end)), bytes.subarray(end, end + SHA256_BYTES));
}

function ownHash(computed: Buffer, carried: Buffer): Buffer | undefined {
	return computed.equals(carried) ? computed : undefined;
}

function sha256(bytes: Uint8Array): Buffer {
	return createHash("sha256").update(bytes).digest();
}
