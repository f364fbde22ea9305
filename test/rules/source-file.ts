import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type ParserPlugin, parse } from "@babel/parser";

/** A syntax node as it is walked here: `type` and whatever the kind of node has. */
export interface Node {
	type: string;
	loc?: { start: { line: number } } | null;
	[field: string]: unknown;
}

export interface SourceFile {
	/** Relative to the repository, with slashes. */
	path: string;
	program: Node;
	/** The text of every comment. */
	comments: readonly string[];
}

const PLUGINS: ParserPlugin[] = ["typescript", "explicitResourceManagement"];
const SKIPPED_FIELDS = new Set([
	"loc",
	"start",
	"end",
	"extra",
	"leadingComments",
	"trailingComments",
	"innerComments",
]);

export const REPOSITORY = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../..");

export function parseSource(filePath: string, source: string): SourceFile {
	const file = parse(source, { sourceType: "module", plugins: PLUGINS });
	const comments = (file.comments ?? []).map(({ value }) => value);
	return { path: filePath, program: file.program as unknown as Node, comments };
}

/** Every `.ts` file below a folder of the repository, parsed; declaration files are left out. */
export function sourceFiles(folder: string): SourceFile[] {
	return sourcePaths(folder).map((file) =>
		parseSource(file, readFileSync(path.join(REPOSITORY, file), "utf8")),
	);
}

export function sourcePaths(folder: string): string[] {
	return readdirSync(path.join(REPOSITORY, folder), { recursive: true, encoding: "utf8" })
		.filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
		.map((name) => `${folder}/${name.split(path.sep).join("/")}`)
		.sort();
}

/** Calls `visit` for a node and all below it, parents first; `false` leaves out what is below. */
// biome-ignore lint/suspicious/noConfusingVoidType: a visitor says `false` or nothing at all
export function walk(node: Node, visit: (node: Node) => void | false): void {
	if (visit(node) === false) return;
	for (const child of childrenOf(node)) walk(child, visit);
}

export function childrenOf(node: Node): Node[] {
	const children: Node[] = [];
	for (const [field, value] of Object.entries(node)) {
		if (SKIPPED_FIELDS.has(field)) continue;
		for (const item of Array.isArray(value) ? value : [value]) if (isNode(item)) children.push(item);
	}
	return children;
}

export function isNode(value: unknown): value is Node {
	return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

/** The name of an identifier, else undefined. */
export function nameOf(node: unknown): string | undefined {
	return isNode(node) && (node.type === "Identifier" || node.type === "TSThisType")
		? (node.name as string)
		: undefined;
}

/** `a.b.c` of a chain of plain member accesses, else undefined. */
export function dottedName(node: unknown): string | undefined {
	if (!isNode(node)) return undefined;
	if (node.type === "Identifier") return node.name as string;
	if (node.type !== "MemberExpression" || node.computed === true) return undefined;
	const object = dottedName(node.object);
	const property = nameOf(node.property);
	return object && property ? `${object}.${property}` : undefined;
}

export interface Import {
	specifier: string;
	node: Node;
}

/** What a file imports or re-exports, types included, and what it imports dynamically. */
export function importsOf({ program }: SourceFile): Import[] {
	const imports: Import[] = [];
	walk(program, (node) => {
		const source = node.source;
		if (
			/^(ImportDeclaration|ExportNamedDeclaration|ExportAllDeclaration|ImportExpression)$/.test(node.type) &&
			isNode(source)
		)
			imports.push({ specifier: String(source.value), node });
		else if (node.type === "CallExpression" && isNode(node.callee) && node.callee.type === "Import")
			imports.push({ specifier: String((node.arguments as Node[])[0]?.value), node });
		else if (node.type === "TSImportType" && isNode(node.argument))
			imports.push({ specifier: String(node.argument.value), node });
	});
	return imports;
}

/** The repository path that a relative import means (`.js` says `.ts`), else undefined. */
export function importedPath(file: SourceFile, specifier: string): string | undefined {
	if (!specifier.startsWith(".")) return undefined;
	return path.posix.join(path.posix.dirname(file.path), specifier).replace(/\.js$/, ".ts");
}
