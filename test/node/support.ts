import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ExecutionContext } from "ava";

const MAIN = fileURLToPath(new URL("../../hosts/node/main.js", import.meta.url));
const LIMIT_MS = 30_000;

export interface Ran {
	status: number | null;
	out: string;
	err: string;
}

/** Runs the command line as a user does, in another process. */
export function updateWindow(...args: string[]): Ran {
	const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
		encoding: "utf8",
		timeout: LIMIT_MS,
		cwd: tmpdir(),
	});
	return { status, out: stdout, err: stderr };
}

/** A directory that is gone after the test. */
export function temporaryDirectory(t: ExecutionContext): string {
	const directory = mkdtempSync(join(tmpdir(), "update-window-"));
	t.teardown(() => rmSync(directory, { recursive: true, force: true }));
	return directory;
}
