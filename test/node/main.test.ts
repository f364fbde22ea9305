// Requirements: R18, R19
import { readFileSync } from "node:fs";
import test from "ava";
import { updateWindow } from "./support.js";

const PACKAGE = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));

test("--version tells the version of the package", (t) => {
	t.deepEqual(updateWindow("--version"), { status: 0, out: `${PACKAGE.version}\n`, err: "" });
});

test("every command has --help, on standard output", (t) => {
	const commands = [
		[],
		["key"],
		["key", "new"],
		["order"],
		["order", "new"],
		["order", "sign"],
		["order", "verify"],
		["order", "show"],
	];
	for (const command of commands) {
		const { status, out, err } = updateWindow(...command, "--help");
		t.is(status, 0);
		t.is(err, "");
		t.true(out.startsWith(["Usage: update-window", ...command].join(" ")), out);
	}
});

test("wrong usage is status 64, on standard error, without a stack", (t) => {
	const cases: [string[], RegExp][] = [
		[["jump"], /unknown command 'jump'/],
		[["--fast"], /unknown option '--fast'/],
		[["key", "new"], /required option '--out <DIR>' not specified/],
		[["key", "new", "--out"], /argument missing/],
		[["key", "new", "--out", "x", "y"], /too many arguments/],
		[["order", "sign"], /missing required argument 'FILE'|required option/],
		[["order", "show"], /missing required argument 'FILE'/],
		[[], /Usage: update-window/],
		[["order"], /Usage: update-window order/],
	];
	for (const [args, message] of cases) {
		const { status, out, err } = updateWindow(...args);
		t.is(status, 64, args.join(" "));
		t.is(out, "");
		t.regex(err, message);
		t.notRegex(err, /\n\s+at /);
	}
});
