// Requirements: R27
/**
 * Goal: nobody can add a requirement without a test, a test without a requirement, or software of others without a why. Method:
 * the checks look at the repository; and each kind of fault is shown to them in a made-up one.
 */
import { existsSync, readFileSync } from "node:fs";
import test from "ava";
import { REQUIREMENTS_FILE, ROOT, withGenerated } from "../readme/generated.js";
import {
	guardsOf,
	type Lock,
	limitFaults,
	type Software,
	softwareFaults,
	softwareIn,
	type TestSource,
	tracingFaults,
} from "./check.js";
import { SOFTWARE_WHYS } from "./software-whys.js";
import { requirements, software, testSources } from "./tables.js";

const document = readFileSync(REQUIREMENTS_FILE, "utf8");
/** Where the search lists its parts. */
const PARTS = new URL("test/prove/parts.ts", ROOT);
const PART_IMPORT = /from "\.\.\/([^/]+)\/part\.js"/g;
const ids = requirements().map(({ id }) => id);
const sources = testSources();
const manifestOf = (name: string): URL => new URL(`node_modules/${name}/package.json`, ROOT);

test("every requirement has a test, and every test names a requirement that there is", (t) => {
	t.deepEqual(tracingFaults(ids, sources), []);
});

test("the promises and what the user asks for are all there, and so are all tests and parts of the search", (t) => {
	t.deepEqual(
		ids.filter((id) => id.startsWith("P")),
		["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9"],
	);
	const asked = ids.filter((id) => id.startsWith("R"));
	t.deepEqual(
		asked,
		asked.map((_, i) => `R${i + 1}`),
	);
	const paths = sources.map(({ path }) => path);
	t.true(paths.includes("slots.test.ts") && paths.includes("window/guard.test.ts"));
	const parts = [...readFileSync(PARTS, "utf8").matchAll(PART_IMPORT)].map(
		([, folder]) => `${folder}/part.ts`,
	);
	t.true(parts.length >= 5);
	t.deepEqual(
		paths.filter((path) => path.endsWith("/part.ts")),
		parts.sort(),
	);
});

test("all software of others has a why and a licence, and no why is without its package", (t) => {
	t.true(software().length > 30);
	t.deepEqual(softwareFaults(software(), SOFTWARE_WHYS), []);
});

test("the licence in the list is the one that each installed package names", (t) => {
	const isInstalled = ({ name }: Software): boolean => existsSync(manifestOf(name));
	const installed = software().filter(isInstalled);
	t.true(installed.length > 30);
	for (const { name, licence } of installed)
		t.is(JSON.parse(readFileSync(manifestOf(name), "utf8")).license, licence, name);
});

test("what is generated in REQUIREMENTS.md is what `npm run picture` writes", (t) => {
	t.is(withGenerated(document), document);
	for (const name of ["requirements", "software"])
		t.true(document.includes(`<!-- generated: ${name} -->`), name);
	const changed = document.replace("`window`: ", "`window`: nobody, ");
	t.not(changed, document);
	t.is(withGenerated(changed), document);
});

test("each non-guarantee has its number, and the tests that show it are there", (t) => {
	t.deepEqual(
		limitFaults(
			document,
			sources.map(({ path }) => path),
		),
		[],
	);
});

/** A test file with a first line and one title; composed, so that the titles are none of this file. */
function made(path: string, line: string, promises: string): TestSource {
	return { path, text: `${line}\ntest("${promises}: nothing is sent", () => {});\n` };
}

const GUARD = made("window/guard.test.ts", "// Requirements: P1, R2", "P1");
const MADE_IDS = ["P1", "P2", "R2"];
const OTHER = made("at/channel.test.ts", "// Requirements: P2", "P2");

const TRACING: Readonly<Record<string, { ids?: string[]; other?: TestSource; fault?: RegExp }>> = {
	"nothing that is wrong": {},
	"a requirement that no test names": { ids: [...MADE_IDS, "R3"], fault: /^R3: expected a test/ },
	"a requirement that stands there twice": { ids: [...MADE_IDS, "R2"], fault: /^R2: expected once/ },
	"a test that names no requirement": {
		ids: ["P1", "R2"],
		other: { path: "at/channel.test.ts", text: 'import test from "ava";\n' },
		fault: /^at\/channel\.test\.ts: expected a first line .* got `import test from "ava";`$/,
	},
	"a line that is not the first": {
		ids: ["P1", "R2"],
		other: made("at/channel.test.ts", "\n// Requirements: P1", "P1"),
		fault: /expected a first line/,
	},
	"a part of the search that names none": {
		ids: ["P1", "R2"],
		other: { path: "noise/part.ts", text: "export const noise = {};\n" },
		fault: /^noise\/part\.ts: expected a first line/,
	},
	"an id that does not exist": {
		other: made("at/channel.test.ts", "// Requirements: P2, R9", "P2"),
		fault: /a requirement that there is, got `R9`$/,
	},
	"an id with something behind it": {
		other: made("at/channel.test.ts", "// Requirements: P2, R2.", "P2"),
		fault: /a requirement that there is, got `R2\.`$/,
	},
	"a promise of a title that the first line does not have": {
		other: made("at/channel.test.ts", "// Requirements: P2", "P1, P2"),
		fault: /expected `P1` of a title in the first line, got `P2`$/,
	},
	"the same in a title that begins with a model": {
		other: made("at/channel.test.ts", "// Requirements: P2", "$" + "{model}: P1"),
		fault: /expected `P1` of a title/,
	},
	"ids out of order": {
		other: made("at/channel.test.ts", "// Requirements: R2, P2", "P2"),
		fault: /expected `P2, R2`, got `R2, P2`$/,
	},
	"an id twice": {
		other: made("at/channel.test.ts", "// Requirements: P2, P2", "P2"),
		fault: /expected `P2`, got `P2, P2`$/,
	},
};

for (const [what, { ids: madeIds = MADE_IDS, other = OTHER, fault }] of Object.entries(TRACING))
	test(`the check of the tests finds ${what}`, (t) => {
		const faults = tracingFaults(madeIds, [GUARD, other]);
		t.is(faults.length, fault ? 1 : 0, faults.join("\n"));
		if (fault) t.regex(faults[0] ?? "", fault);
	});

test("guards are told by folder, in order, and parts of the search last", (t) => {
	const paths = ["b/two.test.ts", "b/two-more.test.ts", "alone.test.ts", "b/part.ts", "a/one.test.ts"];
	const all = paths.map((path) => made(path, "// Requirements: P1", "P1"));
	t.is(guardsOf("P1", [...all, OTHER]), "`b`: two, two-more; `test`: alone; `a`: one; `npm run prove`: b");
	t.is(guardsOf("P9", all), "");
});

const LOCK: Lock = {
	"": { version: "1.0.0", license: "MIT" },
	"node_modules/b": { version: "2.0.0", license: "MIT" },
	"node_modules/b/node_modules/@a/c": { version: "1.1.0", license: "ISC" },
	"node_modules/@a/c": { version: "1.0.0", license: "MIT" },
	"node_modules/only-for-tests": { version: "1.0.0", license: "MIT", dev: true },
};
const WHYS = { "@a/c": "it is needed", b: "it is needed too" };

test("software is what is not for development only, each name once, with all of its versions and licences", (t) => {
	t.deepEqual(softwareIn(LOCK), [
		{ name: "@a/c", versions: ["1.0.0", "1.1.0"], licence: "ISC, MIT" },
		{ name: "b", versions: ["2.0.0"], licence: "MIT" },
	]);
});

const SOFTWARE: Readonly<Record<string, { lock?: Lock; whys?: Record<string, string>; fault?: RegExp }>> = {
	"nothing that is wrong": {},
	"a package without a why": { whys: { b: WHYS.b }, fault: /^@a\/c: expected a why, got none$/ },
	"a package with an empty why": { whys: { ...WHYS, b: "" }, fault: /^b: expected a why, got none$/ },
	"a why without a package": { whys: { ...WHYS, d: "it was needed" }, fault: /^d: expected a package/ },
	"a why for what is for development only": {
		whys: { ...WHYS, "only-for-tests": "tests" },
		fault: /^only-for-tests: expected a package/,
	},
	"a licence that is missing": {
		lock: { ...LOCK, "node_modules/b": { version: "2.0.0" } },
		fault: /^b: expected a licence/,
	},
	"a licence that one of two versions lacks": {
		lock: { ...LOCK, "node_modules/@a/c": { version: "1.0.0" } },
		fault: /^@a\/c: expected a licence/,
	},
};

for (const [what, { lock = LOCK, whys = WHYS, fault }] of Object.entries(SOFTWARE))
	test(`the check of software finds ${what}`, (t) => {
		const faults = softwareFaults(softwareIn(lock), whys);
		t.is(faults.length, fault ? 1 : 0, faults.join("\n"));
		if (fault) t.regex(faults[0] ?? "", fault);
	});

const LIMITS: Readonly<Record<string, { rows: string; fault?: RegExp }>> = {
	"nothing that is wrong": { rows: "| N1 | a | why | `window/guard` |\n| N2 | b | why | |\n" },
	"a number that is left out": {
		rows: "| N1 | a | why | |\n| N3 | b | why | |\n",
		fault: /^N3: expected N2$/,
	},
	"a test that is not there": { rows: "| N1 | a | why | `at/no` |\n", fault: /^N1: .* got `at\/no`$/ },
	"a list that is empty": { rows: "", fault: /^expected a list/ },
};

for (const [what, { rows, fault }] of Object.entries(LIMITS))
	test(`the check of what is not guaranteed finds ${what}`, (t) => {
		const faults = limitFaults(rows, [GUARD.path, "noise/part.ts"]);
		t.is(faults.length, fault ? 1 : 0, faults.join("\n"));
		if (fault) t.regex(faults[0] ?? "", fault);
	});
