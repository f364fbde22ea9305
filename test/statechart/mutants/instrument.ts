import { parse } from "@babel/parser";

/** One change of one place in a compiled file of modules/. */
export interface TextMutant {
	/** File, method or top-level name, what is changed, and the how many-th there: the same as long as the method is. */
	id: string;
	what: string;
}

interface Node {
	type: string;
	start: number;
	end: number;
	body?: unknown;
	declarations?: unknown;
	test?: unknown;
	left?: unknown;
	right?: unknown;
	operator?: unknown;
	expression?: unknown;
	name?: unknown;
	key?: unknown;
	value?: unknown;
	computed?: unknown;
	shorthand?: unknown;
}

/** Code before and after a place, by where it is in the text. */
interface Edit {
	at: number;
	text: string;
	/** Edits at one place: what opens later comes later, what closes later comes earlier. */
	rank: number;
}

export interface Instrumented {
	code: string;
	mutants: TextMutant[];
}

/**
 * Puts all mutants of one file into it at once, each behind a switch: `mutantIs` and `mutantCondition` know the one that is on. So a file
 * is loaded once, and a mutant costs what its tests cost. Conditions become true, false or negated; numbers one more; a
 * `return` and a call alone on a line are left out; a command to the modem gets another last digit. What a module works
 * out while it is loaded cannot be switched afterwards, so its properties become getters.
 */
export function instrument(source: string, file: string, kinds: ReadonlySet<string>): Instrumented {
	const ast = parse(source, { sourceType: "module" }) as unknown as { program: Node };
	const edits: Edit[] = [];
	const mutants: TextMutant[] = [];
	let rank = 0;
	let scope = "";
	const ordinals = new Map<string, number>();

	const add = (node: Node, kind: string): string | undefined => {
		if (!kinds.has(kind)) return undefined;
		const place = `${file} ${scope} ${kind}`;
		const ordinal = ordinals.get(place) ?? 0;
		ordinals.set(place, ordinal + 1);
		const id = `${place} #${ordinal}`;
		mutants.push({
			id,
			what: source.slice(node.start, Math.min(node.end, node.start + 80)).replace(/\s+/g, " "),
		});
		return JSON.stringify(id);
	};
	const around = (node: Node, before: string, after: string): void => {
		rank++;
		edits.push({ at: node.start, text: before, rank }, { at: node.end, text: after, rank: -rank });
	};
	const condition = (node: Node): void => {
		const yes = add(node, "true");
		const no = add(node, "false");
		const not = add(node, "negated");
		if (yes && no && not) around(node, `mutantCondition(${yes}, ${no}, ${not}, () => (`, "))");
		else if (not) around(node, `mutantCondition(0, 0, ${not}, () => (`, "))");
	};
	/** A constant of the module is another one wherever it is used. */
	const constants = new Map<string, string>();
	for (const statement of ast.program.body as Node[]) {
		if (statement.type !== "VariableDeclaration") continue;
		for (const { id, init } of statement.declarations as { id: Node; init: Node | null }[]) {
			if (init?.type !== "NumericLiteral") continue;
			scope = id.name as string;
			const mutant = add(init, "one-more");
			if (mutant) constants.set(id.name as string, mutant);
		}
	}
	const visit = (node: Node, inFunction: boolean, parent: Node | undefined): void => {
		const outer = scope;
		scope = scopeOf(node, parent, source) ?? scope;
		visitInScope(node, inFunction, parent);
		scope = outer;
	};
	const visitInScope = (node: Node, inFunction: boolean, parent: Node | undefined): void => {
		switch (node.type) {
			case "IfStatement":
			case "ConditionalExpression":
			case "WhileStatement":
				condition(node.test as Node);
				break;
			case "LogicalExpression":
				if (node.operator !== "??") condition(node.left as Node);
				if (parent?.type === "ArrowFunctionExpression") condition(node.right as Node);
				break;
			case "ReturnStatement": {
				const id = add(node, "no-return");
				if (id) around(node, `{ if (!mutantIs(${id})) `, " }");
				break;
			}
			case "ExpressionStatement": {
				const { type } = node.expression as Node;
				if (
					!inFunction ||
					!["CallExpression", "AssignmentExpression", "UpdateExpression", "OptionalCallExpression"].includes(
						type,
					)
				)
					break;
				if (source.slice(node.start, node.end).startsWith("super(")) break;
				const id = add(node, "left-out");
				if (id) around(node, `{ if (!mutantIs(${id})) `, " }");
				break;
			}
			case "Identifier": {
				const id = inFunction ? constants.get(node.name as string) : undefined;
				if (id) around(node, `(mutantIs(${id}) ? 1 + `, ` : ${node.name})`);
				break;
			}
			case "NumericLiteral": {
				if (parent?.type === "VariableDeclarator" && !inFunction) break;
				const id = add(node, "one-more");
				if (id) around(node, `(mutantIs(${id}) ? 1 + `, ` : ${source.slice(node.start, node.end)})`);
				break;
			}
			case "StringLiteral": {
				const text = source.slice(node.start, node.end);
				const other = text.replace(/[0-9](?=["'`]$)/, (digit) => String(Number(digit) ^ 1));
				if (!text.includes("AT") || other === text) break;
				const id = add(node, "other-digit");
				if (id) around(node, `(mutantIs(${id}) ? ${other} : `, ")");
				break;
			}
			case "TemplateLiteral": {
				const text = source.slice(node.start, node.end);
				const other = text.replace(/[0-9](?=`$)/, (digit) => String(Number(digit) ^ 1));
				if (!text.includes("AT") || other === text) break;
				const id = add(node, "other-digit");
				if (id) around(node, `(mutantIs(${id}) ? ${other} : `, ")");
				break;
			}
			default:
		}
		const isFunction = /Function|Method/.test(node.type);
		for (const [key, value] of Object.entries(node)) {
			if (key === "loc" || key === "leadingComments" || key === "trailingComments" || key === "innerComments")
				continue;
			if (node.type === "ImportDeclaration" || node.type === "ExportAllDeclaration") continue;
			// What a template is made of is looked at as a whole.
			if ((key === "key" || key === "property") && !node.computed) continue;
			if (node.shorthand && constants.size > 0 && (node.value as Node)?.type === "Identifier") continue;
			for (const child of Array.isArray(value) ? value : [value]) {
				if (typeof child !== "object" || child === null || typeof (child as Node).type !== "string") continue;
				visitProperty(child as Node, inFunction || isFunction, node);
			}
		}
	};
	/** Outside of functions a property's value is worked out each time that it is asked for. */
	const visitProperty = (node: Node, inFunction: boolean, parent: Node): void => {
		const value = node.value as Node | undefined;
		const isLate =
			!inFunction &&
			node.type === "ObjectProperty" &&
			!node.shorthand &&
			!node.computed &&
			value !== undefined &&
			["NumericLiteral", "ArrayExpression", "StringLiteral", "TemplateLiteral"].includes(value.type);
		if (isLate && value) {
			const key = node.key as Node;
			const count = mutants.length;
			const mark = rank++;
			visit(value, true, node);
			if (mutants.length === count) return;
			edits.push({ at: key.start, text: "get ", rank: mark });
			edits.push({ at: key.end, text: "() { return ", rank: mark });
			edits.push({ at: key.end, text: "/*", rank: mark });
			edits.push({ at: value.start, text: "*/", rank: mark });
			edits.push({ at: value.end, text: " }", rank: -mark });
			return;
		}
		visit(node, inFunction, parent);
	};
	visit(ast.program, false, undefined);
	edits.sort((a, b) => a.at - b.at || order(a) - order(b));
	let code = "";
	let from = 0;
	for (const { at, text } of edits) {
		code += source.slice(from, at) + text;
		from = at;
	}
	code += source.slice(from);
	return { code: code.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"), mutants };
}

/** The name of a method, or of what stands at the top of the module; undefined where a node begins neither. */
function scopeOf(node: Node, parent: Node | undefined, source: string): string | undefined {
	const named = /Method$/.test(node.type)
		? node.key
		: isTop(node, parent)
			? (node as { id?: unknown }).id
			: undefined;
	return named ? source.slice((named as Node).start, (named as Node).end) : undefined;
}

const isTop = ({ type }: Node, parent: Node | undefined): boolean =>
	(type === "FunctionDeclaration" || type === "VariableDeclarator" || type === "ClassDeclaration") &&
	parent !== undefined &&
	["Program", "ExportNamedDeclaration", "VariableDeclaration"].includes(parent.type);

/** What closes comes before what opens; of those the inner ones first, of these the outer ones. */
const order = ({ rank }: Edit): number => (rank < 0 ? rank - 1e9 : rank);
