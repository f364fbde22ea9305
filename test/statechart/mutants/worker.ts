/** Runs mutants in this process, as the parent names them, until it says no more; what it finds it tells at once. */
import { register } from "node:module";
import type { ChartMutant } from "./chart-mutants.js";
import type { Detector } from "./detectors.js";
import { NO_SUCH_TEST } from "./no-such-test.js";
import { allFiles, allTests, LONG_BUDGET_MS, QUICK_FILES, QUICK_TESTS, testUrl } from "./plan.js";

declare global {
	/** Called by what instrument.ts puts into compiled files. */
	var mutantIs: (id: string) => boolean;
	var mutantCondition: (yes: string, no: string, not: string, value: () => unknown) => unknown;
}

export type ToWorker =
	| { quick: boolean }
	| { mutant: string; foundBy: string | undefined }
	/** A detector by its name, without a mutant. */
	| { test: string };
export type FromWorker =
	| { ready: true }
	/** A detector that fails without a mutant: it cannot serve. */
	| { unfit: string }
	/** A detector has come to its end. */
	| { alive: true }
	/** `by` found it; "" where nothing did. */
	| { id: string; by: string };

/** The mutant that is on; undefined where all is as it should be. */
let mutantOn: string | undefined;
/** What a detector without a mutant comes past: ids of mutants, and transitions. */
let past = new Set<unknown>();

globalThis.mutantIs = (id) => {
	if (mutantOn === undefined) past.add(id);
	return mutantOn === id;
};
globalThis.mutantCondition = (yes, no, not, value) => {
	if (mutantOn === undefined) past.add(yes).add(no).add(not);
	else if (mutantOn === yes) return true;
	else if (mutantOn === no) return false;
	return mutantOn === not ? !value() : value();
};

/** What computes for longer than this is no detector of many mutants. */
const LIMIT_MS = 8_000;
/** How many of those that found something lately are asked first. */
const LATELY = 3;

const tell = (message: FromWorker): void => void process.send?.(message);
let detectors: Detector[] = [];
let mutants: ReadonlyMap<string, ChartMutant> = new Map();
/** What a detector takes without a mutant, ms; infinite where it fails then. */
const costsMs = new Map<Detector, number>();
/** What it comes past without a mutant. */
const pasts = new Map<Detector, ReadonlySet<unknown>>();
const found = new Map<Detector, number>();
let lately: Detector[] = [];
let budgetMs = Number.POSITIVE_INFINITY;

async function start(quick: boolean): Promise<void> {
	const files = quick ? QUICK_FILES : allFiles();
	if (!quick) budgetMs = LONG_BUDGET_MS;
	register("./hooks.js", import.meta.url, {
		data: { files, ava: new URL("./ava-list.js", import.meta.url).href },
	});
	const { charts, explorations, testsOf, worlds } = await import("./detectors.js");
	const { chartMutants, watchTransitions } = await import("./chart-mutants.js");
	mutants = new Map(chartMutants().map((mutant) => [mutant.id, mutant]));
	detectors = [
		...charts(),
		...(await testsOf((quick ? QUICK_TESTS : allTests()).map(testUrl))),
		...worlds(),
		...explorations(),
	];
	watchTransitions((transition) => {
		if (mutantOn === undefined) past.add(transition);
	});
	tell({ ready: true });
}

async function timed(detector: Detector): Promise<{ holds: boolean; costMs: number }> {
	const startUs = process.cpuUsage().user;
	const holds = await detector.holds();
	return { holds, costMs: (process.cpuUsage().user - startUs) / 1_000 };
}

/** Whether it holds without a mutant, and soon: asked once, before it is asked with one. */
async function isFit(detector: Detector): Promise<boolean> {
	if (!costsMs.has(detector)) {
		past = new Set();
		const { holds, costMs } = await timed(detector);
		pasts.set(detector, past);
		costsMs.set(detector, holds && costMs <= LIMIT_MS ? costMs : Number.POSITIVE_INFINITY);
		tell(holds ? { alive: true } : { unfit: detector.name });
	}
	return costsMs.get(detector) !== Number.POSITIVE_INFINITY;
}

/** What found it before is asked first, then what found others, then its folder's own tests, then what takes least of those that found nothing yet. */
function* inOrder(id: string, foundBy: string | undefined): Generator<Detector> {
	const folder = /^[a-z-]+\//.exec(id)?.[0] ?? "window/";
	const asked = new Set<Detector>();
	const worth = (each: Detector): number => ((found.get(each) ?? 0) + 0.1) / ((costsMs.get(each) ?? 0) + 10);
	const byWorth = [...detectors].sort((a, b) => worth(b) - worth(a));
	const groups = [
		detectors.filter(({ name }) => name === foundBy),
		lately,
		byWorth.filter(({ name }) => name.startsWith(folder)),
		byWorth,
	];
	for (const group of groups)
		for (const detector of group) {
			if (asked.has(detector)) continue;
			asked.add(detector);
			yield detector;
		}
}

async function judge(id: string, foundBy: string | undefined): Promise<void> {
	const mutant = mutants.get(id);
	const place = mutant ? mutant.transition : id;
	let spentMs = 0;
	mutantOn = undefined;
	for (const detector of inOrder(id, foundBy)) {
		if (spentMs > budgetMs) break;
		if (!(await isFit(detector))) continue;
		if (place !== undefined && !pasts.get(detector)?.has(place)) continue;
		mutantOn = id;
		mutant?.set();
		const { holds, costMs } = await timed(detector);
		spentMs += costMs;
		mutant?.unset();
		mutantOn = undefined;
		if (holds) {
			tell({ alive: true });
			continue;
		}
		found.set(detector, (found.get(detector) ?? 0) + 1);
		lately = [detector, ...lately.filter((each) => each !== detector)].slice(0, LATELY);
		return tell({ id, by: detector.name });
	}
	tell({ id, by: "" });
}

async function test(name: string): Promise<void> {
	const detector = detectors.find((each) => each.name === name);
	const by = detector === undefined ? NO_SUCH_TEST : (await detector.holds()) ? "" : "it fails";
	tell({ id: name, by });
}

process.on("message", (message: ToWorker) => {
	if ("quick" in message) void start(message.quick);
	else if ("test" in message) void test(message.test);
	else void judge(message.mutant, message.foundBy);
});
process.on("disconnect", () => process.exit());
