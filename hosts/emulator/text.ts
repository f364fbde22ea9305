/** Text of code units 0 to 255 as the bytes of a UART. */
export function bytesOf(text: string): ArrayBuffer {
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
	return bytes.buffer;
}

/** The bytes of a UART as text of code units 0 to 255. */
export function textOf(bytes: ArrayBuffer): string {
	let text = "";
	for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
	return text;
}
