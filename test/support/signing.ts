import { ORDER_PAYLOAD_TYPE, preAuthEncoding } from "../../modules/order/envelope.js";
import { keyIdOf } from "../../modules/order/spki.js";
import { encodeBase64 } from "../../modules/storage/base64.js";
import { bytesFromAscii, hexFromBytes } from "../../modules/storage/bytes.js";
import { TEST_SEED_BYTE, testPublicKey } from "./orders.js";

/** PKCS#8 of an Ed25519 key, up to its seed (RFC 8410). */
const PKCS8_PREFIX_HEX = "302e020100300506032b657004220420";

/** Envelopes by the text of their orders. */
export type SignedOrders = Readonly<Record<string, string>>;

let signedBefore: SignedOrders = {};

/** XS cannot sign: it is told beforehand what Node has signed. */
export function takeSigned(orders: SignedOrders): void {
	signedBefore = orders;
}

/** What takeSigned() takes. */
export function signAll(orders: readonly object[]): SignedOrders {
	const texts = new Set(orders.map((order) => JSON.stringify(order)));
	return Object.fromEntries(Array.from(texts, (text) => [text, envelopeOf(text)]));
}

/** Any order, signed with the key of the tests. */
export function signedEnvelope(order: object): Uint8Array {
	const text = JSON.stringify(order);
	return bytesFromAscii(signedBefore[text] ?? envelopeOf(text));
}

function envelopeOf(text: string): string {
	const payload = bytesFromAscii(text);
	return JSON.stringify({
		payload: encodeBase64(payload),
		payloadType: ORDER_PAYLOAD_TYPE,
		signatures: [
			{
				keyid: keyIdOf(testPublicKey()),
				sig: encodeBase64(signatureOf(preAuthEncoding(ORDER_PAYLOAD_TYPE, payload))),
			},
		],
	});
}

/** Node's crypto is asked for when it is needed, so that what imports this is loaded into XS as well. */
function signatureOf(message: Uint8Array): Uint8Array {
	const { createPrivateKey, sign } = process.getBuiltinModule("node:crypto");
	const seed = new Uint8Array(32).fill(TEST_SEED_BYTE);
	const der = Buffer.from(`${PKCS8_PREFIX_HEX}${hexFromBytes(seed)}`, "hex");
	return new Uint8Array(sign(null, message, createPrivateKey({ key: der, format: "der", type: "pkcs8" })));
}
