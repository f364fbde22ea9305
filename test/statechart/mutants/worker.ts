/** Runs mutants in this process, as the parent names them, until it says no more; what it finds it tells at once. */
import { register } from "node:module";
import type { Detector } from "./detectors.js";
import { allFiles, allTests, QUICK_FILES, QUICK_TESTS, testUrl } from "./plan.js";

declare global {
	var mutant: string | undefined;
	var mutantCondition: (yes: string, no: string, not: string, value: () => unknown) => unknown;
}

export type ToWorker = { quick: boolean } | { mutant: string; foundBy: string | undefined };
export type FromWorker =
	| { ready: true }
	/** A detector that fails without a mutant: it cannot serve. */
	| { unfit: string }
	/** A detector has come to its end. */
	| { alive: true }
	/** `by` found it; "" where nothing did. */
	| { id: string; by: string };

globalThis.mutantCondition = (yes, no, not, value) => {
	const { mutant } = globalThis;
	if (mutant === undefined) return value();
	if (mutant === yes) return true;
	if (mutant === no) return false;
	return mutant === not ? !value() : value();
};

/** Longer than this is no detector of many mutants. */
const LIMIT_MS = 3_000;
/** How many of those that found something lately are asked first. */
const LATELY = 3;

const tell = (message: FromWorker): void => void process.send?.(message);
let detectors: Detector[] = [];
let mutants: ReadonlyMap<string, { set(): void; unset(): void }> = new Map();
/** What a detector takes without a mutant, ms; infinite where it fails then. */
const costsMs = new Map<Detector, number>();
const found = new Map<Detector, number>();
let lately: Detector[] = [];

async function start(quick: boolean): Promise<void> {
	const files = quick ? QUICK_FILES : allFiles();
	register("./hooks.js", import.meta.url, {
		data: { files, ava: new URL("./ava-list.js", import.meta.url).href },
	});
	const { explorations, testsOf } = await import("./detectors.js");
	const { chartMutants } = await import("./chart-mutants.js");
	mutants = new Map(chartMutants().map((mutant) => [mutant.id, mutant]));
	detectors = [...(await testsOf((quick ? QUICK_TESTS : allTests()).map(testUrl))), ...explorations()];
	tell({ ready: true });
}

/** Whether it holds without a mutant, and soon: asked once, before it is asked with one. */
async function isFit(detector: Detector): Promise<boolean> {
	if (!costsMs.has(detector)) {
		const startMs = performance.now();
		const holds = await detector.holds();
		const costMs = performance.now() - startMs;
		costsMs.set(detector, holds && costMs <= LIMIT_MS ? costMs : Number.POSITIVE_INFINITY);
		tell(holds ? { alive: true } : { unfit: detector.name });
	}
	return costsMs.get(detector) !== Number.POSITIVE_INFINITY;
}

/** What found it before is asked first, then what found others, then what takes least of those that found nothing yet. */
function* inOrder(foundBy: string | undefined): Generator<Detector> {
	const asked = new Set<Detector>();
	const worth = (each: Detector): number => ((found.get(each) ?? 0) + 0.1) / ((costsMs.get(each) ?? 0) + 10);
	const groups = [
		detectors.filter(({ name }) => name === foundBy),
		lately,
		[...detectors].sort((a, b) => worth(b) - worth(a)),
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
	for (const detector of inOrder(foundBy)) {
		if (!(await isFit(detector))) continue;
		if (mutant) mutant.set();
		else globalThis.mutant = id;
		const holds = await detector.holds();
		mutant?.unset();
		globalThis.mutant = undefined;
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

process.on("message", (message: ToWorker) => {
	void ("mutant" in message ? judge(message.mutant, message.foundBy) : start(message.quick));
});
process.on("disconnect", () => process.exit());
