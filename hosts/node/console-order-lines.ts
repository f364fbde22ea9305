import { encodeBase64 } from "../../modules/storage/base64.js";
import { crc32 } from "../../modules/storage/crc32.js";

const LINE_BYTES = 57; // 76 characters of base64

/** An envelope as the lines that a product's service console takes, see ConsoleOrder. */
export function consoleOrderLines(envelope: Uint8Array): string {
	const crc = crc32(envelope).toString(16).padStart(8, "0");
	const lines = [`order ${envelope.length} ${crc}`];
	for (let from = 0; from < envelope.length; from += LINE_BYTES)
		lines.push(encodeBase64(envelope.subarray(from, from + LINE_BYTES)));
	return `${lines.join("\r\n")}\r\n`;
}
