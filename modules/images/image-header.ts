import { latin1FromBytes } from "../storage/bytes.js";

/** So many first bytes of an image tell its version, whichever format it has. */
export const IMAGE_HEADER_BYTES = 288;

/** MCUboot, docs/design.md, "Image Format"; all little-endian. */
const MCUBOOT_MAGIC = 0x96f3b83d;
const MCUBOOT_HEADER_BYTES = 32;
const MCUBOOT_VERSION_AT = 20; // major u8, minor u8, revision u16, build u32

/** ESP-IDF, "App Image Format": a header of 24 bytes, the first segment's of 8, then `esp_app_desc_t` of 256 bytes. */
const ESP_IMAGE_MAGIC = 0xe9;
const ESP_DESCRIPTION_AT = 32;
const ESP_DESCRIPTION_MAGIC = 0xabcd5432;
const ESP_VERSION_AT = ESP_DESCRIPTION_AT + 16; // after magic word, secure version and two reserved words
const ESP_VERSION_BYTES = 32;
const ESP_DESCRIPTION_END = ESP_DESCRIPTION_AT + 256;

export interface ImageVersion {
	kind: "mcuboot" | "esp-idf";
	/** MCUboot: `1.2.3`, and `1.2.3+4` with a build number that is not 0, as its image tool writes it. ESP-IDF: its own text. */
	version: string;
}

/** The version in an image's header; undefined where the bytes are no header of a known format. Reads no more than its first 288 bytes. */
export function imageVersion(firstBytes: Uint8Array): ImageVersion | undefined {
	const length = Math.min(firstBytes.length, IMAGE_HEADER_BYTES);
	const view = new DataView(firstBytes.buffer, firstBytes.byteOffset, length);
	if (length >= MCUBOOT_HEADER_BYTES && view.getUint32(0, true) === MCUBOOT_MAGIC)
		return { kind: "mcuboot", version: mcubootVersion(view) };
	if (
		length >= ESP_DESCRIPTION_END &&
		view.getUint8(0) === ESP_IMAGE_MAGIC &&
		view.getUint32(ESP_DESCRIPTION_AT, true) === ESP_DESCRIPTION_MAGIC
	) {
		const version = textUpToZero(firstBytes.subarray(ESP_VERSION_AT, ESP_VERSION_AT + ESP_VERSION_BYTES));
		return version === undefined ? undefined : { kind: "esp-idf", version };
	}
	return undefined;
}

function mcubootVersion(view: DataView): string {
	const at = MCUBOOT_VERSION_AT;
	const version = `${view.getUint8(at)}.${view.getUint8(at + 1)}.${view.getUint16(at + 2, true)}`;
	const build = view.getUint32(at + 4, true);
	return build === 0 ? version : `${version}+${build}`;
}

/** Printable ASCII up to the first zero; undefined where there is something else. */
function textUpToZero(bytes: Uint8Array): string | undefined {
	const end = bytes.indexOf(0);
	const text = end < 0 ? bytes : bytes.subarray(0, end);
	return text.every((byte) => byte >= 0x20 && byte < 0x7f) ? latin1FromBytes(text) : undefined;
}
