import type { Finding } from "./rules.js";
import { dottedName, type Node, type SourceFile, walk } from "./source-file.js";

const TEST_CALL = /^test(\.(serial|failing|only|skip))*$/;
const NAMES_A_PROMISE = /\bP\d\b/;
const PREFIX = /^P[1-9](, P[1-9])*: /;

export function unprefixedPromises({ program }: SourceFile): Finding[] {
	const findings: Finding[] = [];
	walk(program, (node) => {
		if (node.type !== "CallExpression" || !TEST_CALL.test(dottedName(node.callee) ?? "")) return;
		const title = titleOf((node.arguments as Node[])[0]);
		if (title !== undefined && NAMES_A_PROMISE.test(title) && !PREFIX.test(title))
			findings.push({ node, message: `expected a title that begins "P1: " or "P1, P2: ", got "${title}"` });
	});
	return findings;
}

/** The text of a literal title; of a template what stands before the first hole. */
function titleOf(node: Node | undefined): string | undefined {
	if (node?.type === "StringLiteral") return String(node.value);
	if (node?.type !== "TemplateLiteral") return undefined;
	const first = (node.quasis as Node[])[0]?.value as { cooked?: string } | undefined;
	return first?.cooked;
}
