import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { importsOf, type Node, parseSource, REPOSITORY, sourcePaths } from "./source-file.js";

/** A manifest with all that it includes, for one platform. Sources are repository paths. */
export interface Manifest {
	modules: Record<string, string[]>;
	preload: string[];
	/** The SDK's manifests that are included, as they are written. */
	sdk: string[];
}

interface ManifestFile {
	include?: string | string[];
	modules?: Record<string, string | string[]>;
	preload?: string | string[];
	platforms?: Record<string, ManifestFile>;
}

/** Which of the SDK's manifests has a module that is imported; manifest_base.json brings the platform's own. */
const SDK_MODULES: Readonly<Record<string, string>> = {
	"mc/config": "$(MODDABLE)/examples/manifest_base.json",
	time: "$(MODDABLE)/examples/manifest_base.json",
	timer: "$(MODDABLE)/examples/manifest_base.json",
	"embedded:io/digital": "$(IO)/digital/manifest.json",
	"embedded:io/serial": "$(IO)/serial/manifest.json",
	"embedded:io/smbus": "$(IO)/i2c/manifest.json",
	"embedded:storage/files": "$(IO)/files/manifest.json",
	"embedded:storage/flash": "$(IO)/storage/manifest.json",
	"embedded:storage/key-value": "$(IO)/storage/manifest.json",
	"embedded:update": "$(IO)/update/manifest.json",
	crypt: "$(MODULES)/crypt/digest/manifest.json",
	file: "$(MODULES)/files/file/manifest.json",
	resetReason: "$(MODDABLE)/build/devices/esp32/modules/resetReason/manifest.json",
};
/** Modules of the SDK that call native code while they are evaluated; xsl cannot preload them, nor what imports them. */
const SDK_MODULES_IN_RAM: readonly string[] = ["embedded:storage/files"];

/** The extensions of which mcconfig makes modules (tools/mcmanifest.js, ModulesRule; of `.d.ts` it makes none). */
const MODULE_EXTENSION = /(?<!\.d)\.(js|mjs|ts)$/;
const CURES = [
	"update-window/window/preload/before-xstate",
	"xstate",
	"update-window/window/preload/after-xstate",
] as const;

/** `path` from the repository's top. */
export function readManifest(path: string, platform = ""): Manifest {
	const manifest: Manifest = { modules: {}, preload: [], sdk: [] };
	merge(manifest, path, platform);
	return manifest;
}

/** What is included comes first, as in mergeManifest of tools/mcmanifest.js. */
function merge(manifest: Manifest, file: string, platform: string): void {
	const folder = path.posix.dirname(file);
	const content = JSON.parse(readFileSync(path.join(REPOSITORY, file), "utf8")) as ManifestFile;
	const part = content.platforms?.[platform];
	for (const { include, modules, preload } of part ? [content, part] : [content]) {
		for (const included of listOf(include))
			if (included.startsWith("$")) manifest.sdk.push(included);
			else merge(manifest, path.posix.join(folder, included), platform);
		for (const [target, sources] of Object.entries(modules ?? {}))
			for (const source of listOf(sources)) {
				manifest.modules[target] ??= [];
				manifest.modules[target].push(path.posix.join(folder, source));
			}
		manifest.preload.push(...listOf(preload));
	}
}

function listOf(value: string | string[] | undefined): string[] {
	return value === undefined ? [] : [value].flat();
}

/**
 * Reads a manifest as mcconfig does and says, a sentence each, what is missing: a source that matches no file, a source
 * file that no entry covers, an import that no module's name answers, code that would not be preloaded, or cannot be.
 */
export function problemsOf(manifest: Manifest, covers: (file: string) => boolean): string[] {
	const problems: string[] = [];
	const modules = modulesOf(manifest, problems);
	const covered = new Set(modules.values());
	for (const file of ["modules", "hosts"].flatMap(sourcePaths))
		if (covers(file) && !covered.has(file)) problems.push(`Expected an entry that covers ${file}`);
	const graph = new Map([...modules].map(([name, file]) => [name, importedNames(name, file)]));
	const isKnown = (name: string): boolean =>
		modules.has(name) || manifest.sdk.includes(SDK_MODULES[name] ?? "");
	for (const [name, imports] of graph)
		for (const imported of imports)
			if (!isKnown(imported)) problems.push(`Expected a module named ${imported}, which ${name} imports`);
	problems.push(...preloadProblems(manifest, modules, graph));
	return problems;
}

/**
 * Module names and the files they stand for (Rule.iterate in tools/mcmanifest.js): a name with a star takes the file's
 * name in its place; a source with a star takes every file of one folder, not of those below it.
 */
export function modulesOf(manifest: Manifest, problems: string[]): Map<string, string> {
	const modules = new Map<string, string>();
	for (const [target, sources] of Object.entries(manifest.modules)) {
		for (const source of sources) {
			const files = filesOf(source);
			if (files.length === 0 && !isTypes(source) && !isNative(source))
				problems.push(`Expected ${source} to match a file`);
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

/** Declarations: mcconfig compiles against them and makes no module of them. */
function isTypes(source: string): boolean {
	return source.endsWith(".d.ts") && existsSync(path.join(REPOSITORY, source));
}

/** C, which mcconfig compiles and links. */
function isNative(source: string): boolean {
	return nativeSources([source]).length > 0;
}

/** The C files among a manifest's sources. */
export function nativeSources(sources: readonly string[]): string[] {
	return sources.map((source) => `${source}.c`).filter((source) => existsSync(path.join(REPOSITORY, source)));
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
	for (const name of SDK_MODULES_IN_RAM)
		if (seen.has(name)) problems.push(`Expected no module in preload that leads to ${name}`);
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
