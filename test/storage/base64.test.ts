// Requirements: P9, R29
import test from "ava";
import fc from "fast-check";
import { decodeBase64, encodeBase64 } from "../../modules/storage/base64.js";

// RFC 4648, section 10.
const VECTORS = [
	["", ""],
	["f", "Zg=="],
	["fo", "Zm8="],
	["foo", "Zm9v"],
	["foob", "Zm9vYg=="],
	["fooba", "Zm9vYmE="],
	["foobar", "Zm9vYmFy"],
] as const;

test("base64 gives the vectors of RFC 4648, both ways", (t) => {
	for (const [plain, encoded] of VECTORS) {
		t.is(encodeBase64(Buffer.from(plain)), encoded);
		t.deepEqual(Buffer.from(decodeBase64(encoded)).toString(), plain);
		t.deepEqual(Buffer.from(decodeBase64(encoded.replaceAll("=", ""))).toString(), plain);
	}
});

test("base64 of any bytes is Node's, and comes back from the standard and the URL-safe form", (t) => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
			const encoded = Buffer.from(bytes).toString("base64");
			t.is(encodeBase64(bytes), encoded);
			const urlSafe = encoded.replaceAll("+", "-").replaceAll("/", "_");
			for (const form of [encoded, urlSafe, Buffer.from(bytes).toString("base64url")])
				t.deepEqual(decodeBase64(form), Uint8Array.from(bytes));
		}),
	);
});

test("P9: no two texts of the same form are the same bytes, and what is no base64 is named", (t) => {
	const refused = [
		"Z",
		"Zg=",
		"Zg===",
		"Z===",
		"=",
		"====",
		"Zh==",
		"Zm 9v",
		"Zm9v\n",
		"Z-+v",
		"_/8=",
		"+w",
		"Zg==Zg==",
		"Zm9é",
	];
	for (const text of refused) {
		t.throws(() => decodeBase64(text), { name: "Base64Error", message: /^Expected .*got/s }, text);
	}
	t.throws(() => decodeBase64("Zm9"), { message: /unused bits/ });
});

test("P9: whatever text is decoded, encoding the result gives the text back", (t) => {
	fc.assert(
		fc.property(fc.string({ maxLength: 12, unit: fc.constantFrom(..."AZaz09+/-_= \n") }), (text) => {
			let bytes: Uint8Array;
			try {
				bytes = decodeBase64(text);
			} catch (error) {
				t.is((error as Error).name, "Base64Error");
				return;
			}
			const forms = [Buffer.from(bytes).toString("base64"), Buffer.from(bytes).toString("base64url")];
			const padded = forms[0]?.replaceAll("+", "-").replaceAll("/", "_");
			t.true([...forms, padded].includes(text), JSON.stringify(text));
		}),
	);
});
