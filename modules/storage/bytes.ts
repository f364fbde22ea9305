/** How many code units become text at once: each is an argument, and the XS stack of the product is small. */
const PIECE_UNITS = 32;

/** Text of code units 0 to 127 as bytes. Throws RangeError on anything else. */
export function bytesFromAscii(text: string): Uint8Array<ArrayBuffer> {
	const count = text.length;
	const bytes = new Uint8Array(count);
	for (let i = 0; i < count; i++) {
		const code = text.charCodeAt(i);
		if (code > 127) throw new RangeError(`Expected ASCII, got code unit ${code} at ${i}`);
		bytes[i] = code;
	}
	return bytes;
}

/** Bytes 0 to 127 as text. Throws RangeError on anything else. */
export function asciiFromBytes(bytes: Uint8Array): string {
	const text = latin1FromBytes(bytes);
	const at = text.search(/[\x80-\uffff]/);
	if (at >= 0) throw new RangeError(`Expected ASCII, got byte ${bytes[at]} at ${at}`);
	return text;
}

/**
 * Bytes as text of the code units 0 to 255. The pieces are joined once: an engine that copies both strings to add them,
 * as XS does, would take time and memory by the square of the length.
 */
export function latin1FromBytes(bytes: Uint8Array): string {
	const count = bytes.length;
	if (count <= PIECE_UNITS) return textOfPiece(bytes);
	const pieces: string[] = [];
	for (let from = 0; from < count; from += PIECE_UNITS)
		pieces.push(textOfPiece(bytes.subarray(from, from + PIECE_UNITS)));
	return pieces.join("");
}

/** Bytes as lower-case hex digits. */
export function hexFromBytes(bytes: Uint8Array): string {
	let hex = "";
	for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
	return hex;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
	const count = a.length;
	if (count !== b.length) return false;
	for (let i = 0; i < count; i++) if (a[i] !== b[i]) return false;
	return true;
}

function textOfPiece(piece: Uint8Array): string {
	return String.fromCharCode.apply(null, piece as unknown as number[]);
}
