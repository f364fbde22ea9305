import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { ORDER_PAYLOAD_TYPE, preAuthEncoding } from "../../modules/order/envelope.js";
import type { CanonicalVersion } from "../../modules/order/order-elements.js";
import { keyIdOf, publicKeyFromSpki } from "../../modules/order/spki.js";

export interface TestKey {
	privateKey: KeyObject;
	/** 32 bytes. */
	publicKey: Uint8Array;
	keyId: string;
}

/** A key whose seed is 32 times `fill`: the same in every run. */
export function testKey(fill: number): TestKey {
	// PKCS#8 of an Ed25519 seed (RFC 8410, section 7).
	const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, fill)]);
	const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
	const spki = createPublicKey(privateKey).export({ type: "spki", format: "der" });
	const publicKey = publicKeyFromSpki(new Uint8Array(spki));
	return { privateKey, publicKey, keyId: keyIdOf(publicKey) };
}

export const COMPANY = testKey(1);
export const STRANGER = testKey(2);

export const MODEM = {
	name: "modem",
	kind: "modem",
	model: "HL7800",
	from: ["HL7800.4.4.14.0"],
	to: "HL7800.4.5.4.0",
	sizeBytes: 1_234_567,
	sources: ["avms"],
};
export const ORDER = { schema: 1, sequence: 7, elements: [MODEM] };

export function jsonBytes(value: unknown): Uint8Array {
	return new Uint8Array(Buffer.from(JSON.stringify(value)));
}

export function signatureOf(
	payload: Uint8Array,
	key: TestKey = COMPANY,
	payloadType: string = ORDER_PAYLOAD_TYPE,
): { keyid: string; sig: string } {
	const signature = sign(null, preAuthEncoding(payloadType, payload), key.privateKey);
	return { keyid: key.keyId, sig: signature.toString("base64") };
}

/** An envelope as an object, to be damaged before it becomes bytes. */
export function envelopeOf(payload: Uint8Array, key: TestKey = COMPANY) {
	return {
		payload: Buffer.from(payload).toString("base64"),
		payloadType: ORDER_PAYLOAD_TYPE,
		signatures: [signatureOf(payload, key)] as object[],
	};
}

export function signedOrder(order: unknown, key: TestKey = COMPANY): Uint8Array {
	return jsonBytes(envelopeOf(jsonBytes(order), key));
}

/** A grammar small enough to see: four numbers after the model, leading zeros dropped. */
export const canonicalVersion: CanonicalVersion = (text, model) => {
	const fields = /^(\w+)\.(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
	if (!fields || fields[1] !== model) throw new RangeError(`Expected ${model}.a.b.c.d, got ${text}`);
	return [model, ...fields.slice(2).map(Number)].join(".");
};
