/** Node's loader hooks: compiled modules come with their mutants in them, and `ava` is a list of tests that can be run again. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { instrument } from "./instrument.js";

interface Data {
	/** Which files, by the end of their path, with which kinds of mutants. */
	files: readonly { file: string; kinds: readonly string[] }[];
	ava: string;
}

let data: Data = { files: [], ava: "" };

export function initialize(given: Data): void {
	data = given;
}

type Resolve = (
	specifier: string,
	context: unknown,
) => Promise<{ url: string; format?: string; shortCircuit?: boolean }>;
type Load = (
	url: string,
	context: unknown,
) => Promise<{ format: string; source: unknown; shortCircuit?: boolean }>;

export async function resolve(specifier: string, context: unknown, next: Resolve): ReturnType<Resolve> {
	if (specifier === "ava") return { url: data.ava, shortCircuit: true };
	return next(specifier, context);
}

export async function load(url: string, context: unknown, next: Load): ReturnType<Load> {
	const one = data.files.find(({ file }) => url.endsWith(`/dist/modules/${file}`));
	if (!one) return next(url, context);
	const { code } = instrument(readFileSync(fileURLToPath(url), "utf8"), one.file, new Set(one.kinds));
	return { format: "module", source: code, shortCircuit: true };
}
