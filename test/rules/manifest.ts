import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { importsOf, type Node, parseSource, REPOSITORY, sourcePaths } from "./source-file.js";

export interface Manifest {
	modules: Record<string, string | string[]>;
	preload: string[];
}

/** The extensions of which mcconfig makes modules (tools/mcmanifest.js, ModulesRule; of `.d.ts` it makes none). */
const MODULE_EXTENSION = /(?<!\.d)\.(js|mjs|ts)$/;
const CURES = [
	"update-window/window/preload/before-xstate",
	"xstate",
	"update-window/window/preload/after-xstate",
] as const;

export function readManifest(): Manifest {
	return JSON.parse(readFileSync(path.join(REPOSITORY, "manifest.json"), "utf8")) as Manifest;
}

/**
 * Reads a manifest as mcconfig does and says, a sentence each, what is missing: a source that matches no file, a module
 * of ours that no entry covers, an import that no module's name answers, code that would not be preloaded.
 */
export function problemsOf(manifest: Manifest): string[] {
	const problems: string[] = [];
	const modules = modulesOf(manifest, problems);
	const covered = new Set(modules.values());
	for (const file of sourcePaths("modules"))
		if (!covered.has(file)) problems.push(`Expected an entry that covers ${file}`);
	const graph = new Map([...modules].map(([name, file]) => [name, importedNames(name, file)]));
	for (const [name, imports] of graph)
		for (const imported of imports)
			if (!modules.has(imported)) problems.push(`Expected a module named ${imported}, which ${name} imports`);
	problems.push(...preloadProblems(manifest, modules, graph));
	return problems;
}

/**
 * Module names and the files they stand for (Rule.iterate in tools/mcmanifest.js): a name with a star takes the file's
 * name in its place; a source with a star takes every file of one folder, not of those below it.
 */
function modulesOf(manifest: Manifest, problems: string[]): Map<string, string> {
	const modules = new Map<string, string>();
	for (const [target, sources] of Object.entries(manifest.modules)) {
		for (const source of [sources].flat()) {
			// Types for mcconfig's compiler: no module comes of them.
			if (source.endsWith(".d.ts") && existsSync(path.join(REPOSITORY, source))) continue;
			const files = filesOf(source);
			if (files.length === 0) problems.push(`Expected ${source} to match a file`);
			for (const file of files) {
				const name = target.replace("*", path.posix.basename(file).replace(MODULE_EXTENSION, ""));
				if (modules.has(name))
					problems.push(`Expected one file named ${name}, got ${modules.get(name)}, ${file}`);
				modules.set(name, file);
			}
		}
	}
	return modules;
}

function filesOf(source: string): string[] {
	const folder = path.posix.dirname(source);
	const wanted = path.posix.basename(source);
	const absolute = path.join(REPOSITORY, folder);
	if (!existsSync(absolute)) return [];
	const isWanted = wanted.endsWith("*")
		? (name: string) => name.startsWith(wanted.slice(0, -1))
		: (name: string) => name === wanted || name.replace(/\.[^.]*$/, "") === wanted;
	return readdirSync(absolute)
		.filter((name) => MODULE_EXTENSION.test(name) && isWanted(name))
		.map((name) => path.posix.join(folder, name));
}

/** The names that a module asks for at run time, in order, as XS resolves them (fxFindModule in xs/tools/xsl.c). */
function importedNames(name: string, file: string): string[] {
	const source = readFileSync(path.join(REPOSITORY, file), "utf8");
	return importsOf(parseSource(file, source))
		.filter(({ node }) => !isTypeOnly(node))
		.map(({ specifier }) => {
			const bare = specifier.replace(/\.m?js$/, "");
			return bare.startsWith(".") ? path.posix.join(path.posix.dirname(name), bare) : bare;
		});
}

function isTypeOnly(node: Node): boolean {
	return node.type === "TSImportType" || node.importKind === "type" || node.exportKind === "type";
}

function preloadProblems(
	manifest: Manifest,
	modules: ReadonlyMap<string, string>,
	graph: ReadonlyMap<string, readonly string[]>,
): string[] {
	const problems: string[] = [];
	const order: string[] = [];
	const seen = new Set<string>();
	const evaluate = (name: string): void => {
		if (seen.has(name)) return;
		seen.add(name);
		for (const imported of graph.get(name) ?? []) evaluate(imported);
		order.push(name);
	};
	for (const name of manifest.preload) {
		// A star in `preload` finds compiled JavaScript only, never TypeScript (filterPreload in tools/mcconfig.js).
		if (!modules.has(name)) problems.push(`Expected the name of a module in preload, got ${name}`);
		evaluate(name);
	}
	for (const [name, file] of modules)
		if (file.startsWith("modules/") && !seen.has(name) && hasCode(file))
			problems.push(`Expected ${name} to be preloaded, or something that imports it`);
	const positions = CURES.map((name) => order.indexOf(name));
	if (positions.some((position, index) => position < 0 || position < (positions[index - 1] ?? 0)))
		problems.push(`Expected ${CURES.join(", ")} to be evaluated in this order, got ${order.join(", ")}`);
	return problems;
}

/** False where the file holds types alone: nothing of it needs to be evaluated. */
function hasCode(file: string): boolean {
	const { program } = parseSource(file, readFileSync(path.join(REPOSITORY, file), "utf8"));
	return (program.body as Node[]).some((statement) => {
		const declaration = (statement.declaration as Node | null | undefined) ?? statement;
		return !/^TS(Interface|TypeAlias)Declaration$/.test(declaration.type) && !isTypeOnly(statement);
	});
}
