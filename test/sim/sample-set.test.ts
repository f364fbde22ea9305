// Requirements: P5, R23
/** The sample set is data, so that it can be used where nothing can sign: what it says has to be so. */
import { createHash, createPrivateKey, sign } from "node:crypto";
import test from "ava";
import { imageFacts } from "../../hosts/emulator/processor-image.js";
import { TEST_SEED_BYTE, testPublicKey } from "../../hosts/sim/sample-orders.js";
import {
	OTHER_NAMES,
	OTHER_VERSIONS,
	SIGNED_SETS,
	sampleFiles,
	sampleImage,
	setEnvelope,
} from "../../hosts/sim/sample-set.js";
import { canonicalVersion } from "../../modules/modem/version.js";
import { openEnvelope, preAuthEncoding } from "../../modules/order/envelope.js";
import { parseOrder } from "../../modules/order/order.js";
import { bytesFromAscii, hexFromBytes } from "../../modules/storage/bytes.js";

const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

test("the sample sets are signed with the key of the tests", (t) => {
	const der = Buffer.concat([PKCS8_PREFIX, Buffer.alloc(32, TEST_SEED_BYTE)]);
	const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
	t.is(Object.keys(SIGNED_SETS).length, 5);
	for (const [name, { payload, signature }] of Object.entries(SIGNED_SETS)) {
		const pae = preAuthEncoding("application/vnd.update-window.order+json", bytesFromAscii(payload));
		t.is(sign(null, pae, key).toString("base64"), signature, name);
	}
});

for (const model of ["HL7692", "HL7800"] as const)
	for (const source of ["avms", "local", "none"] as const)
		test(`P5: the set for an ${model} by ${source} names the sizes and hashes of the files that are there`, (t) => {
			const payload = openEnvelope(setEnvelope(model, source), testPublicKey());
			const { elements } = parseOrder(payload, { canonicalVersion });
			const files = sampleFiles(model);
			t.is(elements.length, source === "none" ? 3 : 4);
			for (const element of elements) {
				const { file } = element;
				if (!file) {
					t.deepEqual([element.name, source], ["modem", "avms"]);
					continue;
				}
				const bytes = files[file.image] ?? new Uint8Array();
				t.is(bytes.length, element.sizeBytes);
				t.is(createHash("sha256").update(bytes).digest("hex"), file.sha256);
				if (element.kind === "modem") continue;
				const facts = imageFacts(bytes);
				t.deepEqual(
					[facts?.version, hexFromBytes(facts?.hash ?? new Uint8Array())],
					[element.to, element.hash],
				);
			}
		});

test("two images of one element differ, and so do those of two elements", (t) => {
	const hashes = OTHER_NAMES.flatMap((name) =>
		OTHER_VERSIONS.map((version) =>
			hexFromBytes(imageFacts(sampleImage(name, version))?.hash ?? new Uint8Array()),
		),
	);
	t.is(new Set(hashes).size, 6);
});
