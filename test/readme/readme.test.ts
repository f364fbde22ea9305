// Requirements: P1, P2, P7, P9, R2, R18, R24, R27
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import * as EXIT from "../../hosts/node/exit-status.js";
import { DECISIONS, ENDINGS, STEPS } from "../../hosts/node/sentences.js";
import { shownDuration } from "../../hosts/node/shown-duration.js";
import { arrowsOf, type StateConfig, statechartPictures } from "../../hosts/node/statechart-picture.js";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import { SIMULATED_BOARD } from "../../hosts/sim/simulated-product.js";
import { opensFromMs } from "../../modules/off-time/bounds.js";
import { UNKNOWN_REASONS } from "../../modules/off-time/reasons.js";
import { Journal, type JournalRecord } from "../../modules/set/journal.js";
import { decide, type Facts } from "../../modules/window/decide.js";
import { windowMachine } from "../../modules/window/machine.js";
import { DEFAULT_POLICY } from "../../modules/window/policy.js";
import { temporaryDirectory, updateWindow } from "../node/support.js";
import { RULES } from "../rules/rules.js";
import { MODULES_README, README, ROOT, withGenerated } from "./generated.js";
import { powerCuts } from "./power-cuts.js";

const readme = readFileSync(README, "utf8");
const root = fileURLToPath(ROOT);
const LIMIT_MS = 60_000;
const MACHINE: StateConfig = windowMachine.config;

test("what is generated in the README is what `npm run picture` writes", (t) => {
	t.is(withGenerated(readme), readme);
	for (const name of ["statechart", "decisions", "policy", "powerCuts"])
		t.true(readme.includes(`<!-- generated: ${name} -->`), name);
});

test("P7: what the README says of power cuts is the old set or the new one, after every step, and monitoring in time", (t) => {
	const cuts = powerCuts();
	t.true(cuts.length >= 24, "every step of an update, for a moment and for long");
	for (const { step, offMs, side, faults } of cuts) {
		t.not(side, "mixed", `${step}, off for ${offMs} ms`);
		t.deepEqual(faults, [], `${step}, off for ${offMs} ms`);
	}
});

test("the rules for code on the device stand in modules/README.md, all of them, with what and why", (t) => {
	const document = readFileSync(MODULES_README, "utf8");
	t.is(withGenerated(document), document);
	t.true(document.includes("<!-- generated: rules -->"));
	for (const { what, why } of RULES) {
		t.true(document.includes(`| ${what} |`), what);
		t.true(document.includes(why), why);
	}
	const changed = document.replace(RULES[0]?.why ?? "", "nobody knows why");
	t.not(changed, document);
	t.is(withGenerated(changed), document);
});

test("the pictures show every state of the machine and every event that leads somewhere else", (t) => {
	const pictures = statechartPictures(MACHINE);
	const all = pictures.map(({ mermaid }) => mermaid).join("\n");
	const arrows = arrowsOf(MACHINE);
	t.true(arrows.length > 50);
	for (const { from, to, label } of arrows) {
		for (const path of [from, to].filter(({ length }) => length > 0))
			t.regex(all, new RegExp(`\\b${path.join("_").replaceAll("-", "_")}(:| )`), path.join("."));
		if (from.join() !== to.join()) t.true(all.includes(label), `${from.join(".")} ${label}`);
	}
});

test("an arrow of the README that is not the machine's would be noticed", (t) => {
	const changed = readme.replace("open_committing --> open_reporting", "open_committing --> open_inventory");
	t.not(changed, readme);
	t.is(withGenerated(changed), readme);
});

test("P1, P2: the reasons stand in the README in the order in which decide() asks", (t) => {
	const expected = [
		"journal-damaged",
		"journal-open",
		"nothing-to-do",
		"given-up",
		...UNKNOWN_REASONS,
		"off-too-short",
		"off-long-enough",
	];
	t.deepEqual(Object.keys(DECISIONS), expected);

	// Everything is against opening; then one thing after another is put right.
	const order = { digest: "d", modem: { to: "2" } };
	const { record } = new Journal({ store: new MemoryStore() });
	const bad: JournalRecord = { ...record, order: "d", attempts: 3, step: "sent", inForce: "d", seen: "2" };
	const facts: Facts = {
		journal: undefined,
		order,
		offTime: { unknown: "no-mark" },
		thresholdMs: 10,
		attemptsMax: 3,
		restarted: false,
	};
	const steps: Partial<Facts>[] = [
		{},
		{ journal: bad },
		{ journal: { ...bad, step: "none" } },
		{ journal: { ...bad, step: "none", inForce: "" } },
		{ journal: { ...bad, step: "none", inForce: "", attempts: 2 } },
		{ offTime: { atLeastMs: 9 } },
		{ offTime: { atLeastMs: 10 } },
	];
	const reasons = steps.map((change) => decide(Object.assign(facts, change)).reason);
	t.deepEqual(
		reasons,
		expected.filter(
			(reason) => reason === "no-mark" || !(UNKNOWN_REASONS as readonly string[]).includes(reason),
		),
	);
});

test("every reason that the statechart concludes with has a sentence, and every step is one of its states", (t) => {
	const concluded = new Set<string>();
	const states = new Set<string>();
	walk(MACHINE, [], (path, state) => {
		states.add(path.join("."));
		for (const [, reason] of JSON.stringify(state).matchAll(/"reason":"([a-z-]+)"/g))
			concluded.add(reason as string);
	});
	t.true(concluded.size > 10);
	for (const reason of concluded) t.true(reason in ENDINGS, reason);
	for (const step of Object.keys(STEPS)) t.true(states.has(step), step);
});

test("the table of exit statuses has exactly the statuses that there are", (t) => {
	const listed = rowsUnder("Exit statuses").map(([status]) => Number(status));
	const ofBoots = [0, 3, 4, 5];
	const ofDemo = 1;
	const expected = [...new Set([...Object.values(EXIT), ...ofBoots, ofDemo])].sort((a, b) => a - b);
	t.deepEqual(listed, expected);
});

test("P2: the off-times that the README tells to print are those that the boards open from", (t) => {
	const [simulated, host] = rowsUnder("What to print in the instructions").map((cells) => cells.at(-1));
	t.is(simulated, roundedUp(opensFromMs(DEFAULT_POLICY, SIMULATED_BOARD, undefined)));
	const directory = temporaryDirectory(t);
	const { out } = updateWindow(
		...["run", "--port", join(directory, "none"), "--modem", "auto", "--json"],
		...["--order", join(directory, "none"), "--key", join(directory, "none"), "--state", directory],
	);
	const decided = out
		.split("\n")
		.filter((line) => line !== "")
		.map((line) => JSON.parse(line))
		.find(({ event }) => event === "decided");
	t.is(host, roundedUp(decided.opensFrom));
});

test("P9: the session that makes, signs and verifies an order runs as it is printed", (t) => {
	const { status, out, err } = shell(t, blockUnder("An order"));
	t.is(status, 0, err);
	t.is(err, "");
	t.regex(out, /private\.pem .*\n.*public\.pem .*\nkey id [0-9a-f]{64}\nsigned by key [0-9a-f]{64}\n/);
	t.regex(out, /not verified[\s\S]*to {3}HL7800\.4\.5\.4\.0\n {2}size 731204 bytes, by avms\n$/);
});

test("the first useful call runs as it is printed, and ends updated", (t) => {
	const { status, out, err } = shell(t, blockUnder("The first useful call"));
	t.is(status, 0, err);
	t.regex(
		out,
		/reason: 'no-mark'[\s\S]*reason: 'off-long-enough'[\s\S]*outcome: 'updated'[\s\S]*event: 'released'/,
	);
});

test("the emulated modem and the product in two terminals end as the README says", async (t) => {
	const link = join(temporaryDirectory(t), "modem");
	const [first, second] = blocksUnder("Against the emulated modem").map((block) =>
		block.replaceAll("/tmp/modem", link),
	);
	// The shell is replaced by the command, so that a signal reaches it.
	const modem = spawn("bash", ["-c", `exec ${first}`], { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
	t.teardown(() => modem.kill());
	await new Promise((resolve) => modem.stdout.once("data", resolve));
	const { status, out, err } = shell(t, `${blockUnder("An order")}\n${second}`);
	t.is(status, 0, err);
	t.regex(
		out,
		/The window opens[\s\S]*download 100%[\s\S]*updated from HL7800\.4\.4\.14\.0 to HL7800\.4\.5\.4\.0/,
	);
	t.regex(out, /Monitoring may start\.\nGuard: the modem asks/);
});

test("every promise stands in the README once", (t) => {
	const promises = rowsUnder("What it promises").map(([name]) => name);
	t.deepEqual(promises, ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9"]);
});

function walk(
	state: StateConfig,
	path: readonly string[],
	visit: (path: readonly string[], state: StateConfig) => void,
): void {
	visit(path, state);
	for (const [key, inner] of Object.entries(state.states ?? {})) walk(inner, [...path, key], visit);
}

function sectionUnder(heading: string): string {
	const section = readme.split(/^##+ /m).find((text) => text.startsWith(`${heading}\n`));
	if (section === undefined) throw new RangeError(`Expected the README to have a section "${heading}"`);
	return section;
}

function blocksUnder(heading: string): string[] {
	return [...sectionUnder(heading).matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block as string);
}

function blockUnder(heading: string): string {
	return blocksUnder(heading)[0] as string;
}

/** The cells of a section's first table, without its head. */
function rowsUnder(heading: string): string[][] {
	const lines = sectionUnder(heading).split("\n");
	const begin = lines.findIndex((line) => line.startsWith("|---"));
	const rows = lines.slice(begin + 1);
	return rows
		.slice(
			0,
			rows.findIndex((line) => !line.startsWith("|")),
		)
		.map((line) =>
			line
				.split("|")
				.slice(1, -1)
				.map((cell) => cell.trim()),
		);
}

function shell(t: ExecutionContext, script: string): { status: number | null; out: string; err: string } {
	const { status, stdout, stderr } = spawnSync("bash", ["-c", `set -e\n${script}`], {
		cwd: root,
		env: { ...process.env, TMPDIR: temporaryDirectory(t) },
		encoding: "utf8",
		timeout: LIMIT_MS,
	});
	return { status, out: stdout, err: stderr };
}

function roundedUp(durationMs: number): string {
	return shownDuration(Math.ceil(durationMs / 1000) * 1000);
}
