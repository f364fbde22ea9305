import { asciiFromBytes } from "./bytes.js";

const STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const PADDING = 0x3d; // "="
const GROUP_BYTES = 3;
const GROUP_CHARACTERS = 4; // which carry three bytes

/** A text that is not base64, with what is wrong and where. */
export class Base64Error extends Error {
	override name = "Base64Error";
}

/** Bytes as standard base64 with padding (RFC 4648, section 4). */
export function encodeBase64(bytes: Uint8Array): string {
	return asciiFromBytes(encodeBase64Bytes(bytes));
}

/** Like `encodeBase64`, as the bytes of the text, for a line that is sent as bytes anyway. */
export function encodeBase64Bytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
	const count = bytes.length;
	const rest = count % GROUP_BYTES;
	const whole = count - rest;
	const text = new Uint8Array(Math.ceil(count / GROUP_BYTES) * GROUP_CHARACTERS);
	let at = 0;
	for (let i = 0; i < whole; ) {
		const a = bytes[i++] as number;
		const b = bytes[i++] as number;
		const c = bytes[i++] as number;
		text[at++] = STANDARD.charCodeAt(a >> 2);
		text[at++] = STANDARD.charCodeAt(((a & 3) << 4) | (b >> 4));
		text[at++] = STANDARD.charCodeAt(((b & 15) << 2) | (c >> 6));
		text[at++] = STANDARD.charCodeAt(c & 63);
	}
	if (rest > 0) {
		const a = bytes[whole] as number;
		const b = bytes[whole + 1] ?? 0;
		text[at++] = STANDARD.charCodeAt(a >> 2);
		text[at++] = STANDARD.charCodeAt(((a & 3) << 4) | (b >> 4));
		text[at++] = rest === 2 ? STANDARD.charCodeAt((b & 15) << 2) : PADDING;
		text[at++] = PADDING;
	}
	return text;
}

/**
 * Standard (RFC 4648, section 4) or URL-safe base64 (section 5), never a mixture, as bytes. Padding may be left out where
 * `+` and `/` do not occur, for only the URL-safe form allows that. Every byte string has one spelling in each form:
 * white space and stray bits at the end are errors.
 * Throws Base64Error.
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
	const length = unpaddedLength(text);
	const spare = length % GROUP_CHARACTERS;
	if (spare === 1)
		throw new Base64Error(`Expected a multiple of ${GROUP_CHARACTERS} base64 characters, got ${text.length}`);
	const standard = text.includes("+") || text.includes("/");
	const padded = text.length % GROUP_CHARACTERS === 0;
	if (!padded && standard)
		throw new Base64Error(
			`Expected "=" to fill up standard base64 to a multiple of ${GROUP_CHARACTERS}, got ${text.length}`,
		);
	const alphabet = standard ? STANDARD : URL_SAFE;
	const bytes = new Uint8Array(Math.floor((length * 3) / GROUP_CHARACTERS));
	let bits = 0;
	let bitCount = 0;
	let at = 0;
	for (let i = 0; i < length; i++) {
		const value = sextetOf(text.charCodeAt(i), alphabet);
		if (value === undefined)
			throw new Base64Error(
				`Expected one base64 alphabet, got ${JSON.stringify(text.charAt(i))} at character ${i}`,
			);
		bits = ((bits << 6) | value) & 0xffff;
		bitCount += 6;
		if (bitCount < 8) continue;
		bitCount -= 8;
		bytes[at++] = (bits >> bitCount) & 0xff;
	}
	if (bits & ((1 << bitCount) - 1))
		throw new Base64Error(
			`Expected the unused bits of the last base64 character to be 0, got ${text.slice(-4)}`,
		);
	return bytes;
}

/** How many characters come before the padding; padding that completes no group is counted as data and so refused. */
function unpaddedLength(text: string): number {
	if (text.length % GROUP_CHARACTERS !== 0) return text.length;
	if (text.endsWith("==")) return text.length - 2;
	return text.endsWith("=") ? text.length - 1 : text.length;
}

/** Ranges of code units, because a search through the alphabet for each character costs tens of times as much on a small MCU. */
function sextetOf(code: number, alphabet: string): number | undefined {
	if (code >= 65 && code <= 90) return code - 65;
	if (code >= 97 && code <= 122) return code - 97 + 26;
	if (code >= 48 && code <= 57) return code - 48 + 52;
	if (code === alphabet.charCodeAt(62)) return 62;
	if (code === alphabet.charCodeAt(63)) return 63;
	return undefined;
}
