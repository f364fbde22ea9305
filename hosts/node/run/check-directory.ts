import { statSync } from "node:fs";
import { UsageError } from "../usage-error.js";

/** Throws UsageError where that option names no directory. */
export function checkDirectory(option: string, path: string): void {
	if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
		throw new UsageError(`Expected \`${option}\` to name a directory that is there, got ${path}`);
}
