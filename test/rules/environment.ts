import { builtinModules } from "node:module";
import type { Finding } from "./rules.js";
import { importsOf, type Node, type SourceFile, walk } from "./source-file.js";

const REFERENCE = /^\/\s*<reference\s/;

/** Node's modules, references to types beside the configured ones, and values that are only said to exist. */
export function foreignEnvironment(file: SourceFile): Finding[] {
	const findings: Finding[] = importsOf(file)
		.filter(({ specifier }) => specifier.startsWith("node:") || builtinModules.includes(specifier))
		.map(({ specifier, node }) => ({ node, message: `expected no module of Node, got ${specifier}` }));
	for (const comment of file.comments)
		if (REFERENCE.test(comment))
			findings.push({ node: file.program, message: `expected no reference, got //${comment}` });
	walk(file.program, (node: Node) => {
		const isValue = /^(VariableDeclaration|ClassDeclaration|TSDeclareFunction)$/.test(node.type);
		if (isValue && node.declare === true)
			findings.push({ node, message: "expected a value that comes in through options, got `declare`" });
	});
	return findings;
}
