// Requirements: R30
import test from "ava";
import {
	SIGNED_ORDER_NAMES,
	signedOrderEnvelope,
	signedOrderKey,
	signedOrderPayload,
} from "../support/signed-orders.js";
import { COMPANY, signatureOf } from "./support.js";

test("the orders signed beforehand are what the key signs today", (t) => {
	t.deepEqual([...signedOrderKey()], [...COMPANY.publicKey]);
	t.true(SIGNED_ORDER_NAMES.length > 0);
	for (const name of SIGNED_ORDER_NAMES) {
		const envelope = JSON.parse(Buffer.from(signedOrderEnvelope(name)).toString());
		t.deepEqual(envelope.signatures, [signatureOf(Buffer.from(signedOrderPayload(name)))]);
	}
});
