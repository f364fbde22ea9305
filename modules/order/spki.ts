import { equalBytes } from "../storage/bytes.js";
import { sha256Hex } from "./digest.js";
import { isPublicKey, PUBLIC_KEY_BYTES } from "./ed25519.js";
import { OrderRefusedError } from "./order-refused-error.js";

// SubjectPublicKeyInfo of an Ed25519 key (RFC 8410, section 4): SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING of
// 33 bytes, the first of which says that no bit is unused }.
const PREFIX = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00] as const;

/** The length of an Ed25519 public key as SPKI DER. */
export const SPKI_BYTES = PREFIX.length + PUBLIC_KEY_BYTES;

/** The 32 bytes of an Ed25519 public key as SPKI DER. Throws OrderRefusedError `bad-key` where they are no usable key. */
export function spkiFromPublicKey(publicKey: Uint8Array): Uint8Array<ArrayBuffer> {
	checkPublicKey(publicKey);
	const der = new Uint8Array(SPKI_BYTES);
	der.set(PREFIX);
	der.set(publicKey, PREFIX.length);
	return der;
}

/** The 32 bytes inside SPKI DER. Throws OrderRefusedError `bad-key` for another algorithm, another length, a point of small order. */
export function publicKeyFromSpki(der: Uint8Array): Uint8Array<ArrayBuffer> {
	if (der.length !== SPKI_BYTES || !equalBytes(der.subarray(0, PREFIX.length), Uint8Array.from(PREFIX)))
		throw new OrderRefusedError(
			"bad-key",
			`Expected the ${SPKI_BYTES} bytes of an Ed25519 public key (SPKI DER), got ${der.length} other ones`,
		);
	const publicKey = der.slice(PREFIX.length);
	checkPublicKey(publicKey);
	return publicKey;
}

/** The name of a key in an envelope: the hex SHA-256 of its SPKI DER. Throws OrderRefusedError `bad-key`. */
export function keyIdOf(publicKey: Uint8Array): string {
	return sha256Hex(spkiFromPublicKey(publicKey));
}

function checkPublicKey(publicKey: Uint8Array): void {
	if (!isPublicKey(publicKey))
		throw new OrderRefusedError(
			"bad-key",
			`Expected an Ed25519 public key of ${PUBLIC_KEY_BYTES} bytes, a point of large order; got ${publicKey.length} bytes that are none`,
		);
}
