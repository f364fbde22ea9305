// Requirements: R30
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test from "ava";
import { sumOf } from "./figures.js";

const MAIN = join(import.meta.dirname, "main.js");
const prove = (...args: string[]) => spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });

test("the last line with --json is one object, with null for what nobody counted", (t) => {
	const { status, stdout, stderr } = prove(
		"--quick",
		"--json",
		"--part",
		"power-cuts",
		"--focus",
		"HL7800-no-job",
	);
	t.is(status, 0, stderr);
	const last = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Record<string, unknown>;
	t.true((last.boots as number) > 100);
	t.true((last.cuts as number) > 50);
	t.is(last.violations, 0);
	t.is(last.noiseBytes, null);
	t.is(last.mutants, null);
});

test("figures of several parts are added up", (t) => {
	const sum = sumOf(
		[
			{ boots: 1, mutants: { killed: 2, survived: 1 } },
			{ boots: 2, mutants: { killed: 3, survived: 0 } },
		],
		{
			violations: 0,
			seconds: 1,
		},
	);
	t.like(sum, { boots: 3, mutants: { killed: 5, survived: 1 }, transitions: null });
});

test("a seed that holds replays without a failure, and a wrong one is told", (t) => {
	const held = prove("--seed", "power-cuts:HL7800-alone/l4m3/b");
	t.is(held.status, 0, held.stderr);
	t.regex(held.stdout, /boot 2, 2000 ms off/);
	for (const [args, message] of [
		[["--seed", "HL7800"], /Expected a seed/],
		[["--seed", "power-cuts:HL7800-alone/l99999/b"], /cut point 99999/],
		[["--part", "none"], /Expected one of power-cuts/],
		[["--plant", "none"], /Expected one of accept-when-closed/],
		[["--whatever"], /whatever/],
	] as const) {
		const { status, stderr } = prove(...args);
		t.is(status, 64);
		t.regex(stderr, message);
	}
});
