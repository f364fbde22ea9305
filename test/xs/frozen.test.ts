// Requirements: R21, R30
/** The harness itself: what it freezes does refuse to change, and what a device lacks is not there. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { missing, mutations } from "./fixtures/mutations.js";
import { XsProgram } from "./xs-program.js";
import { XsScriptError, XsWorker, XsWorkerError } from "./xs-worker.js";

const fixtures = path.join(path.dirname(fileURLToPath(import.meta.url)), "fixtures");

const mutable = XsProgram.load(path.join(fixtures, "mutations.js"));
test.after.always("close", async () => (await mutable).close());

for (const name of Object.keys(mutations))
	test(`once frozen, changing ${name} throws`, async (t) => {
		const program = await mutable;
		await t.throwsAsync(program.evaluate(`exports.mutations[${JSON.stringify(name)}]() ?? null`), {
			instanceOf: XsScriptError,
			message: /^TypeError: /,
		});
	});

for (const name of Object.keys(missing))
	test(`a device has no ${name}, and neither has the harness`, async (t) => {
		const program = await mutable;
		t.is(await program.evaluate(`typeof exports.missing.${name}()`), "undefined");
	});

test("what is made after loading can change", async (t) => {
	const program = await mutable;
	t.is(await program.evaluate(`exports.fresh["a Map"]()`), 1);
	t.is(await program.evaluate(`exports.fresh["an object"]()`), 1);
	t.is(await program.evaluate(`exports.fresh["a buffer"]()`), 1);
});

test("a write to a buffer that was made while loading is noticed, though it is cleared again", async (t) => {
	const program = await XsProgram.load(path.join(fixtures, "mutations.js"));
	try {
		t.false(await program.wroteToFlash());
		await program.evaluate("exports.useAndClearBuffer()");
		t.true(await program.wroteToFlash());
	} finally {
		program.close();
	}
});

const CURED = [
	["no cure", "xstate-no-cure.js", /console/],
	["no place for the bound methods", "xstate-no-setters.js", /not writable/],
	["a WeakMap made while loading", "xstate-no-late-weak-map.js", /read-only in flash/],
] as const;

for (const [what, file, message] of CURED)
	test(`xstate with ${what} fails as it does in flash`, async (t) => {
		const running = async () => {
			const program = await XsProgram.load(path.join(fixtures, file));
			try {
				return await program.evaluate("exports.run()");
			} finally {
				program.close();
			}
		};
		await t.throwsAsync(running(), { instanceOf: XsScriptError, message });
	});

test("with the cures xstate runs machines made while loading and later", async (t) => {
	const program = await XsProgram.load(path.join(fixtures, "xstate-cured.js"));
	try {
		t.is(await program.evaluate("exports.run()"), "running,running");
	} finally {
		program.close();
	}
});

test("after the cures the globals are what they were", async (t) => {
	const program = await XsProgram.load(path.join(fixtures, "../../scenarios/xstate.js"));
	try {
		t.is(await program.evaluate("typeof globalThis.console"), "undefined");
		t.is(await program.evaluate(`Object.getOwnPropertyNames(WeakMap.prototype).includes("get")`), true);
		t.is(await program.evaluate("WeakMap.name"), "WeakMap");
	} finally {
		program.close();
	}
});

test("an endless loop ends the machine, and is named", async (t) => {
	const worker = new XsWorker();
	await worker.evaluate("globalThis.resetMeter(1000000, 0)");
	await t.throwsAsync(worker.evaluate("resetMeter(1000000, 0); for (;;);"), {
		instanceOf: XsWorkerError,
		message: /too much computation/,
	});
	await t.throwsAsync(worker.evaluate("1"), { instanceOf: XsWorkerError });
});

test("computrons are the same in every run", async (t) => {
	const readings: number[] = [];
	for (let run = 0; run < 2; run++) {
		const worker = new XsWorker();
		readings.push((await worker.evaluate("for (let i = 0; i < 1000; i++) String(i);")).compute);
		worker.close();
	}
	t.true((readings[0] ?? 0) > 1000);
	t.is(readings[0], readings[1]);
});
