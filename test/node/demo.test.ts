// Requirements: P1, P2, P3, P5, P7, R20, R27
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import test from "ava";
import { Stage } from "../../hosts/node/demo/stage.js";
import { tellStory } from "../../hosts/node/demo/story.js";
import { StoryError } from "../../hosts/node/demo/story-error.js";
import { TextReporter } from "../../hosts/node/text-reporter.js";
import { updateWindow } from "./support.js";

const MAIN = fileURLToPath(new URL("../../hosts/node/main.js", import.meta.url));
const README = new URL("../../../README.md", import.meta.url);

/** What a person who watches must have been told, in this order. */
const STORY = [
	/company +Signs an order/,
	/accepted and stored/,
	/there is no alive mark/,
	/Monitoring may start/,
	/operator +Puts a job for .* by mistake/,
	/asks to connect to the server: put off for 24h/,
	/user +The power fails for two seconds/,
	/not off long enough/,
	/Monitoring may start/,
	/user +Switches off, waits the 10m 56s/,
	/The window opens/,
	/not of the ordered size/,
	/Monitoring may start/,
	/Cancels the wrong job/,
	/put off for 24h/,
	/The window opens/,
	/sensor: 1\.1\.0 is written and whole/,
	/modem: download 100%/,
	/self: starts again/,
	/user +The power fails for two seconds, while the processors swap/,
	/recovery goes first/,
	/sensor: 1\.0\.0 runs again/,
	/Recovery has ended, the old version is in force/,
	/Monitoring may start/,
	/user +Switches off, waits the 10m 56s/,
	/The window opens/,
	/self: starts again/,
	/sensor: 1\.1\.0 runs on trial/,
	/self: 1\.1\.0 stays/,
	/do not switch off now/,
	/its version is read back/,
	/modem: updated from/,
	/self: updated from 1\.0\.0 to 1\.1\.0/,
	/The window is closed, updated/,
	/Monitoring may start/,
	/signs order 2/,
	/not off long enough/,
	/The window opens/,
	/Everything that has begun goes back/,
	/self: 1\.1\.0 runs again/,
	/a new image did not run/,
	/signs order 3/,
	/The window opens/,
	/modem: is being written/,
	/display: updated from 1\.1\.0 to 1\.2\.1/,
	/The window is closed, updated/,
	/user +The power fails for two seconds/,
	/it is in force already\. The window stays closed/,
	/Monitoring may start/,
	/put off for 24h/,
	/as ordered/,
	/while it was closed: none/,
];

for (const model of ["HL7692", "HL7800"])
	test(`P1, P2, P3, P5, P7: demo tells the whole story of an ${model} and ends well`, (t) => {
		const { status, out, err } = updateWindow("demo", "--modem", model);
		t.is(status, 0, err);
		t.is(err, "");
		const text = unwrapped(out);
		let from = 0;
		for (const told of STORY) {
			const at = text.slice(from).search(told);
			t.true(at >= 0, `${told} after\n${text.slice(0, from)}`);
			from += at + 1;
		}
		t.false(out.includes("\x1b"), "colour where there is no terminal");
	});

test("demo's figures are the README's", (t) => {
	const text = unwrapped(updateWindow("demo").out);
	const readme = readFileSync(README, "utf8");
	const waits = [...text.matchAll(/onitoring waited ((?:\d+m )?\d+s)/g)].map(([, wait]) => wait);
	t.is(waits.length, 4);
	for (const wait of waits) t.true(readme.includes(`| ${wait} | \`demo\` |`), wait);
});

test("demo's story checks itself: it fails where the world is another than it is told", async (t) => {
	const sabotages: Record<string, (stage: Stage) => void> = {
		"no server": ({ product }) => {
			product.server.reachable = false;
		},
		"no clock": ({ product }) => {
			product.rtc.stopped = true;
		},
		"another modem": ({ product }) => {
			product.modemFlash.version = "HL7800.4.6.9.4";
		},
		"another job": ({ product }) => {
			product.server.addJob = () => product.server.jobs[0] as ReturnType<typeof product.server.addJob>;
		},
	};
	for (const [name, sabotage] of Object.entries(sabotages)) {
		const stage = new Stage({ model: "HL7800", stream: recorder().stream });
		const heading = stage.heading.bind(stage);
		stage.heading = async (text) => {
			if (text.startsWith("5.")) sabotage(stage);
			return heading(text);
		};
		await t.throwsAsync(tellStory(stage, "HL7800"), { instanceOf: StoryError }, name);
	}
});

test("an unknown modem is wrong usage", (t) => {
	const { status, out, err } = updateWindow("demo", "--modem", "HL9");
	t.is(status, 64);
	t.is(out, "");
	t.regex(err, /HL7692, HL7800/);
});

for (const command of ["demo", "--help", "run --help", "order --help"])
	test(`\`${command}\` into a pipe that closes early ends as it would have`, (t) => {
		const { stdout, stderr } = spawnSync(
			"bash",
			["-c", `"${process.execPath}" "${MAIN}" ${command} | true; echo "\${PIPESTATUS[0]}"`],
			{ encoding: "utf8" },
		);
		t.is(stderr, "");
		t.is(stdout, "0\n");
	});

test("output that a full disk does not take is said, with status 73", (t) => {
	const { stdout, stderr } = spawnSync(
		"bash",
		["-c", `"${process.execPath}" "${MAIN}" demo > /dev/full; echo $?`],
		{ encoding: "utf8" },
	);
	t.is(stdout, "73\n");
	t.regex(stderr, /cannot write to standard output: ENOSPC/);
});

test("on a terminal a download is a bar, and an install says that nobody should switch off now", (t) => {
	const { stream, written } = recorder({ isTTY: true });
	let nowMs = 0;
	const reporter = new TextReporter({ stream, now: () => nowMs });
	reporter.report({ event: "progress", element: "modem", phase: "download", percent: 0 });
	reporter.report({ event: "progress", element: "modem", phase: "download", percent: 100 });
	reporter.report({ event: "progress", element: "modem", phase: "install", percent: 0 });
	nowMs = 90_000;
	reporter.report({ event: "state", value: { open: { committing: "settling" } } });
	reporter.end();
	t.regex(
		written(),
		/modem +\[=+\] download 100%[\s\S]*modem +\[=+\] installs, do not switch off now[\s\S]*restarted/,
	);
	t.regex(written(), /installs, do not switch off now {2}1m 30s[^\n]*\n$/);
});

test("P7: on a terminal each element has a bar, below all that is said, and what it does beside it", (t) => {
	const { stream, written } = recorder({ isTTY: true });
	const reporter = new TextReporter({ stream, now: () => 0 });
	for (const element of ["sensor", "display"])
		reporter.report({ event: "progress", element, phase: "write", percent: 50 });
	reporter.report({ event: "staged", element: "sensor", version: "1.1.0" });
	const drawn = written();
	t.true(drawn.lastIndexOf("is written and whole") < drawn.lastIndexOf("1.1.0 is whole"), drawn);
	t.true(drawn.lastIndexOf("1.1.0 is whole") < drawn.lastIndexOf("display  [====="), drawn);
	reporter.report({ event: "closed", outcome: "failed", reason: "no-image" });
	const ended = written();
	reporter.report({ event: "released" });
	t.is(written().slice(ended.length), "Monitoring may start.\n");
});

test("progress elsewhere is a few lines, whatever comes in", (t) => {
	const { stream, written } = recorder();
	const reporter = new TextReporter({ stream });
	for (let percent = 0; percent <= 100; percent++)
		reporter.report({ event: "progress", element: "modem", phase: "download", percent });
	reporter.report({ event: "progress", element: "modem", phase: "install", percent: 0 });
	reporter.report({ event: "progress", element: "modem", phase: "install", percent: 100 });
	for (let percent = 0; percent <= 100; percent++)
		reporter.report({ event: "progress", element: "sensor", phase: "write", percent });
	t.deepEqual(written().trim().split("\n"), [
		...[0, 25, 50, 75, 100].map((percent) => `modem: download ${percent}%`),
		"modem: installs, do not switch off now.",
		"sensor: is being written, 0%",
	]);
});

/** Lines as they were before they were wrapped: what goes on has no time in front of it. */
function unwrapped(text: string): string {
	return text.replace(/\n {20}/g, " ");
}

function recorder({ isTTY = false } = {}): { stream: NodeJS.WriteStream; written: () => string } {
	const stream = Object.assign(new PassThrough(), { isTTY, columns: 100 });
	const chunks: string[] = [];
	stream.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
	return { stream: stream as unknown as NodeJS.WriteStream, written: () => chunks.join("") };
}
