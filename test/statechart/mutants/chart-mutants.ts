import { windowMachine } from "../../../modules/window/machine.js";
import { type Transition, transitionsOf } from "../chart.js";
import { evaluateGuardOf } from "./evaluate.js";

/** One change of the statechart as xstate holds it, and the way back. */
export interface ChartMutant {
	id: string;
	/** The transition that is changed: where it is never looked at the mutant makes no difference. Undefined where a state's entry or exit is. */
	transition: Transition | undefined;
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
			transition,
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
			mutants.push(withoutAction(`${name} without ${nameOf(action)}`, transition, actions, place));
		});
	}
	const walk = (node: Node): void => {
		for (const which of ["entry", "exit"] as const) {
			const actions = node[which] as unknown[];
			actions.forEach((action, place) => {
				// A timer is dropped with its transition.
				if (typeof action === "function") return;
				mutants.push(
					withoutAction(`${node.id}: ${which} without ${nameOf(action)}`, undefined, actions, place),
				);
			});
		}
		for (const child of Object.values(node.states)) walk(child as Node);
	};
	walk(windowMachine.root);
	return mutants;
}

/** Tells `onLook` each transition that xstate looks at. */
export function watchTransitions(onLook: (transition: Transition) => void): void {
	for (const transition of transitionsOf(windowMachine.root).keys()) {
		let { guard } = transition;
		Object.defineProperty(transition, "guard", {
			get() {
				onLook(transition);
				return guard;
			},
			set(other: unknown) {
				guard = other;
			},
		});
	}
}

const nameOf = (action: unknown): string =>
	typeof action === "string" ? action : String((action as { type: string }).type);

function withoutAction(
	id: string,
	transition: Transition | undefined,
	actions: unknown[],
	place: number,
): ChartMutant {
	const action = actions[place];
	return {
		id,
		transition,
		set: () => {
			actions[place] = () => {};
		},
		unset: () => {
			actions[place] = action;
		},
	};
}

export type { Transition };
