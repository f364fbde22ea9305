/** Runs mutants in this process, as the parent names them, until it says no more; what it finds it tells at once. */
import { register } from "node:module";
import type { Detector } from "./detectors.js";
import { allFiles, allTests, QUICK_FILES, QUICK_TESTS, testUrl } from "./plan.js";

declare global {
	var mutant: string | undefined;
	var mutantCondition: (yes: string, no: string, not: string, value: () => unknown) => unknown;
}

globalThis.mutantCondition = (yes, no, not, value) => {
	const { mutant } = globalThis;
	if (mutant === undefined) return value();
	if (mutant === yes) return true;
	if (mutant === no) return false;
	return mutant === not ? !value() : value();
};

const isQuick = process.argv[2] === "quick";
const files = isQuick ? QUICK_FILES : allFiles();
register("./hooks.js", import.meta.url, {
	data: { files, ava: new URL("./ava-list.js", import.meta.url).href },
});

const { explorations, testsOf } = await import("./detectors.js");
const { chartMutants } = await import("./chart-mutants.js");

const chart = new Map(chartMutants().map((mutant) => [mutant.id, mutant]));
const detectors: Detector[] = [
	...explorations(),
	...(await testsOf((isQuick ? QUICK_TESTS : allTests()).map(testUrl))),
];
/** What a detector takes on code without a mutant; those that fail there, or take long, find nothing. */
const costs = new Map<Detector, number>();
for (const detector of detectors) {
	const startMs = performance.now();
	const holds = await detector.holds();
	const costMs = performance.now() - startMs;
	if (holds) costs.set(detector, costMs);
	else process.send?.({ unfit: detector.name });
}
const limitMs = isQuick ? 600 : 3_000;
/** What has found most, for what it costs, is asked first; the cheapest of those that found nothing yet follow. */
const found = new Map<Detector, number>();
const useful = [...costs.keys()].filter((detector) => (costs.get(detector) as number) <= limitMs);
let lately: Detector[] = [];
process.send?.({
	ready: useful.length,
	costMs: useful.reduce((sum, each) => sum + (costs.get(each) as number), 0),
});

process.on("message", async (id: string) => {
	const mutant = chart.get(id);
	if (mutant) mutant.set();
	else globalThis.mutant = id;
	const worth = (each: Detector): number => ((found.get(each) ?? 0) + 0.1) / (costs.get(each) as number);
	const others = useful.filter((each) => !lately.includes(each)).sort((a, b) => worth(b) - worth(a));
	const startMs = process.cpuUsage().user;
	let by = "";
	for (const detector of [...lately, ...others]) {
		if (await detector.holds()) continue;
		by = detector.name;
		found.set(detector, (found.get(detector) ?? 0) + 1);
		lately = [detector, ...lately.filter((each) => each !== detector)].slice(0, 3);
		break;
	}
	mutant?.unset();
	globalThis.mutant = undefined;
	process.send?.({ id, by, costMs: (process.cpuUsage().user - startMs) / 1_000 });
});
process.on("disconnect", () => process.exit());
