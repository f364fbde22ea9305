import type { Finding } from "./rules.js";
import { dottedName, isNode, type Node, nameOf, type SourceFile, walk } from "./source-file.js";

const ASYNC_NAMES = new Set(["Promise", "PromiseLike", "fromPromise", "queueMicrotask", "AbortController"]);

const FOREIGN_GLOBALS = new Set([
	"process",
	"Buffer",
	"TextEncoder",
	"TextDecoder",
	"performance",
	"console",
	"trace",
	"print",
	"setTimeout",
	"clearTimeout",
	"setInterval",
	"clearInterval",
	"setImmediate",
	"structuredClone",
	"fetch",
	"crypto",
	"window",
	"global",
]);

const FORBIDDEN_CALLS = new Set(["Date.now", "Date", "Math.random"]);

const MADE_SYNTAX: Readonly<Record<string, string>> = {
	TSEnumDeclaration: "an enum",
	TSModuleDeclaration: "a namespace",
	TSParameterProperty: "a parameter property",
	TSExportAssignment: "an export assignment",
	TSImportEqualsDeclaration: "an import assignment",
};

export function asyncCode({ program }: SourceFile): Finding[] {
	const findings: Finding[] = [];
	walk(program, (node) => {
		const name = nameOf(node);
		if (node.async === true || node.await === true || node.type === "AwaitExpression")
			findings.push({ node, message: "expected a callback, got async or await" });
		else if (name && ASYNC_NAMES.has(name))
			findings.push({ node, message: `expected a callback, got ${name}` });
	});
	return findings;
}

export function forbiddenGlobals({ program, path }: SourceFile): Finding[] {
	const findings: Finding[] = [];
	// The two files that put xstate's surroundings right may name what xstate expects.
	const curesXstate = path.startsWith("modules/window/preload/");
	const declared = declaredNames(program);
	visitReferences(program, (node, name) => {
		if (!declared.has(name) && FOREIGN_GLOBALS.has(name))
			findings.push({ node, message: `expected only the language's own globals, got ${name}` });
	});
	walk(program, (node) => {
		const called = node.type === "CallExpression" ? dottedName(node.callee) : undefined;
		if (called && FORBIDDEN_CALLS.has(called))
			findings.push({ node, message: `expected it to come in through options, got ${called}()` });
		if (
			node.type === "NewExpression" &&
			nameOf(node.callee) === "Date" &&
			(node.arguments as Node[]).length === 0
		)
			findings.push({ node, message: "expected the time to come in through options, got new Date()" });
		const member = node.type === "MemberExpression" ? dottedName(node) : undefined;
		const [object, property] = member?.split(".") ?? [];
		if (!curesXstate && object === "globalThis" && property && FOREIGN_GLOBALS.has(property))
			findings.push({ node, message: `expected only the language's own globals, got ${member}` });
	});
	return findings;
}

export function literalContexts({ program }: SourceFile): Finding[] {
	const findings: Finding[] = [];
	walk(program, (node) => {
		if (node.type !== "CallExpression") return;
		const callee = node.callee as Node;
		const name = nameOf(callee) ?? (callee.type === "MemberExpression" ? nameOf(callee.property) : undefined);
		const config = (node.arguments as Node[])[0];
		if (name !== "createMachine" || !config) return;
		if (config.type !== "ObjectExpression") {
			findings.push({ node, message: "expected the machine as a literal, so that its context can be seen" });
			return;
		}
		for (const property of config.properties as Node[]) {
			const value = property.value;
			if (property.type !== "ObjectProperty" || nameOf(property.key) !== "context") continue;
			if (!isNode(value) || !/^(ArrowFunction|Function)Expression$/.test(value.type))
				findings.push({ node: property, message: "expected `context: () => ({ ... })`, got a value" });
		}
	});
	return findings;
}

export function erasedSyntax({ program }: SourceFile): Finding[] {
	const findings: Finding[] = [];
	walk(program, (node) => {
		const what = MADE_SYNTAX[node.type];
		if (what) findings.push({ node, message: `expected types that can be erased, got ${what}` });
	});
	return findings;
}

/** Names that are bound anywhere in the file: one that hides a global is let through in the whole file. */
function declaredNames(program: Node): Set<string> {
	const names = new Set<string>();
	const bind = (target: unknown): void => {
		if (!isNode(target)) return;
		walk(target, (node) => {
			const name = nameOf(node);
			if (name) names.add(name);
			return node.type === "TSTypeAnnotation" ? false : undefined;
		});
	};
	walk(program, (node) => {
		if (node.type === "VariableDeclarator") bind(node.id);
		if (/^(Function|Class)Declaration$/.test(node.type)) bind(node.id);
		if (/^Import(Default|Namespace)?Specifier$/.test(node.type)) bind(node.local);
		if (Array.isArray(node.params)) for (const parameter of node.params) bind(parameter);
	});
	return names;
}

/** Calls `visit` for every identifier that stands for a value, not for a property's name or a type. */
function visitReferences(node: Node, visit: (node: Node, name: string) => void): void {
	walk(node, (inner) => {
		const name = nameOf(inner);
		if (name) {
			visit(inner, name);
			return;
		}
		if (inner.type === "PrivateName") return false;
		if (inner.type.startsWith("TS") && !/^TS(As|Satisfies|NonNull|TypeAssertion)/.test(inner.type))
			return false;
		const named = inner.computed !== true ? (inner.property ?? inner.key) : undefined;
		if (!isNode(named) || !nameOf(named)) return;
		for (const field of ["object", "value", "body", "params", "decorators"]) {
			for (const child of [inner[field]].flat()) if (isNode(child)) visitReferences(child, visit);
		}
		return false;
	});
}
