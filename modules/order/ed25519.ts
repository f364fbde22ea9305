import { Point } from "@noble/ed25519";
import { equalBytes } from "../storage/bytes.js";
import { sha512 } from "./digest.js";

export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

const GROUP_ORDER = 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn;
const SCALAR_BITS = 253;

/** Whether 32 bytes are a public key to trust: the one encoding of a point on the curve, and none of the eight of small order. */
export function isPublicKey(publicKey: Uint8Array): boolean {
	return pointOfKey(publicKey) !== undefined;
}

/**
 * Whether `signature` is the Ed25519 signature of `message` by `publicKey` (RFC 8032, section 5.1.7), read as strictly as
 * it can be: the encodings of S, of the key and of R must be the canonical ones, the key not of small order, and the
 * equation holds without the cofactor, as openssl checks it. False, never an error, for anything else.
 *
 * The equation is worked out here, on the points of `@noble/ed25519`, because that package's `verify` first computes
 * a table of 4224 multiples of the base point and keeps it for ever: more memory than an MCU has. One pass over both scalars
 * keeps nothing, and costs 1.7 million computrons on XS where a first `verify` of the package costs 11.4 million.
 */
export function verifyEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
	if (signature.length !== SIGNATURE_BYTES) return false;
	const key = pointOfKey(publicKey);
	if (!key) return false;
	const encodedR = signature.subarray(0, 32);
	const s = numberFromLittleEndian(signature.subarray(32));
	if (s >= GROUP_ORDER) return false;
	const k = numberFromLittleEndian(sha512(concatenated(encodedR, publicKey, message))) % GROUP_ORDER;
	return equalBytes(sumOfProducts(s, Point.BASE, k, key.negate()).toBytes(), encodedR);
}

function pointOfKey(publicKey: Uint8Array): Point | undefined {
	if (publicKey.length !== PUBLIC_KEY_BYTES) return undefined;
	try {
		const point = Point.fromBytes(publicKey, false);
		return point.double().double().double().is0() ? undefined : point;
	} catch {
		return undefined; // not on the curve, or not the canonical encoding
	}
}

/** `a * p + b * q`, by doubling once a bit for both. The time depends on the scalars: nothing here is a secret. */
function sumOfProducts(a: bigint, p: Point, b: bigint, q: Point): Point {
	const both = p.add(q);
	let sum = Point.ZERO;
	for (let bit = BigInt(SCALAR_BITS - 1); bit >= 0n; bit--) {
		sum = sum.double();
		const inA = (a >> bit) & 1n;
		const inB = (b >> bit) & 1n;
		if (inA && inB) sum = sum.add(both);
		else if (inA) sum = sum.add(p);
		else if (inB) sum = sum.add(q);
	}
	return sum;
}

function numberFromLittleEndian(bytes: Uint8Array): bigint {
	let hex = "0x";
	for (let i = bytes.length - 1; i >= 0; i--) hex += (bytes[i] as number).toString(16).padStart(2, "0");
	return BigInt(hex);
}

function concatenated(...parts: Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
