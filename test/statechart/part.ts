// Requirements: P1, P2, P4, P5, P6, P7, P8, R24, R30
import type { Violation as Broken, Figures, Part, RunOptions } from "../prove/part.js";
import { Chart } from "./chart.js";
import { checkChart } from "./check-chart.js";
import { checkDecide } from "./check-decide.js";
import { type Explored, explore, type Violation } from "./explore.js";
import { runMutants } from "./mutants/run-mutants.js";
import { SURVIVORS } from "./survivors.js";
import { ORDERS } from "./world.js";

/** Nodes of each order's exploration: a state with what is remembered and what was asked. */
const NODES_MAX = { quick: 150_000, full: 3_000_000 } as const;
const DEPTH_MAX = 200;
const VIOLATIONS_MAX = 10;
/** About what the statechart alone comes to. */
const CONFIGURATIONS_EXPECTED = 70_000;

const total = (explored: readonly Explored[], name: "states" | "nodes" | "steps"): number =>
	explored.reduce((sum, each) => sum + each[name], 0);

/** Lets the progress be drawn. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function exploreOrder(order: number, quick: boolean, onProgress?: (nodes: number) => void): Explored {
	return explore({
		chart: new Chart(),
		orders: [order],
		depthMax: DEPTH_MAX,
		nodesMax: NODES_MAX[quick ? "quick" : "full"],
		violationsMax: VIOLATIONS_MAX,
		onProgress,
	});
}

async function run({ quick, bail, focus, report, progress }: RunOptions): ReturnType<Part["run"]> {
	const summary: string[] = [];
	const figures: Figures = {};
	let isBroken = false;
	/** A piece is run unless it is out of focus, or something is broken already and that is enough. */
	const goesOn = (piece: string): boolean => piece.startsWith(focus) && !(bail && isBroken);
	const share = quick ? "quick" : "full";
	const tell = (violation: Broken): void => {
		isBroken = true;
		report(violation);
	};
	const told = (violations: readonly Violation[], seed: string): void => {
		for (const { promise, message, story } of violations)
			tell({ promise, what: `${message}: ${story.slice(-3).join("; ")}`, seed });
	};

	let startMs = process.cpuUsage().user;
	const seconds = (): string => {
		const now = process.cpuUsage().user;
		const text = `${((now - startMs) / 1e6).toFixed(0)} s`;
		startMs = now;
		return text;
	};
	if (goesOn("decide")) {
		const decided = checkDecide();
		told(decided.violations, "decide");
		summary.push(`decide: all ${decided.facts} combinations of facts; ${seconds()}`);
	}

	if (goesOn("chart")) {
		const chart = checkChart((done) =>
			progress(Math.min(done, CONFIGURATIONS_EXPECTED), CONFIGURATIONS_EXPECTED),
		);
		told(chart.violations, "chart");
		for (const name of chart.missing)
			tell({ promise: "P4", what: `nothing takes the transition ${name}`, seed: "chart" });
		summary.push(
			`statechart alone: ${chart.configurations} configurations, ${chart.steps} steps, to the end (depth ${chart.depth}); transitions ${chart.transitions.taken} of ${chart.transitions.all}; ${seconds()}`,
		);
		figures.transitions = chart.transitions;
		await breathe();
	}

	const explored: Explored[] = [];
	for (const [order, { name }] of ORDERS.entries()) {
		if (!goesOn("world")) break;
		const one = exploreOrder(order, quick);
		explored.push(one);
		told(one.violations, `world.${share}.${order}`);
		progress(order + 1, ORDERS.length);
		const how = one.complete
			? `to the end (depth ${one.depth})`
			: `to depth ${one.depth - 1}, part of ${one.depth}`;
		summary.push(`${name}: ${one.states} states, ${one.nodes} with what is remembered, ${how}`);
		await breathe();
	}
	if (explored.length > 0) {
		figures.states = total(explored, "states");
		summary.push(
			`with its world: ${total(explored, "states")} states, ${total(explored, "nodes")} with what is remembered, ${total(explored, "steps")} steps; ${seconds()}`,
		);
	}

	// With a fault built in the tests fail without a mutant.
	if (goesOn("mutants") && process.env.UPDATE_WINDOW_PLANT === undefined) {
		const mutants = await runMutants({ quick, onProgress: progress });
		const survivors = mutants.results.filter(({ by }) => by === "");
		const reviewed = survivors.filter(({ id }) => id in SURVIVORS);
		// The long run has many more mutants than anybody has read; its survivors are told and counted.
		if (quick)
			for (const { id } of survivors)
				if (!(id in SURVIVORS))
					tell({ promise: "P4", what: `no test finds the mutant ${id}`, seed: `mutant.${id}` });
		const killed = mutants.results.length - survivors.length;
		const costMs = mutants.results.reduce((sum, each) => sum + each.costMs, 0);
		summary.push(
			`mutants: ${killed} found, ${survivors.length} not (${reviewed.length} of them in test/statechart/survivors.ts); ${(costMs / 1_000).toFixed(0)} s`,
		);
		if (!quick) for (const { id } of survivors) summary.push(`  not found: ${id}`);
		figures.mutants = { killed, survived: survivors.length };
	}
	return { figures, summary };
}

/** Seeds: `decide`, `chart`, `world.<quick or full>.<order>`, `mutant.<its id>`. */
async function replay(seed: string, print: (line: string) => void): Promise<boolean> {
	const [kind, share, order] = seed.split(".");
	let violations: readonly Violation[];
	if (seed === "decide") violations = checkDecide().violations;
	else if (seed === "chart") violations = checkChart().violations;
	else if (kind === "world" && order !== undefined && ORDERS[Number(order)])
		violations = exploreOrder(Number(order), share === "quick").violations;
	else if (kind === "mutant") {
		const id = seed.slice("mutant.".length);
		const { results } = await runMutants({ quick: true, workers: 1, only: [id] });
		if (results.length === 0) throw new RangeError(`Expected the id of a mutant, got ${id}`);
		for (const { by } of results) print(by === "" ? `no test finds ${id}` : `${id} is found: ${by}`);
		return results.some(({ by }) => by === "");
	} else
		throw new RangeError(`Expected decide, chart, world.<quick or full>.<order> or mutant.<id>, got ${seed}`);
	for (const { promise, message, story } of violations) {
		print(`${promise}: ${message}`);
		for (const line of story) print(`  ${line}`);
	}
	return violations.length > 0;
}

/** The statechart, exhaustively: alone, with the world around it, and with mutants. */
export const statechart: Part = { name: "statechart", run, replay };
