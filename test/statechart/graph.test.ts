// Requirements: P4
/**
 * xstate's own graph of the machine is the one that the search goes through. Method: getAdjacencyMap of `xstate/graph`, which is
 * given what it leaves out by itself (timeouts, and every event with its payloads), from a few inputs; the search's table from
 * the same inputs. States and what each event leads to must be the same.
 */
import test from "ava";
import { getAdjacencyMap } from "xstate/graph";
import { type WindowEvent, windowMachine } from "../../modules/window/machine.js";
import {
	Chart,
	type ChartInput,
	type Configuration,
	inputOf,
	keyOf,
	type Snapshot,
	windowInput,
} from "./chart.js";

const STATES_MAX = 20_000;

/** Every state by its key, with the key of what each event leads to. */
type Graph = Map<string, Map<string, string>>;

function graphOf(input: ChartInput, { all }: Chart): Graph {
	const map = getAdjacencyMap(windowMachine, {
		input: windowInput(input, () => {}),
		events: all as WindowEvent[],
		limit: STATES_MAX * all.length,
		serializeState: (snapshot) => keyOf(snapshot as Snapshot),
		stopWhen: ({ status }) => status !== "active",
	});
	const graph: Graph = new Map();
	for (const { state, transitions } of Object.values(map))
		graph.set(
			keyOf(state as Snapshot),
			new Map(
				(Object.values(transitions) as { event: unknown; state: Snapshot }[]).map(
					({ event, state: next }) => [JSON.stringify(event), keyOf(next)],
				),
			),
		);
	return graph;
}

function tableOf(input: ChartInput, chart: Chart): Graph {
	const graph: Graph = new Map();
	const next: Configuration[] = [chart.start(input).next];
	for (let configuration = next.pop(); configuration; configuration = next.pop()) {
		const key = keyOf(configuration.snapshot);
		if (graph.has(key)) continue;
		const steps = new Map<string, string>();
		graph.set(key, steps);
		if (configuration.snapshot.status !== "active") continue;
		chart.all.forEach((event, index) => {
			const step = chart.step(configuration as Configuration, index);
			steps.set(JSON.stringify(event), keyOf(step.next.snapshot));
			next.push(step.next);
		});
	}
	return graph;
}

/** What is in one and not in the other, or leads elsewhere. */
function differences(one: Graph, other: Graph): string[] {
	const found: string[] = [];
	for (const key of new Set([...one.keys(), ...other.keys()])) {
		const [steps, others] = [one.get(key), other.get(key)];
		if (!steps || !others) found.push(`${key} in ${steps ? "xstate/graph" : "the search"} alone`);
		else
			for (const event of new Set([...steps.keys(), ...others.keys()]))
				if (steps.get(event) !== others.get(event))
					found.push(`${key} with ${event}: ${steps.get(event)}, ${others.get(event)}`);
	}
	return found.slice(0, 10);
}

for (const [name, input, least] of [
	["a recovery", inputOf({ window: "recover" }), 5],
	["a window that goes on to go back", inputOf({ resumeAt: "rejecting" }), 5],
	["a window by a local file", inputOf({ isLocal: true }), 200],
] as const)
	test(`P4: ${name} has the same states and steps in xstate/graph as in the search`, (t) => {
		const chart = new Chart();
		const [graph, table] = [graphOf(input, chart), tableOf(input, chart)];
		t.true(table.size >= least, `${table.size}`);
		t.deepEqual(differences(graph, table), []);
	});
