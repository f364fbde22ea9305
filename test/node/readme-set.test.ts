// Requirements: P7, R5, R20, R27
/** The README's walk through a set of four, as it is printed. */
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { temporaryDirectory } from "./support.js";

const ROOT = new URL("../../../", import.meta.url);
const README = readFileSync(new URL("README.md", ROOT), "utf8");
const LIMIT_MS = 120_000;

function blocksUnder(heading: string): string[] {
	const section = README.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
	return [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block as string);
}

test("P7: four elements in two terminals end as the README says", async (t) => {
	const directory = join(temporaryDirectory(t), "set");
	const cwd = fileURLToPath(ROOT);
	const [bench = "", product = ""] = blocksUnder("Four elements").map((block) =>
		block.replaceAll("/tmp/set", directory),
	);
	// The shell is replaced by the command, so that a signal reaches it.
	const emulated = spawn("bash", ["-c", `exec ${bench}`], { cwd, stdio: ["ignore", "pipe", "ignore"] });
	t.teardown(() => emulated.kill());
	await new Promise<void>((resolve) => {
		let said = "";
		emulated.stdout.on("data", (chunk) => {
			said += String(chunk);
			if (said.match(/\(emulated\)/g)?.length === 3) resolve();
		});
	});
	const [order] = blocksUnder("An order");
	const { status, stdout, stderr } = spawnSync("bash", ["-c", `set -e\n${order}\n${product}`], {
		cwd,
		env: { ...process.env, TMPDIR: temporaryDirectory(t) },
		encoding: "utf8",
		timeout: LIMIT_MS,
	});
	t.is(status, 0, `${stdout}${stderr}`);
	for (const element of [
		"modem: updated from HL7800.4.4.14.0",
		"sensor: updated",
		"display: updated",
		"self: updated",
	])
		t.true(stdout.includes(element), stdout);
	t.regex(stdout, /The window is closed, updated[\s\S]*time \(UTC\)[\s\S]*closed +read-back/);
});
