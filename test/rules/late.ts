import type { Finding } from "./rules.js";
import { dottedName, isNode, type Node, nameOf, type SourceFile, walk } from "./source-file.js";

const MAKERS_OF_CODE = new Set(["eval", "Function", "require", "Compartment"]);

/** `import()`, and calls that make code of a string or load it. */
export function codeMadeLater({ program }: SourceFile): Finding[] {
	const findings: Finding[] = [];
	walk(program, (node) => {
		const isCall = node.type === "CallExpression" || node.type === "NewExpression";
		const callee = isCall && isNode(node.callee) ? node.callee : undefined;
		const name = nameOf(callee);
		if (node.type === "ImportExpression" || callee?.type === "Import")
			findings.push({ node, message: "expected an import at the top, got import()" });
		else if (name && MAKERS_OF_CODE.has(name))
			findings.push({ node, message: `expected code that is in the ROM image, got ${name}` });
	});
	return findings;
}

/** `JSON.stringify` of a module-level object or of an imported one, alone or as a property of what is written. */
export function tablesAsJson({ program }: SourceFile): Finding[] {
	const tables = tablesOf(program);
	const findings: Finding[] = [];
	walk(program, (node) => {
		if (node.type !== "CallExpression" || dottedName(node.callee) !== "JSON.stringify") return;
		const written = (node.arguments as Node[])[0];
		for (const value of written ? [written, ...valuesOf(written)] : []) {
			const name = dottedName(value);
			if (name && tables.has(name.split(".")[0] ?? ""))
				findings.push({ node, message: `expected an object made on the spot, got ${name}` });
		}
	});
	return findings;
}

function valuesOf({ type, properties, elements }: Node): Node[] {
	if (type === "ArrayExpression") return (elements as (Node | null)[]).filter(isNode);
	if (type !== "ObjectExpression") return [];
	return (properties as Node[]).map(({ value }) => value).filter(isNode);
}

/** Names of the module's own constants that are no plain values, and of what it imports. */
function tablesOf(program: Node): Set<string> {
	const names = new Set<string>();
	for (const statement of program.body as Node[]) {
		if (statement.type === "ImportDeclaration")
			for (const specifier of statement.specifiers as Node[]) names.add(nameOf(specifier.local) ?? "");
		const declaration = isNode(statement.declaration) ? statement.declaration : statement;
		if (declaration.type !== "VariableDeclaration") continue;
		for (const { id, init } of declaration.declarations as { id: Node; init: unknown }[])
			if (
				isNode(init) &&
				!/^(Numeric|String|Boolean|BigInt)Literal$|^(Unary|Binary)Expression$/.test(init.type)
			)
				names.add(nameOf(id) ?? "");
	}
	return names;
}
