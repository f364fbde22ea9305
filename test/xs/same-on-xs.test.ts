// Requirements: R21
/**
 * The scenarios of test/scenarios, of some a share, run here in Node and in the XS engine with everything frozen; the logs must be equal.
 * To add scenarios, add a file there that exports `scenarios`.
 */
import test from "ava";
import { shareOf } from "../support/share.js";
import { scenarioFiles } from "./scenario-files.js";
import { XsProgram } from "./xs-program.js";

/** Of stories that go through the same code in the main; the search of test/xs-sample compares a thousand more. */
const EVERY: Readonly<Record<string, number>> = { product: 4, set: 3 };

// ava wants all tests declared at once, so everything is imported before the first.
const files = await scenarioFiles();

test("there are scenarios", (t) => t.true(files.length > 0));

for (const { name: file, entry, exports } of files) {
	let loading: Promise<XsProgram> | undefined;

	for (const [name, scenario] of shareOf(Object.entries(exports.scenarios), EVERY[file] ?? 1))
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
