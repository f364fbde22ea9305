/** How many code units become text at once: each is an argument, and XS has a small stack. */
const PIECE_UNITS = 32;
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SEXTETS = Int8Array.from({ length: 128 }, (_, code) => BASE64.indexOf(String.fromCharCode(code)));

/** Bytes as text of the code units 0 to 255: Node's own where it is there, for every boot asks for many. */
export function latin1(bytes: Uint8Array): string {
	if (typeof Buffer !== "undefined")
		return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
	const pieces: string[] = [];
	for (let from = 0; from < bytes.length; from += PIECE_UNITS)
		pieces.push(String.fromCharCode(...bytes.subarray(from, from + PIECE_UNITS)));
	return pieces.join("");
}

/** Bytes of base64; it ends at the first character that is none. */
export function bytesFromBase64(text: string): Uint8Array {
	const bytes: number[] = [];
	let bits = 0;
	let value = 0;
	for (let i = 0; i < text.length; i++) {
		const sextet = SEXTETS[text.charCodeAt(i)] ?? -1;
		if (sextet < 0) break;
		value = ((value << 6) | sextet) & 0xffff;
		bits += 6;
		if (bits < 8) continue;
		bits -= 8;
		bytes.push((value >> bits) & 255);
	}
	return Uint8Array.from(bytes);
}

/** Big-endian, as everything is that the product writes. */
export function uint16(bytes: Uint8Array, at: number): number {
	return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

export function uint32(bytes: Uint8Array, at: number): number {
	return ((uint16(bytes, at) << 16) | uint16(bytes, at + 2)) >>> 0;
}
