import { createPrivateKey, sign } from "node:crypto";
import { ORDER_PAYLOAD_TYPE, preAuthEncoding } from "../../modules/order/envelope.js";
import { keyIdOf } from "../../modules/order/spki.js";
import { encodeBase64 } from "../../modules/storage/base64.js";
import { TEST_SEED_BYTE, testPublicKey } from "./orders.js";

/** PKCS#8 of an Ed25519 key, up to its seed (RFC 8410). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** Any order, signed with the key of the tests. */
export function signedEnvelope(order: object): Uint8Array {
	const der = Buffer.concat([PKCS8_PREFIX, Buffer.alloc(32, TEST_SEED_BYTE)]);
	const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
	const payload = Uint8Array.from(Buffer.from(JSON.stringify(order)));
	const signature = sign(null, preAuthEncoding(ORDER_PAYLOAD_TYPE, payload), key);
	return Uint8Array.from(
		Buffer.from(
			JSON.stringify({
				payload: encodeBase64(payload),
				payloadType: ORDER_PAYLOAD_TYPE,
				signatures: [{ keyid: keyIdOf(testPublicKey()), sig: encodeBase64(signature) }],
			}),
		),
	);
}
