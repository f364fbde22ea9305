// Requirements: R23
import test from "ava";
import { shownClock, shownDuration, shownElapsed } from "../../hosts/sim/shown-time.js";

const DURATIONS: readonly (readonly [durationMs: number, shown: string])[] = [
	[0, "0s"],
	[999, "0s"],
	[59_999, "59s"],
	[60_000, "1m"],
	[570_000, "9m 30s"],
	[3_600_000, "1h"],
	[7_500_000, "2h 5m"],
];

for (const [durationMs, shown] of DURATIONS)
	test(`${durationMs} ms are shown as ${shown}`, (t) => {
		t.is(shownDuration(durationMs), shown);
	});

test("a running clock shows hours, minutes and seconds", (t) => {
	t.is(shownElapsed(0), "0:00:00");
	t.is(shownElapsed(3_723_999), "1:02:03");
});

test("a clock shows its date and time, and says where it has none", (t) => {
	t.is(shownClock(1_767_225_600_000 + 653_000), "2026-01-01 00:10:53");
	t.is(shownClock(undefined), "stopped");
});
