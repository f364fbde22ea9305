// Requirements: P8, R21, R30
/** The comparison itself: it covers every kind of search, and it can fail. */
import test from "ava";
import { WORLDS } from "../power-cuts/worlds.js";
import { signAll, signedEnvelope } from "../support/signing.js";
import { worldOf } from "./cuts.js";
import { COUNTS, difference, xsSample } from "./part.js";
import { type CaseName, logOf, newSample, ordersToSign, Sample } from "./sample.js";

const sample = newSample();

test("every kind of search is in the sample, and a quick run takes 1,000 cases or more", (t) => {
	for (const family of ["cuts", "chart", "life", "wdsi", "bursts", "xmodem", "smp", "inputs", "calendar"])
		t.true(
			COUNTS.some(([name, quick, long]) => name === family && quick > 0 && long >= quick),
			family,
		);
	for (const [family] of COUNTS) t.is(sample.cases(family).name, family);
	t.true(COUNTS.reduce((sum, [, quick]) => sum + quick, 0) >= 1_000);
});

test("stories with cuts are of both families, both policies, a server and a file, and of several elements", (t) => {
	const [, quick = 0] = COUNTS.find(([name]) => name === "cuts") ?? [];
	const worlds = Array.from({ length: quick }, (_, i) => worldOf(1_000 + i));
	for (const part of [
		"HL7692-window-avms",
		"HL7800-prefetch-local",
		"HL7692-prefetch-avms",
		"HL7800-window-local",
	])
		t.true(
			worlds.some(({ name, others }) => name === part && others.length === 2),
			part,
		);
	t.true(new Set(worlds).size > quick / 2);
	t.is(new Set(Array.from({ length: 2 * WORLDS.length }, (_, i) => worldOf(i))).size, WORLDS.length);
});

test("a story's log holds what is said, what is on the wires, each boot's end, and what is stored then", (t) => {
	const { log, faults } = sample.run(["cuts", 2]);
	t.deepEqual(faults, []);
	for (const kind of [
		/^ *\d+ = \{"event":"decided"/,
		/^ *\d+ > modem "AT/,
		/^ *\d+ < modem /,
		/^## boot 1 of /,
		/^# \d+; mark-a /,
	])
		t.true(
			log.some((line) => kind.test(line)),
			String(kind),
		);
});

test("walks come up to an install, and take timeouts", (t) => {
	const lines = Array.from({ length: 20 }, (_, i) => sample.log(["chart", i])).flat();
	const values = new Set(lines.map((line) => /-> (\S+):/.exec(line)?.[1]));
	t.true(values.size >= 12, [...values].join(" "));
	t.true(lines.some((line) => line.startsWith("after ")));
	t.true(lines.some((line) => line.includes("sendInstall")));
});

test("two logs part at a line that is told, with what each engine says", (t) => {
	t.is(difference(["a", "b"], ["a", "b"]), "");
	t.is(difference(["a", "b"], ["a", "c"]), "line 1: Node says b, XS c");
	t.is(difference(["a"], ["a", "c"]), "line 1: Node says nothing, XS c");
	t.is(difference(["a", "b"], ["a"]), "line 1: Node says b, XS nothing");
});

test.serial("an engine that does otherwise is found out, with the seed of the case", async (t) => {
	const name: CaseName = ["chart", 3];
	const { run } = Sample.prototype;
	// Node's half of the sample, which says one thing more; XS has its own.
	Sample.prototype.run = function (each) {
		const result = run.call(this, each);
		return { ...result, log: [...result.log, "otherwise"] };
	};
	t.teardown(() => {
		Sample.prototype.run = run;
	});
	const lines: string[] = [];
	t.true(await xsSample.replay(name.join("/"), (line) => lines.push(line)));
	t.regex(lines.at(-1) ?? "", /^line \d+: Node says otherwise, XS nothing$/);
});

test("what Node has signed is what an engine that cannot sign offers", (t) => {
	const [order] = ordersToSign();
	if (!order) return t.fail();
	t.deepEqual(Object.values(signAll([order])), [String.fromCharCode(...signedEnvelope(order))]);
	t.is(logOf({ log: ["a"], faults: ["b"], noiseBytes: 0 }).join(), "a,b");
});

test("a seed that names no case is refused", async (t) => {
	for (const seed of ["cuts", "nothing/1", "chart/x"])
		await t.throwsAsync(() => xsSample.replay(seed, () => {}), { instanceOf: RangeError });
});
