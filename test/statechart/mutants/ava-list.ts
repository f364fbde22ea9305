/** In the place of `ava`: keeps the tests of each file, so that they can be run in this process, again and again. */
import assert from "node:assert";

type Body = (t: unknown) => unknown;
export interface ListedTest {
	title: string;
	body: Body;
}

export const listed: ListedTest[] = [];

/** The assertions of ava that the tests use; a failed one throws, so that the test ends there. */
const assertions: Readonly<Record<string, (...given: never[]) => unknown>> = {
	is: (actual: unknown, expected: unknown) => ok(Object.is(actual, expected)),
	not: (actual: unknown, expected: unknown) => ok(!Object.is(actual, expected)),
	true: (actual: unknown) => ok(actual === true),
	false: (actual: unknown) => ok(actual === false),
	truthy: (actual: unknown) => ok(Boolean(actual)),
	falsy: (actual: unknown) => ok(!actual),
	deepEqual: (actual: unknown, expected: unknown) => assert.deepStrictEqual(actual, expected),
	notDeepEqual: (actual: unknown, expected: unknown) => assert.notDeepStrictEqual(actual, expected),
	like: (actual: unknown, expected: unknown) => ok(isLike(actual, expected)),
	regex: (text: string, pattern: RegExp) => ok(pattern.test(text)),
	notRegex: (text: string, pattern: RegExp) => ok(!pattern.test(text)),
	pass: () => {},
	fail: () => ok(false),
	assert: (actual: unknown) => ok(Boolean(actual)),
	timeout: () => {},
	log: () => {},
	plan: () => {},
	teardown: () => {},
	notThrows: (body: () => unknown) => body(),
	throws: (body: () => unknown, expected?: Expected) => {
		try {
			body();
		} catch (error) {
			return mustBe(error, expected);
		}
		return ok(false);
	},
	throwsAsync: async (body: Promise<unknown> | (() => Promise<unknown>), expected?: Expected) => {
		try {
			await (typeof body === "function" ? body() : body);
		} catch (error) {
			return mustBe(error, expected);
		}
		return ok(false);
	},
};

interface Expected {
	instanceOf?: new (...given: never[]) => unknown;
	name?: string;
	message?: string | RegExp | ((message: string) => boolean);
}

function ok(holds: boolean): void {
	if (!holds) throw new assert.AssertionError({ message: "the assertion does not hold" });
}

function mustBe(error: unknown, expected: Expected = {}): unknown {
	const { instanceOf, name, message } = expected;
	const { name: itsName, message: its } = error as Error;
	if (instanceOf) ok(error instanceof instanceOf);
	if (name !== undefined) ok(itsName === name);
	if (typeof message === "string") ok(its === message);
	else if (message instanceof RegExp) ok(message.test(its));
	else if (message) ok(message(its));
	return error;
}

function isLike(actual: unknown, expected: unknown): boolean {
	if (typeof expected !== "object" || expected === null) return Object.is(actual, expected);
	if (typeof actual !== "object" || actual === null) return false;
	return Object.entries(expected).every(([key, value]) =>
		isLike((actual as Record<string, unknown>)[key], value),
	);
}

function test(title: string, body: Body): void {
	listed.push({ title, body });
}
/** Tests that need a process of their own, or a board, stay with ava. */
const ignored = (): void => {};
test.serial = test;
test.skip = ignored;
test.before = ignored;
test.after = ignored;
test.afterEach = ignored;
test.beforeEach = ignored;
test.failing = ignored;
test.todo = ignored;

export const runTest = async ({ body }: ListedTest): Promise<void> => {
	await body({ ...assertions, title: "" });
};

export default test;
