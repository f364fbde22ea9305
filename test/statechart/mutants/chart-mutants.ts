import { windowMachine } from "../../../modules/window/machine.js";
import { type Transition, transitionsOf } from "../chart.js";
import { evaluateGuardOf } from "./evaluate.js";

/** One change of the statechart as xstate holds it, and the way back. */
export interface ChartMutant {
	id: string;
	set(): void;
	unset(): void;
}

type Node = typeof windowMachine.root;

/** Drops each transition, makes each guard true and negates it, drops each action of transitions, entries and exits. */
export function chartMutants(): ChartMutant[] {
	const mutants: ChartMutant[] = [];
	for (const [transition, name] of transitionsOf(windowMachine.root)) {
		const { guard, actions } = transition;
		const guardMutant = (kind: string, other: unknown): ChartMutant => ({
			id: `${name} ${kind}`,
			set: () => {
				transition.guard = other;
			},
			unset: () => {
				transition.guard = guard;
			},
		});
		mutants.push(guardMutant("dropped", () => false));
		if (guard !== undefined)
			mutants.push(
				guardMutant("guard true", undefined),
				guardMutant("guard negated", evaluateGuardOf(guard)),
			);
		actions.forEach((action, place) => {
			mutants.push(withoutAction(`${name} without ${nameOf(action)}`, actions, place));
		});
	}
	const walk = (node: Node): void => {
		for (const which of ["entry", "exit"] as const) {
			const actions = node[which] as unknown[];
			actions.forEach((action, place) => {
				// A timer is dropped with its transition.
				if (typeof action === "function") return;
				mutants.push(withoutAction(`${node.id}: ${which} without ${nameOf(action)}`, actions, place));
			});
		}
		for (const child of Object.values(node.states)) walk(child as Node);
	};
	walk(windowMachine.root);
	return mutants;
}

const nameOf = (action: unknown): string =>
	typeof action === "string" ? action : String((action as { type: string }).type);

function withoutAction(id: string, actions: unknown[], place: number): ChartMutant {
	const action = actions[place];
	return {
		id,
		set: () => {
			actions[place] = () => {};
		},
		unset: () => {
			actions[place] = action;
		},
	};
}

export type { Transition };
