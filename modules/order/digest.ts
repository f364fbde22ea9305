import { sha256, sha512 } from "@noble/hashes/sha2.js";

// The one file that knows where the hashes come from.
export { sha512 };

/** The SHA-256 of `bytes` as 64 lower-case hex digits (FIPS 180-4). */
export function sha256Hex(bytes: Uint8Array): string {
	let hex = "";
	for (const byte of sha256(bytes)) hex += byte.toString(16).padStart(2, "0");
	return hex;
}
