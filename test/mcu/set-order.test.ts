// Requirements: R30
import { createHash } from "node:crypto";
import test from "ava";
import { imageFacts } from "../../hosts/emulator/processor-image.js";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import { canonicalVersion } from "../../modules/modem/version.js";
import { OrderStore } from "../../modules/order/order-store.js";
import { hexFromBytes } from "../../modules/storage/bytes.js";
import { testPublicKey } from "../support/orders.js";
import { signedEnvelope } from "../support/signing.js";
import { fileOf, imageOf, NEW, OTHERS, SET_PAYLOAD, SET_SIGNATURE, setEnvelope } from "./set-order.js";

test("the set's order is signed with the key of the tests, and names the images that it says", (t) => {
	const { signatures } = JSON.parse(Buffer.from(signedEnvelope(JSON.parse(SET_PAYLOAD))).toString()) as {
		signatures: { sig: string }[];
	};
	t.is(signatures[0]?.sig, SET_SIGNATURE);
	const orders = new OrderStore({ store: new MemoryStore(), canonicalVersion });
	const { order } = orders.offer(setEnvelope(), testPublicKey());
	for (const name of OTHERS) {
		const image = imageOf(name, NEW);
		t.like(
			order.elements.find((element) => element.name === name),
			{
				file: { image: fileOf(name), sha256: createHash("sha256").update(image).digest("hex") },
				sizeBytes: image.length,
				hash: hexFromBytes(imageFacts(image)?.hash ?? new Uint8Array()),
			},
		);
	}
});
