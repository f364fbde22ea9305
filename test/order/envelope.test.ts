// Requirements: P9, R14, R29
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import {
	ENVELOPE_BYTES_MAX,
	ORDER_PAYLOAD_TYPE,
	openEnvelope,
	preAuthEncoding,
	SIGNATURES_MAX,
} from "../../modules/order/envelope.js";
import { OrderRefusedError } from "../../modules/order/order-refused-error.js";
import { keyIdOf, publicKeyFromSpki } from "../../modules/order/spki.js";
import { COMPANY, envelopeOf, jsonBytes, ORDER, STRANGER, signatureOf, signedOrder } from "./support.js";

const PAYLOAD = jsonBytes(ORDER);
const GOOD = envelopeOf(PAYLOAD);

function reasonFor(envelope: Uint8Array | object, publicKey = COMPANY.publicKey): string {
	try {
		openEnvelope(envelope instanceof Uint8Array ? envelope : jsonBytes(envelope), publicKey);
		return "opened";
	} catch (error) {
		if (!(error instanceof OrderRefusedError)) throw error;
		if (!/^Expected .*(got|:)/s.test(error.message)) throw error;
		return error.reason;
	}
}

test("the bytes that are signed are those of the DSSE specification's vector", (t) => {
	const encoding = preAuthEncoding("http://example.com/HelloWorld", Buffer.from("hello world"));
	t.is(Buffer.from(encoding).toString(), "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
	t.is(Buffer.from(preAuthEncoding("t", new Uint8Array())).toString(), "DSSEv1 1 t 0 ");
});

test("P9: an envelope signed with the company's key opens; standard and URL-safe base64 alike", (t) => {
	t.deepEqual(openEnvelope(jsonBytes(GOOD), COMPANY.publicKey), Uint8Array.from(PAYLOAD));
	// The spare byte makes "-" or "_" certain to occur.
	const payload = jsonBytes({ ...ORDER, note: ">>>???" });
	const envelope = envelopeOf(payload);
	const { keyid, sig } = signatureOf(payload);
	const forms = [
		(text: string) => text.replaceAll("+", "-").replaceAll("/", "_"),
		(text: string) => text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""),
	];
	for (const form of forms)
		t.is(
			reasonFor({ ...envelope, payload: form(envelope.payload), signatures: [{ keyid, sig: form(sig) }] }),
			"opened",
		);
});

test("P9: a signature that openssl made of the encoding opens the envelope", (t) => {
	const directory = mkdtempSync(join(tmpdir(), "update-window-"));
	t.teardown(() => rmSync(directory, { recursive: true }));
	const file = (name: string) => join(directory, name);
	execFileSync("openssl", ["genpkey", "-algorithm", "ed25519", "-out", file("private.pem")]);
	execFileSync("openssl", [
		"pkey",
		"-in",
		file("private.pem"),
		"-pubout",
		"-outform",
		"DER",
		"-out",
		file("public.der"),
	]);
	writeFileSync(file("pae"), preAuthEncoding(ORDER_PAYLOAD_TYPE, PAYLOAD));
	execFileSync("openssl", [
		"pkeyutl",
		"-sign",
		"-rawin",
		"-inkey",
		file("private.pem"),
		"-in",
		file("pae"),
		"-out",
		file("sig"),
	]);
	const publicKey = publicKeyFromSpki(new Uint8Array(readFileSync(file("public.der"))));
	const signature = { keyid: keyIdOf(publicKey), sig: readFileSync(file("sig")).toString("base64") };
	t.is(reasonFor({ ...GOOD, signatures: [signature] }, publicKey), "opened");
	t.is(reasonFor({ ...GOOD, signatures: [signature] }), "wrong-key");
	t.is(reasonFor({ ...GOOD, signatures: [{ sig: signature.sig }] }), "bad-signature");
});

test("P9: exactly one signature must verify; those of other keys may stand beside it", (t) => {
	const ours = signatureOf(PAYLOAD);
	const theirs = signatureOf(PAYLOAD, STRANGER);
	const cases = [
		[[ours], "opened"],
		[[theirs, ours], "opened"],
		[[{ sig: ours.sig }], "opened"],
		[[{ keyid: "", sig: ours.sig }], "opened"],
		[[{ sig: theirs.sig }, ours], "opened"],
		[[ours, ours], "bad-signature"],
		[[theirs], "wrong-key"],
		[[{ ...ours, keyid: theirs.keyid }], "wrong-key"],
		[[{ ...theirs, keyid: ours.keyid }], "bad-signature"],
		[[{ sig: theirs.sig }], "bad-signature"],
		[Array(SIGNATURES_MAX).fill(theirs), "wrong-key"],
		[Array(SIGNATURES_MAX + 1).fill(theirs), "too-long"],
		[[], "malformed-envelope"],
	] as const;
	for (const [signatures, reason] of cases)
		t.is(reasonFor({ ...GOOD, signatures }), reason, JSON.stringify(signatures));
});

test("P9: a signature covers the payload type: one for something else does not open an order", (t) => {
	const elsewhere = signatureOf(PAYLOAD, COMPANY, "application/vnd.in-toto+json");
	t.is(reasonFor({ ...GOOD, signatures: [elsewhere] }), "bad-signature");
	t.is(reasonFor({ ...GOOD, payloadType: "application/vnd.in-toto+json" }), "wrong-payload-type");
	t.is(reasonFor({ ...GOOD, payloadType: ORDER_PAYLOAD_TYPE.toUpperCase() }), "wrong-payload-type");
	t.is(reasonFor({ ...GOOD, payloadType: 5 }), "malformed-envelope");
});

test("P9: hostile envelopes are refused with a name", (t) => {
	const [signature] = GOOD.signatures;
	const cases: [string, Uint8Array | object][] = [
		["an empty file", new Uint8Array()],
		["no object", jsonBytes([GOOD])],
		["null", jsonBytes(null)],
		["an unknown field", { ...GOOD, unknown: 1 }],
		["an unknown field in a signature", { ...GOOD, signatures: [{ ...signature, cert: "" }] }],
		[
			"a field of Object.prototype",
			new Uint8Array(Buffer.from(`{"__proto__":{},${JSON.stringify(GOOD).slice(1)}`)),
		],
		["no payload", { ...GOOD, payload: undefined }],
		["a payload that is no text", { ...GOOD, payload: { length: 4 } }],
		["a payload that is no base64", { ...GOOD, payload: "####" }],
		["signatures that are no list", { ...GOOD, signatures: { length: 1, 0: signature } }],
		["a signature that is null", { ...GOOD, signatures: [null] }],
		["a signature of 63 bytes", { ...GOOD, signatures: [{ sig: Buffer.alloc(63).toString("base64") }] }],
		["a key id that is a number", { ...GOOD, signatures: [{ ...signature, keyid: 1 }] }],
		["a key id without end", { ...GOOD, signatures: [{ ...signature, keyid: "a".repeat(200) }] }],
		["JSON without end", new Uint8Array(Buffer.from("[".repeat(ENVELOPE_BYTES_MAX)))],
		["bytes that are not ASCII", new Uint8Array(Buffer.from(`${JSON.stringify(GOOD)}é`))],
		["a byte order mark", new Uint8Array(Buffer.from(`\uFEFF${JSON.stringify(GOOD)}`))],
		["two envelopes", new Uint8Array(Buffer.from(JSON.stringify(GOOD).repeat(2)))],
	];
	for (const [what, envelope] of cases) t.is(reasonFor(envelope), "malformed-envelope", what);
	t.is(reasonFor(new Uint8Array(ENVELOPE_BYTES_MAX + 1)), "too-long");
	t.is(reasonFor(jsonBytes(GOOD), new Uint8Array(32)), "bad-key");
	t.is(reasonFor(jsonBytes(GOOD), new Uint8Array(5)), "bad-key");
});

test("P9: an envelope cut off at any byte is refused", (t) => {
	const whole = jsonBytes(GOOD);
	for (let length = 0; length < whole.length; length++)
		t.is(reasonFor(whole.slice(0, length)), "malformed-envelope", `${length} bytes`);
});

test("P9: whatever byte of an envelope is changed, the payload is the signed one or there is none", (t) => {
	const whole = jsonBytes(GOOD);
	for (let i = 0; i < whole.length; i++) {
		const flipped = whole.slice();
		flipped[i]! ^= 1 << (i % 7);
		try {
			t.deepEqual(openEnvelope(flipped, COMPANY.publicKey), Uint8Array.from(PAYLOAD));
		} catch (error) {
			t.true(error instanceof OrderRefusedError, `byte ${i}: ${error}`);
		}
	}
});

test("P9: random JSON and random bytes are refused with a name", (t) => {
	fc.assert(
		fc.property(fc.oneof(fc.json().map(Buffer.from), fc.uint8Array({ maxLength: 200 })), (bytes) => {
			t.is(reasonFor(new Uint8Array(bytes)), "malformed-envelope");
		}),
	);
});

test("P9: an order signed by anybody else is never opened", (t) => {
	t.is(reasonFor(signedOrder(ORDER, STRANGER)), "wrong-key");
});
