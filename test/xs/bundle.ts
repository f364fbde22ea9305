import { parse } from "@babel/parser";
import { type BuildOptions, build } from "esbuild";

/** A source that stands in no file. `resolve` gives the file of a name that no package has. */
export interface BundleSource {
	source: string;
	/** What its relative imports are relative to. */
	folder: string;
	resolve(name: string): string | undefined;
}

/**
 * Bundles a compiled file, or a source, and all that it imports into one script that sets `globalThis.bundle` to
 * `{ exports, roots }`: the exports by name, and a function that gives the value of every module-level name of every
 * module in it, so that what is not exported can be frozen too.
 */
export async function bundleForXs(entry: string | BundleSource): Promise<string> {
	const result = await build({
		...(typeof entry === "string" ? { entryPoints: [entry] } : optionsOf(entry)),
		bundle: true,
		format: "esm",
		platform: "neutral",
		// Some packages name their one file in `main` alone, which this platform does not look at by itself.
		mainFields: ["module", "main"],
		target: "es2022",
		write: false,
		logLevel: "silent",
		legalComments: "none",
	});
	const code = result.outputFiles[0]?.text ?? "";
	const program = parse(code, { sourceType: "module" }).program;
	const names: string[] = [];
	const exports: string[] = [];
	let body = code;
	for (const statement of program.body) {
		if (statement.type === "ExportNamedDeclaration") {
			for (const specifier of statement.specifiers)
				if (specifier.type === "ExportSpecifier" && specifier.exported.type === "Identifier")
					exports.push(`${specifier.exported.name}: ${specifier.local.name}`);
			body = code.slice(0, statement.start ?? 0) + code.slice(statement.end ?? 0);
		} else if (statement.type === "VariableDeclaration") {
			for (const { id } of statement.declarations) if (id.type === "Identifier") names.push(id.name);
		} else if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") {
			if (statement.id) names.push(statement.id.name);
		}
	}
	return `(() => {
"use strict";
${body}
globalThis.bundle = { exports: { ${exports.join(", ")} }, roots: () => [${names.join(", ")}] };
})();`;
}

function optionsOf({ source, folder, resolve }: BundleSource): BuildOptions {
	return {
		stdin: { contents: source, resolveDir: folder, loader: "ts" },
		// XS has none. xstate throws through it what an observer threw; without it that comes out at once, in Node as well.
		define: { setTimeout: "undefined" },
		plugins: [
			{
				name: "names",
				setup({ onResolve }) {
					onResolve({ filter: /^[a-z@]/ }, ({ path: name }) => {
						const file = resolve(name);
						return file === undefined ? null : { path: file };
					});
				},
			},
		],
	};
}
