import { decodeBase64 } from "../storage/base64.js";
import { bytesFromAscii } from "../storage/bytes.js";
import { SIGNATURE_BYTES, verifyEd25519 } from "./ed25519.js";
import { isObject, type JsonObject, parseJson, shown } from "./json.js";
import { OrderRefusedError } from "./order-refused-error.js";
import { keyIdOf } from "./spki.js";

/** The `payloadType` of an update order. */
export const ORDER_PAYLOAD_TYPE = "application/vnd.update-window.order+json";
/** The longest envelope that is read. */
export const ENVELOPE_BYTES_MAX = 24_576;
/** More signatures than these are refused unread: each costs a verification. */
export const SIGNATURES_MAX = 4;

const KEY_ID_CHARACTERS_MAX = 128;
const ENVELOPE_FIELDS = ["payload", "payloadType", "signatures"] as const;
const SIGNATURE_FIELDS = ["keyid", "sig"] as const;

export interface EnvelopeSignature {
	/** The name of the key that signed; undefined where the envelope names none. */
	keyId: string | undefined;
	/** 64 bytes. */
	bytes: Uint8Array<ArrayBuffer>;
}

/** A DSSE v1 envelope whose signatures nobody has verified. */
export interface Envelope {
	payload: Uint8Array<ArrayBuffer>;
	/** 1 to SIGNATURES_MAX. */
	signatures: EnvelopeSignature[];
}

/** DSSE's pre-authentication encoding, the bytes that are signed: "DSSEv1 LEN(type) type LEN(payload) payload". */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array<ArrayBuffer> {
	const head = bytesFromAscii(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `);
	const encoding = new Uint8Array(head.length + payload.length);
	encoding.set(head);
	encoding.set(payload, head.length);
	return encoding;
}

/**
 * Reads an envelope (JSON form of DSSE v1) for an order and verifies nothing. Fields other than DSSE's are refused.
 * Throws OrderRefusedError: `too-long`, `malformed-envelope`, `wrong-payload-type`.
 */
export function readEnvelope(bytes: Uint8Array): Envelope {
	if (bytes.length > ENVELOPE_BYTES_MAX)
		throw new OrderRefusedError(
			"too-long",
			`Expected an envelope of at most ${ENVELOPE_BYTES_MAX} bytes, got ${bytes.length}`,
		);
	const envelope = asEnvelopeObject(bytes);
	if (typeof envelope.payloadType !== "string")
		throw malformed(`Expected payloadType to be a string, got ${shown(envelope.payloadType)}`);
	if (envelope.payloadType !== ORDER_PAYLOAD_TYPE)
		throw new OrderRefusedError(
			"wrong-payload-type",
			`Expected payloadType ${ORDER_PAYLOAD_TYPE}, got ${shown(envelope.payloadType)}`,
		);
	const { signatures } = envelope;
	if (!Array.isArray(signatures) || signatures.length === 0)
		throw malformed(`Expected signatures to be a list of at least one, got ${shown(signatures)}`);
	if (signatures.length > SIGNATURES_MAX)
		throw new OrderRefusedError(
			"too-long",
			`Expected at most ${SIGNATURES_MAX} signatures, got ${signatures.length}`,
		);
	return { payload: bytesOf(envelope.payload, "payload"), signatures: signatures.map(readSignature) };
}

/**
 * The payload of an envelope, once exactly one of its signatures was verified with `publicKey` (32 bytes). A signature
 * that names another key is not tried: the name only narrows what is tried, as DSSE has it, and proves nothing.
 * Throws OrderRefusedError: what readEnvelope throws, `bad-key`, `wrong-key`, `bad-signature`.
 */
export function openEnvelope(bytes: Uint8Array, publicKey: Uint8Array): Uint8Array<ArrayBuffer> {
	const { payload, signatures } = readEnvelope(bytes);
	const keyId = keyIdOf(publicKey);
	const candidates = signatures.filter((signature) => (signature.keyId ?? keyId) === keyId);
	if (candidates.length === 0)
		throw new OrderRefusedError(
			"wrong-key",
			`Expected a signature by key ${keyId}, got one by ${signatures.map(({ keyId }) => keyId).join(", ")}`,
		);
	const signed = preAuthEncoding(ORDER_PAYLOAD_TYPE, payload);
	const verified = candidates.filter((signature) => verifyEd25519(signature.bytes, signed, publicKey));
	if (verified.length !== 1)
		throw new OrderRefusedError(
			"bad-signature",
			`Expected exactly one signature that verifies with key ${keyId}, got ${verified.length} of ${signatures.length}`,
		);
	return payload;
}

function asEnvelopeObject(bytes: Uint8Array): JsonObject {
	let value: unknown;
	try {
		value = parseJson(bytes);
	} catch (error) {
		throw malformed(`Expected a whole DSSE envelope in ${bytes.length} bytes. ${(error as Error).message}`);
	}
	return objectWith(value, ENVELOPE_FIELDS, "the envelope");
}

function readSignature(value: unknown, index: number): EnvelopeSignature {
	const path = `signatures[${index}]`;
	const { keyid, sig } = objectWith(value, SIGNATURE_FIELDS, path);
	if (keyid !== undefined && (typeof keyid !== "string" || keyid.length > KEY_ID_CHARACTERS_MAX))
		throw malformed(
			`Expected ${path}.keyid to be a string of at most ${KEY_ID_CHARACTERS_MAX} characters, got ${shown(keyid)}`,
		);
	const bytes = bytesOf(sig, `${path}.sig`);
	if (bytes.length !== SIGNATURE_BYTES)
		throw malformed(`Expected ${path}.sig to hold ${SIGNATURE_BYTES} bytes, got ${bytes.length}`);
	// DSSE: "Empty fields may be omitted", so an empty keyid is an absent one.
	return { keyId: keyid || undefined, bytes };
}

function objectWith(value: unknown, fields: readonly string[], path: string): JsonObject {
	if (!isObject(value)) throw malformed(`Expected ${path} to be an object, got ${shown(value)}`);
	for (const field of Object.keys(value))
		if (!fields.includes(field))
			throw malformed(`Expected only ${fields.join(", ")} in ${path}, got ${shown(field)}`);
	return value;
}

function bytesOf(value: unknown, path: string): Uint8Array<ArrayBuffer> {
	if (typeof value !== "string") throw malformed(`Expected ${path} to be base64, got ${shown(value)}`);
	try {
		return decodeBase64(value);
	} catch (error) {
		throw malformed(`Expected ${path} to be base64. ${(error as Error).message}`);
	}
}

function malformed(message: string): OrderRefusedError {
	return new OrderRefusedError("malformed-envelope", message);
}
