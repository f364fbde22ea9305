/** Text of code units 0 to 127 as bytes. Throws RangeError on anything else. */
export function bytesFromAscii(text: string): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code > 127) throw new RangeError(`Expected ASCII, got code unit ${code} at ${i}`);
		bytes[i] = code;
	}
	return bytes;
}

/** Bytes 0 to 127 as text. Throws RangeError on anything else. */
export function asciiFromBytes(bytes: Uint8Array): string {
	let text = "";
	for (let i = 0; i < bytes.length; i++) {
		const code = bytes[i] as number;
		if (code > 127) throw new RangeError(`Expected ASCII, got byte ${code} at ${i}`);
		text += String.fromCharCode(code);
	}
	return text;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
	if (a.length !== b.length) return false;
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}
