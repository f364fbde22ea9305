// Requirements: P3, P8, R3, R16
import test from "ava";
import type { LogEntry } from "../../modules/log/event-log.js";
import { EventRecorder } from "../../modules/window/event-recorder.js";
import type { ProductEvent } from "../../modules/window/events.js";
import { type LoggableEvent, logged } from "../../modules/window/logged-events.js";

function bench() {
	const written: string[] = [];
	const log = {
		append: ({ event, reason }: LogEntry) => written.push(reason ? `${event} ${reason}` : event),
	};
	return { written, recorder: new EventRecorder({ log }) };
}

const decided = (window: "open" | "closed" | "recover"): ProductEvent => ({
	event: "decided",
	window,
	reason: window === "closed" ? "off-too-short" : window === "open" ? "off-long-enough" : "journal-open",
	offTime: { atLeast: 1_000 },
	opensFrom: 600_000,
});

test("P3: where the window stays closed nothing is written before monitoring was released", (t) => {
	const { written, recorder } = bench();
	recorder.hear({ event: "order", outcome: "accepted" });
	recorder.hear(decided("closed"));
	t.deepEqual(written, []);
	recorder.hear({ event: "released" });
	t.deepEqual(written, ["order accepted", "decided off-too-short"]);
	recorder.hear({ event: "refused", request: "install", by: "delay", minutes: 1_440 });
	t.is(written.at(-1), "refused install");
});

test("in an open window and in a recovery each entry is written at once", (t) => {
	for (const window of ["open", "recover"] as const) {
		const { written, recorder } = bench();
		recorder.hear({ event: "order", outcome: "accepted" });
		recorder.hear(decided(window));
		t.is(written.length, 2);
		recorder.hear({ event: "progress", element: "modem", phase: "install", percent: 0 });
		t.deepEqual(written.slice(2), ["install"]);
		recorder.hear({ event: "closed", outcome: "updated", reason: "read-back" });
		recorder.hear({ event: "released" });
		t.deepEqual(written.slice(3), ["closed read-back"]);
	}
});

test("a boot that starts our own MCU again, to take back its image, says so before it does", (t) => {
	const { written, recorder } = bench();
	recorder.hear({ event: "order", outcome: "accepted" });
	recorder.hear({ event: "restart", element: "self" });
	t.deepEqual(written, ["order accepted", "restart"]);
});

test("P8: what waits for the release is bounded", (t) => {
	const { written, recorder } = bench();
	for (let i = 0; i < 100; i++) recorder.hear({ event: "unguarded", reason: `${i}` });
	recorder.hear({ event: "released" });
	t.is(written.length, 8);
	t.is(written[0], "unguarded 0");
});

test("what follows from the rest, or comes all the time, is not logged", (t) => {
	const silent: LoggableEvent[] = [
		{ event: "released" },
		{ event: "armed" },
		{ event: "state", value: "assessing" },
		{ event: "session", purpose: "prefetch" },
		{ event: "order", outcome: "in-force" },
		{ event: "progress", element: "modem", phase: "download", percent: 0 },
		{ event: "progress", element: "modem", phase: "install", percent: 100 },
	];
	for (const event of silent) t.is(logged(event), undefined, event.event);
});

test("each event that is logged tells its story in one line", (t) => {
	const told: readonly (readonly [LoggableEvent, LogEntry])[] = [
		[
			decided("open"),
			{ event: "decided", reason: "off-long-enough", detail: "open, off 1000 ms", lasting: true },
		],
		[
			decided("closed"),
			{ event: "decided", reason: "off-too-short", detail: "closed, off 1000 ms", lasting: false },
		],
		[
			{ event: "order", outcome: "refused", reason: "lower-sequence", message: "m" },
			{ event: "order", reason: "lower-sequence", detail: "m", lasting: false },
		],
		[
			{ event: "element", element: "modem", from: "1", to: "2", is: "", outcome: "failed" },
			{ event: "element", reason: "failed", detail: "modem 1 -> 2, is ?", lasting: true },
		],
		[
			{ event: "recovered", set: "old", reason: "read-back" },
			{ event: "recovered", reason: "read-back", detail: "old", lasting: true },
		],
		[
			{ event: "uninvited", element: "modem", from: "1", is: "2" },
			{ event: "uninvited", reason: "", detail: "modem 1 -> 2", lasting: true },
		],
		[
			{ event: "refused", request: "download", by: "refusal", minutes: 0 },
			{ event: "refused", reason: "download", detail: "refusal", lasting: true },
		],
		[
			{ event: "prefetched", element: "modem" },
			{ event: "prefetched", reason: "", detail: "modem", lasting: true },
		],
		[
			{ event: "staged", element: "sensor", version: "1.1.0" },
			{ event: "staged", reason: "", detail: "sensor 1.1.0", lasting: true },
		],
		[
			{ event: "rejected", element: "sensor", version: "1.0.0" },
			{ event: "rejected", reason: "", detail: "sensor 1.0.0", lasting: true },
		],
		[
			{ event: "restart", element: "self" },
			{ event: "restart", reason: "", detail: "self", lasting: true },
		],
	];
	for (const [event, entry] of told) t.deepEqual(logged(event), entry, event.event);
});
