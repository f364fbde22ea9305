import { hash as sha256 } from "@stablelib/sha256";
import { hexFromBytes } from "../storage/bytes.js";

// The one file that knows where the hashes come from. These keep their work space in an object made for each call; those
// of `@noble/hashes` keep it in the module, which is read-only once preloaded into flash.
export { hash as sha512 } from "@stablelib/sha512";

/** The SHA-256 of `bytes` as 64 lower-case hex digits (FIPS 180-4). */
export function sha256Hex(bytes: Uint8Array): string {
	return hexFromBytes(sha256(bytes));
}
