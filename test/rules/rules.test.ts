/** The rules of test/rules/rules.ts over the repository; and each rule over what it must and must not catch. */
import test from "ava";
import { RULES, type Rule } from "./rules.js";
import { parseSource, type SourceFile, sourceFiles } from "./source-file.js";

const files = ["modules", "hosts/emulator", "hosts/mcu", "test"].flatMap(sourceFiles);

function findingsOf(rule: Rule, file: SourceFile): string[] {
	if (!rule.applies.test(file.path)) return [];
	return rule
		.find(file)
		.map(({ node, message }) => `${file.path}:${node.loc?.start.line ?? "?"}: ${message} (${rule.why})`);
}

for (const rule of RULES) {
	test(`rule: ${rule.name}`, (t) => {
		t.deepEqual(
			files.flatMap((file) => findingsOf(rule, file)),
			[],
		);
	});

	test(`the rule "${rule.name}" catches what it must, and no more`, (t) => {
		t.true(rule.bad.length > 0);
		for (const [path, source] of rule.bad)
			t.not(findingsOf(rule, parseSource(path, source)).length, 0, `it lets through: ${source}`);
		for (const [path, source] of rule.good)
			t.deepEqual(findingsOf(rule, parseSource(path, source)), [], `it catches: ${source}`);
	});
}

test("the rules see the repository", (t) => {
	for (const path of ["modules/storage/slots.ts", "hosts/emulator/virtual-clock.ts", "test/slots.test.ts"])
		t.true(
			files.some((file) => file.path === path),
			`${path} is read`,
		);
});
