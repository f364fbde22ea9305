// Requirements: R25
/** The rules of test/rules/rules.ts over the repository; and each rule over what it must and must not catch. */
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "ava";
import { RULES, type Rule } from "./rules.js";
import { parseSource, REPOSITORY, type SourceFile, sourceFiles } from "./source-file.js";

const files = ["modules", "hosts/emulator", "hosts/mcu", "hosts/sim", "test"].flatMap(sourceFiles);

function findingsOf(rule: Rule, file: SourceFile): string[] {
	if (!rule.applies.files.test(file.path)) return [];
	return rule
		.find(file)
		.map(({ node, message }) => `${file.path}:${node.loc?.start.line ?? "?"}: ${message} (${rule.why})`);
}

/** What is wrong with a rule itself, a sentence each. */
function problemsOf(rule: Rule): string[] {
	const problems: string[] = [];
	if (rule.what === "" || rule.why === "") problems.push("Expected what is not allowed, and why");
	if (rule.bad.length === 0) problems.push("Expected an example that it catches");
	for (const [file, source] of rule.bad)
		if (findingsOf(rule, parseSource(file, source)).length === 0) problems.push(`It lets through: ${source}`);
	for (const [file, source] of rule.good)
		for (const finding of findingsOf(rule, parseSource(file, source)))
			problems.push(`It catches: ${source}: ${finding}`);
	return problems;
}

for (const rule of RULES) {
	test(`rule: ${rule.what}`, (t) => {
		t.deepEqual(
			files.flatMap((file) => findingsOf(rule, file)),
			[],
		);
	});

	test(`the rule "${rule.what}" catches what it must, and no more`, (t) => {
		t.deepEqual(problemsOf(rule), []);
	});

	test(`were the rule "${rule.what}" broken, that would be noticed`, (t) => {
		const { bad, good } = rule;
		t.is(problemsOf({ ...rule, find: () => [] }).length, bad.length, "it finds nothing");
		const findAlways: Rule["find"] = ({ program }) => [{ node: program, message: "always" }];
		t.is(
			problemsOf({ ...rule, find: findAlways }).length,
			good.filter(([file]) => rule.applies.files.test(file)).length,
			"it finds everything",
		);
		t.true(good.some(([file]) => rule.applies.files.test(file)));
		const nowhere = { files: /^$/, words: "nowhere" };
		t.is(problemsOf({ ...rule, applies: nowhere }).length, bad.length, "it applies nowhere");
		t.is(problemsOf({ ...rule, bad: [] }).length, 1, "it has no example");
		const [first = good[0]] = good;
		if (first) t.is(problemsOf({ ...rule, bad: [...bad, first] }).length, 1, "an example does not trip it");
	});
}

test("every rule applies to files that there are, and is told once", (t) => {
	for (const { what, applies } of RULES)
		t.true(
			files.some((file) => applies.files.test(file.path)),
			what,
		);
	t.is(new Set(RULES.map(({ what }) => what)).size, RULES.length);
});

test("the rules see the repository", (t) => {
	for (const file of [
		"modules/storage/slots.ts",
		"hosts/emulator/virtual-clock.ts",
		"hosts/mcu/boards/lin/lin-serial.ts",
		"hosts/sim/sim-model.ts",
		"test/slots.test.ts",
	])
		t.true(
			files.some(({ path: known }) => known === file),
			`${file} is read`,
		);
});

test("the compiler knows neither Node nor the DOM where code for the device stands", (t) => {
	const root = compilerOptions("tsconfig.json");
	t.deepEqual([root.types, root.lib, root.erasableSyntaxOnly], [[], ["es2022"], true]);
	for (const folder of ["modules", "hosts/emulator", "hosts/sim", "hosts/mcu"]) {
		const { types, lib, erasableSyntaxOnly } = compilerOptions(`${folder}/tsconfig.json`);
		t.deepEqual([lib, erasableSyntaxOnly], [undefined, undefined], folder);
		for (const name of types ?? []) t.true(name.startsWith("@moddable/typings/"), `${folder}: ${name}`);
	}
});

function compilerOptions(file: string): { types?: string[]; lib?: string[]; erasableSyntaxOnly?: boolean } {
	return JSON.parse(readFileSync(path.join(REPOSITORY, file), "utf8")).compilerOptions;
}
