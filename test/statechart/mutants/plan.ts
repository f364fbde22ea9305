import { readdirSync, readFileSync } from "node:fs";
import { instrument, type TextMutant } from "./instrument.js";

const DIST = new URL("../../../", import.meta.url);

const ALL = ["true", "false", "negated", "no-return", "left-out", "one-more", "other-digit"];

/** What every `npm test` mutates beside the statechart's states, and what finds it. */
export const QUICK_FILES: readonly { file: string; kinds: readonly string[] }[] = [
	{ file: "window/machine.js", kinds: ["negated"] },
	{ file: "window/guard.js", kinds: ["negated", "left-out"] },
	{ file: "window/put-off.js", kinds: ALL },
	{ file: "window/replies.js", kinds: ALL },
	{ file: "window/decide.js", kinds: ALL },
	{ file: "modem/requests.js", kinds: ALL },
];
export const QUICK_TESTS: readonly string[] = [
	"window/decide",
	"window/guard",
	"window/outcomes",
	"window/closed",
	"window/attempts",
	"window/other-size",
	"window/asked-again",
	"window/cancelled-job",
	"window/told-before-closed",
	"window/restart",
	"window/update",
	"window/leftovers",
	"window/prefetch",
	"window/set",
	"set/wires",
	"set/orders",
	"set/deadlines",
	"set/failures",
	"modem/device-services",
	"statechart/recovery",
	"window/guard-ends",
	"window/guard-asked",
];

/** In the long run one mutant is looked for so long: what most tests come past would else take minutes. */
export const LONG_BUDGET_MS = 15_000;

/** Everything in modules/. */
export function allFiles(): { file: string; kinds: readonly string[] }[] {
	return listUnder("modules/", ".js")
		.filter((file) => !file.startsWith("window/preload/"))
		.map((file) => ({ file, kinds: ["negated", "no-return", "one-more", "other-digit"] }));
}

/** Tests that run in one process, without another one beside them. */
const IN_PROCESS = /^(at|elements|images|log|modem|off-time|order|set|smp|storage|window|xmodem)\//;

export function allTests(): string[] {
	return listUnder("test/", ".test.js")
		.map((file) => file.replace(/\.test\.js$/, ""))
		.filter((file) => IN_PROCESS.test(file) && !/lrzsz|pseudo-terminal|frozen|window\/statechart/.test(file));
}

function listUnder(folder: string, extension: string): string[] {
	return readdirSync(new URL(folder, DIST), { recursive: true, encoding: "utf8" })
		.filter((file) => file.endsWith(extension))
		.sort();
}

export function textMutants(files: readonly { file: string; kinds: readonly string[] }[]): TextMutant[] {
	return files.flatMap(
		({ file, kinds }) =>
			instrument(readFileSync(new URL(`modules/${file}`, DIST), "utf8"), file, new Set(kinds)).mutants,
	);
}

export const testUrl = (name: string): URL => new URL(`test/${name}.test.js`, DIST);
