// Requirements: R14, R19
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { temporaryDirectory, updateWindow } from "./support.js";

test("key new makes a pair that openssl reads, the private one for its owner only", (t) => {
	const directory = join(temporaryDirectory(t), "new", "keys");
	const ran = updateWindow("key", "new", "--out", directory);
	t.like(ran, { status: 0, err: "" });
	t.deepEqual(readdirSync(directory).sort(), ["private.pem", "public.pem"]);
	t.is(statSync(join(directory, "private.pem")).mode & 0o777, 0o600);
	const openssl = (...args: string[]) => execFileSync("openssl", ["pkey", ...args], { encoding: "utf8" });
	const text = openssl("-in", join(directory, "private.pem"), "-noout", "-text");
	t.regex(text, /ED25519 Private-Key/);
	t.regex(readFileSync(join(directory, "private.pem"), "utf8"), /^-----BEGIN PRIVATE KEY-----/);
	t.is(
		openssl("-in", join(directory, "private.pem"), "-pubout"),
		readFileSync(join(directory, "public.pem"), "utf8"),
	);
	const der = execFileSync("openssl", [
		"pkey",
		"-pubin",
		"-in",
		join(directory, "public.pem"),
		"-outform",
		"DER",
	]);
	const digest = execFileSync("openssl", ["dgst", "-sha256", "-r"], { input: der, encoding: "utf8" });
	t.true(ran.out.includes(digest.slice(0, 64)));
});

test("key new overwrites nothing, and makes no half of a pair", (t) => {
	for (const existing of ["private.pem", "public.pem"]) {
		const directory = temporaryDirectory(t);
		writeFileSync(join(directory, existing), "precious");
		const { status, err } = updateWindow("key", "new", "--out", directory);
		t.is(status, 73);
		t.regex(err, new RegExp(`^error: Expected .*${existing} not to exist yet.*\n$`));
		t.deepEqual(readdirSync(directory), [existing]);
		t.is(readFileSync(join(directory, existing), "utf8"), "precious");
	}
});

test("key new says what is wrong with its directory", (t) => {
	const directory = temporaryDirectory(t);
	writeFileSync(join(directory, "file"), "");
	const { status, err } = updateWindow("key", "new", "--out", join(directory, "file", "keys"));
	t.is(status, 73);
	t.regex(err, /^error: Expected a directory at .*\n$/);
	mkdirSync(join(directory, "public.pem"));
	t.is(updateWindow("key", "new", "--out", directory).status, 73);
	t.false(existsSync(join(directory, "private.pem")));
});
