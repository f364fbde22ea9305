import { FOUND } from "./found-by-data.js";
import type { MutantResult } from "./run-mutants.js";

/** What found a mutant when it was last looked for everywhere: it is asked first, so that a mutant costs one test and not hundreds. */
export const FOUND_BY: ReadonlyMap<string, string> = new Map(
	Object.entries(FOUND).flatMap(([detector, ids]) => ids.map((id) => [id, detector] as const)),
);

/** The file that keeps it. */
export function textOf(results: readonly MutantResult[]): string {
	const byDetector = new Map<string, string[]>();
	for (const { id, by } of results)
		if (by !== "") byDetector.set(by, [...(byDetector.get(by) ?? []), id].sort());
	const sorted = Object.fromEntries([...byDetector].sort(([a], [b]) => (a < b ? -1 : 1)));
	return `/** Written by \`npm run mutants\`: what found which mutants. */\nexport const FOUND: Readonly<Record<string, readonly string[]>> = ${JSON.stringify(sorted, undefined, "\t")};\n`;
}
