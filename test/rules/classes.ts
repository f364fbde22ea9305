import path from "node:path";
import type { Finding } from "./rules.js";
import { isNode, type Node, nameOf, type SourceFile, walk } from "./source-file.js";

function classesOf(program: Node): Node[] {
	const classes: Node[] = [];
	walk(program, (node) => {
		if (/^Class(Declaration|Expression)$/.test(node.type)) classes.push(node);
	});
	return classes;
}

const isErrorName = (name: string | undefined): boolean => name?.endsWith("Error") ?? false;

export function errorsUnnamed({ program }: SourceFile): Finding[] {
	return classesOf(program).flatMap((node) => {
		const name = nameOf(node.id);
		const parent = nameOf(node.superClass);
		if (!isErrorName(name) && !isErrorName(parent)) return [];
		if (!isErrorName(name)) return [{ node, message: `expected a name that ends in Error, got ${name}` }];
		if (!isErrorName(parent)) return [{ node, message: `expected ${name} to extend Error, got ${parent}` }];
		const field = ((node.body as Node).body as Node[]).find(
			(member) => member.type === "ClassProperty" && nameOf(member.key) === "name",
		);
		const value = isNode(field?.value) ? field.value.value : undefined;
		return value === name ? [] : [{ node, message: `expected \`override name = "${name}"\`, got ${value}` }];
	});
}

/**
 * Names are compared without dashes and case, so that `HL7800` is at home in `hl7800.ts`; the class may say before it
 * what the folder says, so that `EmulatedModem` is at home in `emulator/modem.ts`.
 */
export function classesMisnamed({ program, path: filePath }: SourceFile): Finding[] {
	const exported = (program.body as Node[])
		.map((statement) => statement.declaration)
		.filter((node): node is Node => isNode(node) && node.type === "ClassDeclaration")
		.filter((node) => !isErrorName(nameOf(node.id)));
	const expected = path.posix.basename(filePath, ".ts").replaceAll("-", "");
	return exported
		.filter((node, index) => index > 0 || !nameOf(node.id)?.toLowerCase().endsWith(expected))
		.map((node) => ({
			node,
			message: `expected one class, named as the file ${filePath}, got ${nameOf(node.id)}`,
		}));
}

export function classMembersNotPrivate({ program }: SourceFile): Finding[] {
	return classesOf(program).flatMap((node) =>
		((node.body as Node).body as Node[])
			.filter((member) => /^(private|protected)$/.test(String(member.accessibility)))
			.filter((member) => member.kind !== "constructor")
			.map((member) => ({
				node: member,
				message: `expected #${nameOf(member.key)}, got ${member.accessibility}`,
			})),
	);
}
