// Requirements: R16, R18, R19
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { LOG_FOLDER } from "../../hosts/node/event-log-folder.js";
import { FileStore } from "../../hosts/node/file-store.js";
import { EventLog } from "../../modules/log/event-log.js";
import { temporaryDirectory, updateWindow } from "./support.js";

function productWithLog(directory: string, entries: number): void {
	const log = new EventLog({
		store: new FileStore({ directory: join(directory, LOG_FOLDER) }),
		rtc: { time: 1_767_225_600_000 },
		boot: () => 12,
		order: () => "ab".repeat(32),
	});
	for (let i = 0; i < entries; i++)
		log.append({ event: "decided", reason: `reason-${i}`, detail: "closed", lasting: false });
}

test("log shows what happened as a table", (t) => {
	const state = temporaryDirectory(t);
	productWithLog(state, 2);
	const { status, out, err } = updateWindow("log", "--state", state);
	t.is(err, "");
	t.is(status, 0);
	t.deepEqual(out.split("\n"), [
		"time (UTC)                boot  event    reason    order     detail",
		"2026-01-01T00:00:00.000Z  12    decided  reason-0  abababab  closed",
		"2026-01-01T00:00:00.000Z  12    decided  reason-1  abababab  closed",
		"",
	]);
});

test("log --json gives one object a line, with what is not known as null", (t) => {
	const state = temporaryDirectory(t);
	const store = new FileStore({ directory: join(state, LOG_FOLDER) });
	const log = new EventLog({ store, rtc: { time: undefined }, boot: () => undefined, order: () => "" });
	log.append({ event: "closed", reason: "read-back", detail: "updated", lasting: true });
	const { status, out } = updateWindow("log", "--state", state, "--json");
	t.is(status, 0);
	t.deepEqual(
		out
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line) as unknown),
		[
			{
				sequence: 1,
				time: null,
				boot: null,
				event: "closed",
				reason: "read-back",
				detail: "updated",
				order: "",
				lostBefore: 0,
			},
		],
	);
});

test("log tells what was overwritten and what cannot be read", (t) => {
	const state = temporaryDirectory(t);
	productWithLog(state, 70);
	const folder = join(state, LOG_FOLDER);
	writeFileSync(join(folder, "routine-20"), readFileSync(join(folder, "routine-20")).subarray(1));
	const { out } = updateWindow("log", "--state", state);
	const lines = out.trim().split("\n");
	t.regex(lines[1] ?? "", /^\.\.\. 6 of its kind before this one/);
	t.is(lines.filter((line) => line.startsWith("... 1 of its kind")).length, 1);
	t.is(lines.length, 1 + 2 + 63);
});

test("a directory without a log, or with none that can be read, is an input that is missing: 66", (t) => {
	const state = temporaryDirectory(t);
	const refused = (message: RegExp): void => {
		for (const more of [[], ["--json"]]) {
			const { status, out, err } = updateWindow("log", "--state", state, ...more);
			t.is(status, 66);
			t.is(out, "");
			t.regex(err, message);
		}
	};
	refused(/^error: Expected an event log in .*log, which cannot be read: ENOENT.*\n$/);
	mkdirSync(join(state, LOG_FOLDER));
	refused(/^error: Expected an event log in .*log, which is empty\n$/);
	writeFileSync(join(state, LOG_FOLDER, "routine-0"), "no record");
	refused(/^error: Expected whole records in .*log, got 1 files and none of them is one\n$/);
	t.deepEqual(readdirSync(state), [LOG_FOLDER]);
});

test("log needs --state", (t) => {
	t.like(updateWindow("log"), { status: 64, out: "" });
	t.like(updateWindow("log", "--state", ""), { status: 64, out: "" });
	t.like(updateWindow("log", "--help"), { status: 0 });
});

test("each boot of run adds to the log what it decided, whatever became of its modem and its order", (t) => {
	const state = temporaryDirectory(t);
	const nothing = join(state, "nothing");
	for (const boot of [1, 2]) {
		const ran = updateWindow(
			...[
				"run",
				"--port",
				nothing,
				"--modem",
				"auto",
				"--order",
				nothing,
				"--key",
				nothing,
				"--state",
				state,
			],
		);
		t.is(ran.status, 66, ran.err);
		const { status, out } = updateWindow("log", "--state", state, "--json");
		t.is(status, 0);
		const lines = out
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line) as Record<string, unknown>);
		t.deepEqual(
			lines.slice(-3).map(({ event, reason, boot: number }) => [event, reason, number]),
			[
				["order", "unreadable", boot],
				["decided", "nothing-to-do", boot],
				["unguarded", "no-modem", boot],
			],
		);
		t.true(lines.every(({ time }) => typeof time === "string" && time.endsWith("Z")));
	}
});
