// Requirements: P4, R18
/** What a run tells where our own MCU's new boot could not go on with the window: still one story, whatever happens. */
import test from "ava";
import { OneStory } from "../../hosts/node/run/one-story.js";
import type { ProductEvent } from "../../modules/window/events.js";

const decided = (window: "open" | "closed" | "recover"): ProductEvent => ({
	event: "decided",
	window,
	reason: window === "open" ? "off-long-enough" : window === "recover" ? "journal-open" : "journal-damaged",
	offTime: { unknown: "no-power-on" },
	opensFrom: 0,
});
const released: ProductEvent = { event: "released" };
const recovered: ProductEvent = { event: "recovered", set: "old", reason: "went-back" };

function told(...events: ProductEvent[]): string[] {
	const heard: string[] = [];
	const story = new OneStory({
		tell: (event) => {
			const { outcome, set, window } = event as Partial<Record<string, string>>;
			heard.push([event.event, window ?? outcome ?? set].filter(Boolean).join(" "));
		},
	});
	for (const event of events) story.hear(event);
	return heard;
}

test("P4: what was decided is told once, and an open window ends `closed`, whatever its last boot decides", (t) => {
	const closed: ProductEvent = { event: "closed", outcome: "updated", reason: "read-back" };
	t.deepEqual(told(decided("open"), closed, released), ["decided open", "closed updated", "released"]);
	t.deepEqual(told(decided("closed"), released), ["decided closed", "released"]);
	t.deepEqual(told(decided("recover"), recovered, released), [
		"decided recover",
		"recovered old",
		"released",
	]);
	t.deepEqual(told(decided("open"), decided("recover"), recovered, released), [
		"decided open",
		"closed failed",
		"released",
	]);
	t.deepEqual(told(decided("open"), decided("closed"), released), [
		"decided open",
		"closed mixed",
		"released",
	]);
	t.deepEqual(told(decided("recover"), decided("closed"), released), [
		"decided recover",
		"recovered mixed",
		"released",
	]);
});
