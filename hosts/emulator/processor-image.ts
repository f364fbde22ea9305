import { sha256 } from "./sha256.js";

const MAGIC = 0x96f3b83d;
const HEADER_BYTES = 32;
const TLV_MAGIC = 0x6907;
const PROTECTED_TLV_MAGIC = 0x6908;
const TLV_SHA256 = 0x10;
const TLV_HEAD_BYTES = 4;
const HASH_BYTES = 32;
const FLAG_NON_BOOTABLE = 0x10;

export interface ImageOptions {
	/** `major.minor.revision`, or with `+build`. */
	version: string;
	/** Of the whole file; at least 32 bytes more than the header. */
	sizeBytes: number;
	/** What fills the image; two images of one version and size differ by it. */
	seed?: number;
	/** Where the code begins; `imgtool --header-size`. */
	headerBytes?: number;
	/** A TLV (type 0xa0) that the hash covers, as `imgtool --custom-tlv` makes one. */
	protectedTlv?: Uint8Array;
}

/** What a bootloader reads of an image. */
export interface ImageFacts {
	/** As SMP servers write it: `1.2.3`, or `1.2.3.4` where the build is not 0. */
	version: string;
	versionNumbers: readonly number[];
	hash: Uint8Array;
	bootable: boolean;
	/** Header, code and TLVs. */
	sizeBytes: number;
}

/** An image as MCUboot's `imgtool sign` makes it without a key, of pseudo-random code. The same options give the same bytes. */
export function mcubootImage({
	version,
	sizeBytes,
	seed = 1,
	headerBytes = HEADER_BYTES,
	protectedTlv,
}: ImageOptions): Uint8Array<ArrayBuffer> {
	const [major = 0, minor = 0, revision = 0, build = 0] = version.replace("+", ".").split(".").map(Number);
	const protectedBytes = protectedTlv ? TLV_HEAD_BYTES * 2 + protectedTlv.length : 0;
	const codeBytes = sizeBytes - headerBytes - protectedBytes - TLV_HEAD_BYTES * 2 - HASH_BYTES;
	if (!(codeBytes >= 0))
		throw new RangeError(`Expected \`sizeBytes\` to be at least ${sizeBytes - codeBytes}, got ${sizeBytes}`);
	const image = new Uint8Array(sizeBytes);
	const view = new DataView(image.buffer);
	view.setUint32(0, MAGIC, true);
	view.setUint16(8, headerBytes, true);
	view.setUint16(10, protectedBytes, true);
	view.setUint32(12, codeBytes, true);
	view.setUint8(20, major);
	view.setUint8(21, minor);
	view.setUint16(22, revision, true);
	view.setUint32(24, build, true);
	let random = seed | 0;
	for (let i = 0; i < codeBytes; i++) {
		random = (Math.imul(random, 1_103_515_245) + 12_345) | 0;
		image[headerBytes + i] = random >>> 16;
	}
	let at = headerBytes + codeBytes;
	if (protectedTlv) {
		tlvHead(view, at, PROTECTED_TLV_MAGIC, protectedBytes);
		tlvHead(view, at + TLV_HEAD_BYTES, 0xa0, protectedTlv.length);
		image.set(protectedTlv, at + TLV_HEAD_BYTES * 2);
		at += protectedBytes;
	}
	const hash = sha256(image.subarray(0, at));
	tlvHead(view, at, TLV_MAGIC, TLV_HEAD_BYTES * 2 + HASH_BYTES);
	tlvHead(view, at + TLV_HEAD_BYTES, TLV_SHA256, HASH_BYTES);
	image.set(hash, at + TLV_HEAD_BYTES * 2);
	return image;
}

/** What the header and the TLVs of an image say, as an SMP server reads them; undefined where there is no image. */
export function imageFacts(bytes: Uint8Array): ImageFacts | undefined {
	if (bytes.length < HEADER_BYTES) return undefined;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (view.getUint32(0, true) !== MAGIC) return undefined;
	let at = view.getUint16(8, true) + view.getUint32(12, true);
	if (view.getUint16(10, true) > 0) at += view.getUint16(10, true);
	if (at + TLV_HEAD_BYTES > bytes.length || view.getUint16(at, true) !== TLV_MAGIC) return undefined;
	const end = at + view.getUint16(at + 2, true);
	if (end > bytes.length) return undefined;
	const numbers = [view.getUint8(20), view.getUint8(21), view.getUint16(22, true), view.getUint32(24, true)];
	for (let tlv = at + TLV_HEAD_BYTES; tlv + TLV_HEAD_BYTES <= end; ) {
		const length = view.getUint16(tlv + 2, true);
		if (view.getUint16(tlv, true) === TLV_SHA256 && length === HASH_BYTES)
			return {
				version: (numbers[3] === 0 ? numbers.slice(0, 3) : numbers).join("."),
				versionNumbers: numbers,
				hash: bytes.slice(tlv + TLV_HEAD_BYTES, tlv + TLV_HEAD_BYTES + HASH_BYTES),
				bootable: (view.getUint32(16, true) & FLAG_NON_BOOTABLE) === 0,
				sizeBytes: end,
			};
		tlv += TLV_HEAD_BYTES + length;
	}
	return undefined;
}

/** What MCUboot does before it runs or swaps in an image: header and TLVs are there, and the hash is that of the bytes. */
export function isValidImage(bytes: Uint8Array): boolean {
	const facts = imageFacts(bytes);
	if (!facts) return false;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const covered = view.getUint16(8, true) + view.getUint32(12, true) + view.getUint16(10, true);
	return equalBytes(sha256(bytes.subarray(0, covered)), facts.hash);
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
	return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function tlvHead(view: DataView, at: number, typeOrMagic: number, length: number): void {
	view.setUint16(at, typeOrMagic, true);
	view.setUint16(at + 2, length, true);
}
