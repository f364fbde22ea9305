// Requirements: P9, R14, R19
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { ENVELOPE_BYTES_MAX, ORDER_PAYLOAD_TYPE, preAuthEncoding } from "../../modules/order/envelope.js";
import { temporaryDirectory, updateWindow } from "./support.js";

const KEYS = mkdtempSync(join(tmpdir(), "update-window-keys-"));
const KEY = join(KEYS, "a", "private.pem");
const PUBLIC = join(KEYS, "a", "public.pem");
const OTHER_PUBLIC = join(KEYS, "b", "public.pem");
test.before((t) => {
	t.is(updateWindow("key", "new", "--out", join(KEYS, "a")).status, 0);
	t.is(updateWindow("key", "new", "--out", join(KEYS, "b")).status, 0);
});
test.after.always(() => rmSync(KEYS, { recursive: true, force: true }));

const FIELDS = {
	"--element": "modem",
	"--model": "HL7800",
	"--from": "HL7800.4.4.14.0",
	"--to": "HL7800.4.5.4.0",
	"--size": "1234567",
	"--sequence": "7",
};

function newOrder(out: string, change: Record<string, string | undefined> = {}, ...more: string[]) {
	const fields = Object.entries({ ...FIELDS, ...change }).filter(([, value]) => value !== undefined);
	return updateWindow("order", "new", ...(fields.flat() as string[]), ...more, "--out", out);
}

test("an order goes from new over sign to verify and show", (t) => {
	const directory = temporaryDirectory(t);
	const [order, envelope] = [join(directory, "order.json"), join(directory, "order.dsse")];
	t.deepEqual(newOrder(order, {}, "--from", "HL7800.4.3.9.0", "--adopt"), { status: 0, out: "", err: "" });
	t.deepEqual(JSON.parse(readFileSync(order, "utf8")), {
		schema: 1,
		sequence: 7,
		adopt: true,
		elements: [
			{
				name: "modem",
				kind: "modem",
				model: "HL7800",
				from: ["HL7800.4.4.14.0", "HL7800.4.3.9.0"],
				to: "HL7800.4.5.4.0",
				sizeBytes: 1_234_567,
				sources: ["avms"],
			},
		],
	});
	t.deepEqual(updateWindow("order", "sign", order, "--key", KEY, "--out", envelope), {
		status: 0,
		out: "",
		err: "",
	});
	const verified = updateWindow("order", "verify", envelope, "--key", PUBLIC);
	t.like(verified, { status: 0, err: "" });
	for (const part of [
		"order 7",
		"HL7800.4.4.14.0",
		"HL7800.4.3.9.0",
		"HL7800.4.5.4.0",
		"1234567",
		"avms",
		"adopt",
	])
		t.true(verified.out.includes(part), part);
	t.regex(updateWindow("order", "show", order).out, /^not signed\norder 7/);
	t.regex(
		updateWindow("order", "show", envelope).out,
		/^signed by key [0-9a-f]{64} \(not verified\)\norder 7/,
	);
	t.deepEqual(readdirSync(directory).sort(), ["order.dsse", "order.json"]);
});

test("P9: openssl verifies what order sign signed, over DSSE's encoding of the very bytes of the file", (t) => {
	const directory = temporaryDirectory(t);
	const file = (name: string) => join(directory, name);
	newOrder(file("order.json"));
	updateWindow("order", "sign", file("order.json"), "--key", KEY, "--out", file("order.dsse"));
	const envelope = JSON.parse(readFileSync(file("order.dsse"), "utf8"));
	t.is(envelope.payloadType, ORDER_PAYLOAD_TYPE);
	const payload = Buffer.from(envelope.payload, "base64");
	t.deepEqual(payload, readFileSync(file("order.json")));
	writeFileSync(file("pae"), preAuthEncoding(ORDER_PAYLOAD_TYPE, payload));
	writeFileSync(file("sig"), Buffer.from(envelope.signatures[0].sig, "base64"));
	const out = execFileSync(
		"openssl",
		["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", PUBLIC, "-in", file("pae"), "-sigfile", file("sig")],
		{ encoding: "utf8" },
	);
	t.regex(out, /Verified Successfully/);
});

test("P9: order verify refuses what the product refuses, with its reason", (t) => {
	const directory = temporaryDirectory(t);
	const file = (name: string) => join(directory, name);
	newOrder(file("order.json"));
	updateWindow("order", "sign", file("order.json"), "--key", KEY, "--out", file("order.dsse"));
	const envelope = JSON.parse(readFileSync(file("order.dsse"), "utf8"));
	const variants: [string, string, string, string][] = [
		["another key", readFileSync(file("order.dsse"), "utf8"), OTHER_PUBLIC, "wrong-key"],
		["cut off", readFileSync(file("order.dsse"), "utf8").slice(0, 300), PUBLIC, "malformed-envelope"],
		["not signed", readFileSync(file("order.json"), "utf8"), PUBLIC, "malformed-envelope"],
		[
			"changed",
			JSON.stringify({
				...envelope,
				payload: Buffer.from(readFileSync(file("order.json"), "utf8").replace("1234567", "1234568")).toString(
					"base64",
				),
			}),
			PUBLIC,
			"bad-signature",
		],
	];
	for (const [what, content, key, reason] of variants) {
		writeFileSync(file("variant"), content);
		const { status, out, err } = updateWindow("order", "verify", file("variant"), "--key", key);
		t.is(status, 66, what);
		t.is(out, "");
		t.regex(err, new RegExp(`^error: .*variant is refused, ${reason}\\. Expected .*\n$`));
	}
});

test("files that cannot be read, and keys that are none, are status 66 with a sentence", (t) => {
	const directory = temporaryDirectory(t);
	const [order, out] = [join(directory, "order.json"), join(directory, "out")];
	newOrder(order);
	execFileSync("mkfifo", [join(directory, "pipe")]);
	writeFileSync(join(directory, "long"), Buffer.alloc(ENVELOPE_BYTES_MAX + 1));
	const cases: [string[], RegExp][] = [
		[["sign", join(directory, "missing"), "--key", KEY, "--out", out], /which cannot be read: ENOENT/],
		[["sign", directory, "--key", KEY, "--out", out], /no regular file/],
		[["sign", order, "--key", PUBLIC, "--out", out], /private key .* got a public key/],
		[["sign", order, "--key", order, "--out", out], /private key .* got something else/],
		[["sign", KEY, "--key", KEY, "--out", out], /refused, malformed-order/],
		[["verify", order, "--key", KEY], /public key .* got a private key/],
		[["verify", "/dev/zero", "--key", PUBLIC], /no regular file/],
		[["verify", join(directory, "pipe"), "--key", PUBLIC], /no regular file/],
		[
			["verify", join(directory, "long"), "--key", PUBLIC],
			new RegExp(`at most ${ENVELOPE_BYTES_MAX} bytes, got more`),
		],
		[["show", KEY], /refused, malformed-order/],
	];
	for (const [args, message] of cases) {
		const { status, err } = updateWindow("order", ...args);
		t.is(status, 66, args.join(" "));
		t.regex(err, /^error: [^\n]*\n$/);
		t.regex(err, message);
	}
	t.deepEqual(readdirSync(directory).sort(), ["long", "order.json", "pipe"]);
});

test("a key of another algorithm is refused", (t) => {
	const directory = temporaryDirectory(t);
	const file = (name: string) => join(directory, name);
	execFileSync("openssl", ["genpkey", "-algorithm", "X25519", "-out", file("private.pem")]);
	newOrder(file("order.json"));
	const { status, err } = updateWindow(
		"order",
		"sign",
		file("order.json"),
		"--key",
		file("private.pem"),
		"--out",
		file("out"),
	);
	t.is(status, 66);
	t.regex(err, /Expected an Ed25519 key/);
});

test("an order that no product would take is not written", (t) => {
	const directory = temporaryDirectory(t);
	const cases: Record<string, string | undefined>[] = [
		{ "--from": "HL7800.4.5.4.0" },
		{ "--to": "latest" },
		{ "--size": "0" },
		{ "--size": "1e6" },
		{ "--size": "-5" },
		{ "--sequence": "0" },
		{ "--sequence": "2147483648" },
		{ "--model": "HL7802" },
		{ "--element": "pump" },
		...Object.keys(FIELDS).map((field) => ({ [field]: undefined })),
	];
	for (const change of cases) {
		const { status, out, err } = newOrder(join(directory, "order.json"), change);
		t.is(status, 64, JSON.stringify(change));
		t.is(out, "");
		t.regex(err, /^error: [^\n]*\n$/, JSON.stringify(change));
	}
	t.deepEqual(readdirSync(directory), []);
	const { status, err } = newOrder(join(directory, "missing", "order.json"));
	t.is(status, 73);
	t.regex(err, /^error: Expected to write .*ENOENT/);
});

test("order new and order sign replace their file", (t) => {
	const directory = temporaryDirectory(t);
	const order = join(directory, "order.json");
	newOrder(order);
	t.is(newOrder(order, { "--sequence": "8" }).status, 0);
	t.is(JSON.parse(readFileSync(order, "utf8")).sequence, 8);
});
