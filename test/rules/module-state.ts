import type { Finding } from "./rules.js";
import { dottedName, isNode, type Node, nameOf, type SourceFile, walk } from "./source-file.js";

const READONLY_TYPES = /^Readonly(Array|Map|Set)?$/;
const MAKERS_OF_MUTABLES = new Set([
	"Array",
	"Array.from",
	"Array.of",
	"Object.assign",
	"Object.create",
	"Object.entries",
	"Object.fromEntries",
	"Object.keys",
	"Object.values",
]);
const TYPED_ARRAY =
	/^(Uint8Clamped|Uint8|Int8|Uint16|Int16|Uint32|Int32|Float32|Float64|BigInt64|BigUint64)Array$/;
const WRAPPERS = new Set([
	"TSAsExpression",
	"TSSatisfiesExpression",
	"TSNonNullExpression",
	"ParenthesizedExpression",
]);

export function moduleLevelState({ program }: SourceFile): Finding[] {
	const findings: Finding[] = [];
	for (const statement of program.body as Node[]) {
		const declaration = isNode(statement.declaration) ? statement.declaration : statement;
		if (declaration.type === "VariableDeclaration" && declaration.declare !== true)
			findings.push(...findInVariables(declaration));
	}
	walk(program, (node) => {
		const isStatic = /^Class(Private)?Property$/.test(node.type) && node.static === true;
		if (isStatic && node.readonly !== true)
			findings.push({ node, message: "expected a static field to be readonly, got one that can change" });
	});
	return findings;
}

function findInVariables(declaration: Node): Finding[] {
	if (declaration.kind !== "const")
		return [{ node: declaration, message: `expected const, got ${declaration.kind}` }];
	return (declaration.declarations as Node[]).flatMap((declarator) => {
		const init = declarator.init;
		const what = isNode(init) ? mutable(init, isReadonly(declarator.id as Node)) : undefined;
		return what ? [{ node: declarator, message: what }] : [];
	});
}

/** What can change in the value of an initializer and how to say that it does not, or undefined. */
function mutable(init: Node, isReadonlyType: boolean): string | undefined {
	if (WRAPPERS.has(init.type)) {
		if (nameOf((init.typeAnnotation as Node | undefined)?.typeName) === "const") return undefined;
		const readonly = isReadonlyType || isReadonlyTypeNode(init.typeAnnotation);
		return mutable(init.expression as Node, readonly);
	}
	switch (init.type) {
		case "ArrayExpression":
		case "ObjectExpression":
			return isReadonlyType
				? undefined
				: "expected `as const`, Object.freeze or a Readonly type, got a literal that can change";
		case "RegExpLiteral":
			return /[gy]/.test(String(init.flags))
				? "expected a regular expression without lastIndex, got the flag g or y"
				: undefined;
		case "CallExpression": {
			const called = dottedName(init.callee) ?? "";
			return MAKERS_OF_MUTABLES.has(called) && !isReadonlyType
				? `expected a Readonly type, got what ${called} makes`
				: undefined;
		}
		case "NewExpression":
			return mutableInstance(init, isReadonlyType);
		default:
			return undefined;
	}
}

function mutableInstance(init: Node, isReadonlyType: boolean): string | undefined {
	const name = nameOf(init.callee) ?? "an instance";
	if (/^(Map|Set)$/.test(name) && isReadonlyType) return undefined;
	if (TYPED_ARRAY.test(name) && (init.arguments as Node[])[0]?.type === "ArrayExpression") return undefined;
	return `expected nothing that can change, got new ${name}: make it where it is used, or say ReadonlyMap or ReadonlySet`;
}

function isReadonly(id: Node): boolean {
	return isReadonlyTypeNode((id.typeAnnotation as Node | undefined)?.typeAnnotation);
}

function isReadonlyTypeNode(type: unknown): boolean {
	if (!isNode(type)) return false;
	if (type.type === "TSTypeOperator") return type.operator === "readonly";
	return type.type === "TSTypeReference" && READONLY_TYPES.test(nameOf(type.typeName) ?? "");
}

/** Regular expressions that are made while a module loads, in tables too; those in a function are made when it runs. */
export function regularExpressionsInFlash({ program }: SourceFile): Finding[] {
	const findings: Finding[] = [];
	walk(program, (node) => {
		const runsLater = /Function|Method/.test(node.type) || /^Class(Private)?Property$/.test(node.type);
		if (runsLater && node.static !== true) return false;
		const isMade = node.type === "NewExpression" || node.type === "CallExpression";
		if (node.type === "RegExpLiteral" || (isMade && nameOf(node.callee) === "RegExp"))
			findings.push({
				node,
				message: "expected a regular expression where it is used, got one in the module",
			});
		return undefined;
	});
	return findings;
}
