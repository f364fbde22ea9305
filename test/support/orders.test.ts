// Requirements: R30
import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import test from "ava";
import { preAuthEncoding } from "../../modules/order/envelope.js";
import { bytesFromAscii } from "../../modules/storage/bytes.js";
import { SIGNED, TEST_SEED_BYTE, testPublicKey } from "./orders.js";

const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

test("the orders of the tests are signed with the key of the tests", (t) => {
	const der = Buffer.concat([PKCS8_PREFIX, Buffer.alloc(32, TEST_SEED_BYTE)]);
	const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
	const spki = createPublicKey(key).export({ type: "spki", format: "der" });
	t.deepEqual(Uint8Array.from(spki.subarray(12)), testPublicKey());
	for (const [name, { payload, signature }] of Object.entries(SIGNED)) {
		const pae = preAuthEncoding("application/vnd.update-window.order+json", bytesFromAscii(payload));
		t.is(sign(null, pae, key).toString("base64"), signature, name);
	}
});
