// Requirements: R18, R19
import test from "ava";
import { DURATION_MS_MAX, parseDuration } from "../../hosts/node/duration.js";

test("durations are read in ms, s, m and h, nothing included", (t) => {
	const cases = [
		["500ms", 500],
		["90s", 90_000],
		["10m", 600_000],
		["24h", 86_400_000],
		["0s", 0],
		["0ms", 0],
		["007s", 7000],
		["8760h", DURATION_MS_MAX],
	] as const;
	for (const [text, durationMs] of cases) t.is(parseDuration(text), durationMs, text);
});

test("forever is a duration only where it is asked for", (t) => {
	t.is(parseDuration("forever", { foreverAllowed: true }), Number.POSITIVE_INFINITY);
	t.is(parseDuration("90s", { foreverAllowed: true }), 90_000);
	t.throws(() => parseDuration("forever"), { name: "UsageError", message: /90s.*got "forever"/ });
});

test("what is no duration is named, with what would be right", (t) => {
	const texts = [
		"",
		"0",
		"10",
		"s",
		"-1s",
		"+1s",
		"1.5h",
		"1e3s",
		" 1s",
		"1s ",
		"1 s",
		"1S",
		"1d",
		"8761h",
		"9".repeat(400),
		"9999999999999s",
		"1s\n",
		"٣s",
		"1constructor",
	];
	for (const text of texts)
		t.throws(
			() => parseDuration(text),
			{ name: "UsageError", message: /^Expected a duration like .*24h.*, got "/s },
			text,
		);
});
