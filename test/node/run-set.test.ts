// Requirements: P7, R5, R10, R11, R12, R18
/**
 * Goal: `run` moves a set of four elements together (P7). Method: the program in processes of its own, on pseudo-terminals
 * with an emulated modem and two emulated processors; our own MCU is the program and its boot slots a directory.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { shareOf } from "../support/share.js";
import { FROM } from "./support/order-files.js";
import type { RunEvent, Running } from "./support/running.js";
import { imageOf, SetBench, type SetBenchOptions } from "./support/set-bench.js";
import { updateWindow } from "./support.js";

const OFF = ["--off", "11m"];

for (const source of ["avms", "local"] as const)
	test(`P7: four elements are updated together, the modem by ${source}, and the next boot has nothing to do`, async (t) => {
		const bench = new SetBench(t, { sources: ["avms", "local"] });
		const run = await bench.whole([...OFF, "--modem-source", source]);
		t.is(run.status, 0, run.told);
		t.like(run.fields("closed"), { outcome: "updated", reason: "read-back" });
		t.is(bench.side, "new");
		const next = await bench.whole(OFF);
		t.is(next.status, 3);
		t.like(next.fields("decided"), { window: "closed", reason: "nothing-to-do" });
	});

/** What a run says beside states and progress, in order; elements in parallel may come in any order. */
function told(run: Running): string[] {
	return run.events
		.filter(({ event }) => !["state", "progress", "refused", "armed"].includes(event))
		.map(({ event, element, window, outcome }) =>
			[event, element ?? window ?? outcome].filter(Boolean).join(" "),
		);
}

test("P7: an update tells each step once: our own MCU starts again in the middle, and the story goes on in the same output", async (t) => {
	const bench = new SetBench(t, { sources: ["local"] });
	const run = await bench.whole(OFF);
	t.deepEqual(told(run), [
		"order accepted",
		"decided open",
		...["sensor", "display", "self"].map((name) => `staged ${name}`),
		"restart self",
		...["sensor", "display", "self"].map((name) => `installed ${name}`),
		...["sensor", "display", "self"].map((name) => `accepted ${name}`),
		...["modem", "sensor", "display", "self"].map((name) => `element ${name}`),
		"closed updated",
		"released",
	]);
	for (const element of run.of("element")) t.like(element, { outcome: "updated", to: element.is });
	const log = updateWindow("log", "--state", bench.state, "--json");
	const events = log.out
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line) as { event: string; detail: string; boot: number });
	const story = events.filter(({ event }) =>
		["decided", "restart", "installed", "element", "closed"].includes(event),
	);
	t.deepEqual(
		story.map(({ event, boot }) => `${event} ${boot}`),
		[
			"decided 1",
			"restart 1",
			...["installed 2", "installed 2", "installed 2"],
			...["element 2", "element 2", "element 2", "element 2"],
			"closed 2",
		],
	);
});

interface Cut {
	title: string;
	at: (event: RunEvent) => boolean;
	options?: SetBenchOptions;
	/** What the next boot says, and its exit status. */
	window: string;
	side: "old" | "new";
	status: number;
}

const is =
	(name: string, fields: Record<string, unknown> = {}) =>
	({ event, ...rest }: RunEvent): boolean =>
		event === name && Object.entries(fields).every(([field, value]) => rest[field] === value);
const inState = (pattern: RegExp) => (event: RunEvent) =>
	event.event === "state" && pattern.test(JSON.stringify(event.value));
/** Long enough that the cut falls into it. */
const SLOW_SWAP: SetBenchOptions = {
	processors: { sensor: { swapMs: 1_500 }, display: { swapMs: 1_500 } },
};

const CUTS: readonly Cut[] = [
	{
		title: "while images are written",
		at: is("staged", { element: "sensor" }),
		window: "closed",
		side: "old",
		status: 3,
	},
	{
		title: "at the restart of our own MCU",
		at: is("restart"),
		window: "recover",
		side: "old",
		status: 4,
	},
	{
		title: "while the processors swap their images for the trial",
		at: inState(/"trial"/),
		options: SLOW_SWAP,
		window: "recover",
		side: "old",
		status: 4,
	},
	{
		title: "when all are on trial",
		at: is("installed", { element: "self" }),
		options: { modem: { answerDelayMs: 100 } },
		window: "recover",
		side: "old",
		status: 4,
	},
	{
		title: "when all were accepted and the modem's install is not sent",
		at: is("accepted", { element: "self" }),
		options: { modem: { answerDelayMs: 400 } },
		window: "recover",
		side: "old",
		status: 4,
	},
	{
		title: "when the modem has installed, before anybody read it",
		at: inState(/"settling"|"reading"/),
		window: "recover",
		side: "new",
		status: 0,
	},
];

for (const { title, at, options = {}, window, side, status } of shareOf(CUTS, 2))
	test(`P7: the power is cut ${title}: the next boot, after a brief cut, leaves all ${side}`, async (t) => {
		const bench = new SetBench(t, options);
		await bench.cutAt(await bench.boot(OFF), at);
		const next = await bench.whole();
		t.is(next.fields("decided").window, window, next.told);
		if (window === "recover") t.like(next.fields("recovered"), { set: side });
		t.is(bench.side, side, JSON.stringify(bench.versions));
		t.is(next.status, status, next.told);
		if (status !== 4) return;
		const later = await bench.whole(OFF);
		t.is(later.status, 0, later.told);
		t.is(bench.side, "new");
	});

test("P7: after a cut behind `sent` a modem that does not answer is mixed; when it does, the next boot makes the set whole", async (t) => {
	const bench = new SetBench(t);
	await bench.cutAt(await bench.boot(OFF), is("progress", { element: "modem", phase: "install" }));
	bench.modemAbsent = true;
	const next = await bench.whole(["--recover-within", "1s"]);
	t.like(next.fields("recovered"), { set: "mixed" });
	t.is(next.status, 5);
	bench.modemAbsent = false;
	const later = await bench.whole();
	t.is(later.fields("decided").window, "recover");
	const { set } = later.fields("recovered");
	t.is(set, bench.side, JSON.stringify(bench.versions));
	t.is(later.status, set === "new" ? 0 : 4, later.told);
});

interface Failure {
	title: string;
	options?: SetBenchOptions;
	/** Makes the world worse before the boot. */
	before?: (bench: SetBench) => void;
	closed: Record<string, unknown>;
	element?: Record<string, unknown>;
	side?: "old" | "mixed";
	status: number;
}

const FAILURES: readonly Failure[] = [
	{
		title: "an image that is missing",
		before: ({ images }) => rmSync(join(images, "display-1.1.0.bin")),
		closed: { outcome: "failed", reason: "no-image" },
		element: { element: "display", outcome: "failed", is: "1.0.0", reason: "no-image" },
		status: 4,
	},
	{
		title: "an image with other bytes",
		before: ({ images }) => writeFileSync(join(images, "self-1.1.0.bin"), imageOf("self", "1.0.0")),
		closed: { outcome: "failed", reason: "wrong-hash" },
		element: { element: "self", outcome: "failed", is: "1.0.0", reason: "wrong-hash" },
		status: 4,
	},
	{
		title: "a modem's file with other bytes",
		options: { sources: ["local"] },
		before: ({ images }) => writeFileSync(join(images, "modem.bin"), new Uint8Array(5_000)),
		closed: { outcome: "failed", reason: "wrong-hash" },
		element: { element: "modem", outcome: "failed" },
		status: 4,
	},
	{
		title: "a processor that is silent",
		options: { processors: { sensor: { images: { "1.0.0": "silent" } } } },
		closed: { outcome: "failed", reason: "no-answer" },
		element: { element: "sensor", outcome: "failed", is: "", reason: "no-answer" },
		status: 4,
	},
	{
		title: "a processor whose new image crashes",
		options: { processors: { display: { images: { "1.1.0": "crashes" } } } },
		closed: { outcome: "failed", reason: "trial-failed" },
		element: { element: "display", outcome: "failed", is: "1.0.0" },
		status: 4,
	},
	{
		title: "a processor that could not go back",
		options: { processors: { display: { bootloader: "overwrite" } } },
		closed: { outcome: "failed", reason: "cannot-go-back" },
		status: 4,
	},
	{
		title: "a modem whose install fails",
		options: { modem: { install: "fail" } },
		closed: { outcome: "failed", reason: "install-failed" },
		element: { element: "modem", outcome: "failed", is: FROM.HL7800 },
		status: 4,
	},
	{
		title: "a modem that ends in a version that nobody named",
		options: { modem: { install: "wrong" } },
		closed: { outcome: "mixed" },
		element: { element: "modem", outcome: "wrong-version" },
		side: "mixed",
		status: 5,
	},
];

for (const { title, options = {}, before, closed, element, side = "old", status } of shareOf(FAILURES, 2))
	test(`P7: ${title}: ${side === "old" ? "everything is old, or goes back" : "the set is mixed, and says so"}`, async (t) => {
		const bench = new SetBench(t, options);
		before?.(bench);
		const run = await bench.whole(OFF);
		t.like(run.fields("closed"), closed, run.told);
		if (element)
			t.like(
				run.of("element").find((event) => event.element === element.element),
				element,
				run.told,
			);
		t.is(bench.side, side, JSON.stringify(bench.versions));
		t.is(run.status, status);
	});

test("P7: an orderly power-off in the trial goes back first", async (t) => {
	const bench = new SetBench(t, SLOW_SWAP);
	const run = await bench.boot(OFF);
	await run.until("restart");
	run.kill("SIGTERM");
	const { status } = await run.ended;
	bench.cutPower();
	const next = await bench.whole();
	t.true([4, 5].includes(status ?? -1), run.told);
	t.is(bench.side, "old", `${run.told}\n${next.told}`);
});

test("P7: an order without a modem needs none, and leaves it alone", async (t) => {
	const bench = new SetBench(t, { sources: [] });
	const run = await bench.whole(OFF);
	t.is(run.status, 0, run.told);
	t.deepEqual(bench.versions, { modem: FROM.HL7800, sensor: "1.1.0", display: "1.1.0", self: "1.1.0" });
});

test("an element that the product does not have is named, and nothing is begun", async (t) => {
	const bench = new SetBench(t);
	bench.without = "display";
	const run = await bench.whole(OFF);
	t.like(run.fields("closed"), { outcome: "failed", reason: "unknown-element" });
	t.is(bench.side, "old");
	t.is(run.status, 4);
});
