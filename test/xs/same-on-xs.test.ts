/**
 * Every scenario of test/scenarios runs here in Node and in the XS engine with everything frozen; the logs must be equal.
 * To add scenarios, add a file there that exports `scenarios`.
 */
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { XsProgram } from "./xs-program.js";

interface ScenarioFile {
	scenarios: Record<string, () => string[]>;
}

const here = path.dirname(fileURLToPath(import.meta.url));
const sources = path.join(here, "../../../test/scenarios");
const compiled = path.join(here, "../scenarios");

// The sources are listed, not what was compiled: a file that was deleted leaves its output behind.
const files = readdirSync(sources)
	.filter((name) => name.endsWith(".ts"))
	.map((name) => name.slice(0, -".ts".length));

// ava wants all tests declared at once, so everything is imported before the first.
const loadedFiles = await Promise.all(
	files.map(async (file) => {
		const entry = path.join(compiled, `${file}.js`);
		return { file, entry, scenarios: ((await import(entry)) as ScenarioFile).scenarios };
	}),
);

test("there are scenarios", (t) => t.true(loadedFiles.length > 0));

for (const { file, entry, scenarios } of loadedFiles) {
	let loading: Promise<XsProgram> | undefined;

	for (const [name, scenario] of Object.entries(scenarios))
		test.serial(`${file}: ${name}: the same on XS`, async (t) => {
			const inNode = scenario();
			t.true(inNode.length > 0, "a scenario logs at least one line");
			loading ??= XsProgram.load(entry);
			const program = await loading;
			t.deepEqual(await program.evaluate(`exports.scenarios[${JSON.stringify(name)}]()`), inNode);
			t.false(await program.wroteToFlash(), "a buffer that was made while loading was written to");
		});

	test.after.always(`close the XS machine of ${file}`, async () => {
		const program = await loading?.catch(() => undefined);
		program?.close();
	});
}
