// Requirements: P1, P2, P4, P5, P6, P7, P8, R24, R30
import type { Part, RunOptions, Told } from "../prove/part.js";
import { Chart } from "./chart.js";
import { type ChartChecked, checkChart } from "./check-chart.js";
import { checkDecide } from "./check-decide.js";
import { type Explored, explore, type Violation } from "./explore.js";
import { FOUND_BY } from "./mutants/found-by.js";
import { NO_SUCH_TEST } from "./mutants/no-such-test.js";
import { LONG_BUDGET_MS } from "./mutants/plan.js";
import { type MutantsRun, mutantIds, runMutants } from "./mutants/run-mutants.js";
import { SURVIVORS } from "./survivors.js";
import { ORDERS } from "./world.js";

/** Nodes of each order's exploration: a state with what is remembered and what was asked. */
const NODES_MAX = { quick: 38_000, long: 3_000_000 } as const;
const DEPTH_MAX = 200;
const VIOLATIONS_MAX = 10;
/** About what the statechart alone comes to. */
const CONFIGURATIONS_EXPECTED = 70_000;
/** The mutants are shared out to so many processes. */
const MUTANT_PIECES = { quick: 1, long: 8 } as const;
/** About what one core takes for a piece, seconds. */
const COSTS = {
	quick: { decide: 1, chart: 12, world: 2, mutants: 30 },
	long: { decide: 1, chart: 20, world: 200, mutants: 600 },
} as const;

type Length = "quick" | "long";
const lengthOf = ({ quick }: { quick: boolean }): Length => (quick ? "quick" : "long");

type Result =
	| { kind: "decide"; facts: number }
	| ({ kind: "chart" } & Omit<ChartChecked, "missing" | "violations">)
	| ({ kind: "world"; order: number } & Omit<Explored, "violations">)
	| ({ kind: "mutants" } & MutantsRun);

function exploreOrder(order: number, length: Length, onProgress?: (nodes: number) => void): Explored {
	return explore({
		chart: new Chart(),
		orders: [order],
		depthMax: DEPTH_MAX,
		nodesMax: NODES_MAX[length],
		violationsMax: VIOLATIONS_MAX,
		onProgress,
	});
}

async function run(piece: string, { report, progress, ...share }: RunOptions): Promise<Result> {
	const length = lengthOf(share);
	const told = (violations: readonly Violation[], seed: string): void => {
		for (const { promise, message, story } of violations)
			report({ promise, what: `${message}: ${story.slice(-3).join("; ")}`, seed });
	};
	const [kind, number = ""] = piece.split(".");
	switch (kind) {
		case "decide": {
			const { facts, violations } = checkDecide();
			told(violations, "decide");
			return { kind, facts };
		}
		case "chart": {
			const { violations, missing, ...chart } = checkChart((done) => progress(done, CONFIGURATIONS_EXPECTED));
			told(violations, "chart");
			for (const name of missing)
				report({ promise: "P4", what: `nothing takes the transition ${name}`, seed: "chart" });
			return { kind, ...chart };
		}
		case "world": {
			const order = Number(number);
			const { violations, ...explored } = exploreOrder(order, length, (nodes) =>
				progress(nodes, NODES_MAX[length]),
			);
			told(violations, `world.${length}.${order}`);
			return { kind, order, ...explored };
		}
		case "mutants": {
			// With a fault built in the tests fail without a mutant.
			if (process.env.UPDATE_WINDOW_PLANT !== undefined) return { kind, results: [], unfit: [] };
			const pieces = MUTANT_PIECES[length];
			// The long run tries also those of which a reader has said why nothing finds them.
			const ids = mutantIds(share.quick)
				.filter((id) => !share.quick || !(id in SURVIVORS))
				.filter((_, i) => i % pieces === Number(number));
			const mutants = await runMutants({ quick: share.quick, ids, foundBy: FOUND_BY, onProgress: progress });
			// The long run has many more mutants than anybody has read; its survivors are told and counted.
			if (share.quick)
				for (const { id, by } of mutants.results)
					if (by === "")
						report({ promise: "P4", what: `no test finds the mutant ${id}`, seed: `mutant.${id}` });
			// What finds mutants has to hold without one.
			for (const name of mutants.unfit)
				report({
					promise: /\bP[1-9]/.exec(name)?.[0] ?? "P8",
					what: `it fails: ${name}`,
					seed: `test.${name}`,
				});
			return { kind, ...mutants };
		}
		default:
			throw new RangeError(`Expected decide, chart, world.<order> or mutants.<share>, got ${piece}`);
	}
}

function sum(results: readonly Result[], { quick }: { quick: boolean }): Told {
	const told: { figures: Told["figures"]; summary: string[] } = { figures: {}, summary: [] };
	const { figures, summary } = told;
	const worlds: Explored[] = [];
	const mutants: MutantsRun["results"] = [];
	let isMutated = false;
	for (const result of results)
		switch (result.kind) {
			case "decide":
				summary.push(`decide: all ${result.facts} combinations of facts`);
				break;
			case "chart": {
				const { configurations, steps, depth, transitions } = result;
				figures.transitions = transitions;
				summary.push(
					`statechart alone: ${configurations} configurations, ${steps} steps, to the end (depth ${depth}); transitions ${transitions.taken} of ${transitions.all}`,
				);
				break;
			}
			case "world": {
				const { order, states, nodes, complete, depth } = result;
				worlds.push({ ...result, violations: [] });
				const how = complete ? `to the end (depth ${depth})` : `to depth ${depth - 1}, part of ${depth}`;
				summary.push(`${ORDERS[order]?.name}: ${states} states, ${nodes} with what is remembered, ${how}`);
				break;
			}
			default:
				isMutated = true;
				mutants.push(...result.results);
		}
	if (worlds.length > 0) {
		const total = (name: "states" | "nodes" | "steps"): number =>
			worlds.reduce((all, each) => all + each[name], 0);
		figures.states = total("states");
		summary.push(
			`with its world: ${total("states")} states, ${total("nodes")} with what is remembered, ${total("steps")} steps`,
		);
	}
	if (isMutated) {
		const unfound = mutants.filter(({ by }) => by === "");
		const reviewed = Object.keys(SURVIVORS).length;
		const killed = mutants.length - unfound.length;
		const survived = unfound.length + (quick ? reviewed : 0);
		figures.mutants = { killed, survived };
		const why = quick
			? `${reviewed} more are known to survive`
			: `each was looked for ${LONG_BUDGET_MS / 1_000} s, and ${reviewed} were read`;
		summary.push(`mutants: ${killed} found, ${unfound.length} not; ${why} (test/statechart/survivors.ts)`);
		if (!quick) {
			for (const { id } of unfound) if (!(id in SURVIVORS)) summary.push(`  not found: ${id}`);
			for (const { id, by } of mutants)
				if (by !== "" && id in SURVIVORS) summary.push(`  found by now, no survivor: ${id}`);
		}
	}
	return told;
}

/** Seeds: `decide`, `chart`, `world.<quick or long>.<order>`, `mutant.<its id>`, `test.<its name>`. */
async function replay(seed: string, print: (line: string) => void): Promise<boolean> {
	const [kind, share, order] = seed.split(".");
	let violations: readonly Violation[];
	if (seed === "decide") violations = checkDecide().violations;
	else if (seed === "chart") violations = checkChart().violations;
	else if (kind === "world" && order !== undefined && ORDERS[Number(order)])
		violations = exploreOrder(Number(order), share === "quick" ? "quick" : "long").violations;
	else if (kind === "test") {
		const name = seed.slice("test.".length);
		const { results } = await runMutants({ quick: true, ids: [name], areTests: true });
		if (results.some(({ by }) => by === NO_SUCH_TEST))
			throw new RangeError(`Expected the name of a test that finds mutants, got ${name}`);
		for (const { by } of results) print(by === "" ? `it holds: ${name}` : `${by}: ${name}`);
		return results.some(({ by }) => by !== "");
	} else if (kind === "mutant") {
		const id = seed.slice("mutant.".length);
		if (!mutantIds(true).includes(id)) throw new RangeError(`Expected the id of a mutant, got ${id}`);
		const { results } = await runMutants({ quick: true, ids: [id], foundBy: FOUND_BY });
		for (const { by } of results) print(by === "" ? `no test finds ${id}` : `${id} is found: ${by}`);
		return results.some(({ by }) => by === "");
	} else
		throw new RangeError(`Expected decide, chart, world.<quick or long>.<order> or mutant.<id>, got ${seed}`);
	for (const { promise, message, story } of violations) {
		print(`${promise}: ${message}`);
		for (const line of story) print(`  ${line}`);
	}
	return violations.length > 0;
}

/** The statechart, exhaustively: alone, with the world around it under each kind of order, and with mutants. */
export const statechart: Part<Result> = {
	name: "statechart",

	pieces(share) {
		const length = lengthOf(share);
		const costs = COSTS[length];
		return [
			{ name: "decide", costSeconds: costs.decide },
			{ name: "chart", costSeconds: costs.chart },
			...ORDERS.map((_, order) => ({ name: `world.${order}`, costSeconds: costs.world })),
			...Array.from({ length: MUTANT_PIECES[length] }, (_, i) => ({
				name: `mutants.${i}`,
				costSeconds: costs.mutants,
			})),
		];
	},

	run,
	sum,
	replay,
};
