import type { Chart, Configuration } from "./chart.js";
import { expect } from "./effects.js";
import { ENTERS, LEAVES, OBLIGATIONS, type Obligation } from "./obligations.js";

/** Holds each step of a chart against what has to come of it. */
export class StepJudge {
	readonly #chart: Chart;
	/** The rows that may fit, by leaf and by the event's index. */
	readonly #rows = new Map<string, (readonly Obligation[] | undefined)[]>();

	constructor(chart: Chart) {
		this.#chart = chart;
	}

	/** Throws BrokenPromiseError. */
	judge(
		before: Configuration,
		event: number,
		after: Configuration,
		effects: readonly string[],
		taken: boolean,
	): void {
		const { leaf } = before;
		const next = after.leaf;
		const name = this.#chart.names[event] as string;
		const { context } = before.snapshot;
		const row = this.#rowsOf(leaf, event).find(({ when }) => when === undefined || when(context));
		if (row) judgeRow(row, { leaf, next, name, effects, before, after });
		if (this.#chart.isTimeout(event) && !name.startsWith("after until"))
			expect(taken, "P4", `a timer runs in ${leaf} that leads nowhere: ${name}`);
		if (leaf !== next) judgeChange(leaf, next, effects);
		const { window, outcome, othersDue } = after.snapshot.context;
		expect(next !== "trial" || othersDue, "P7", `${name} in ${leaf} leads to a trial of nothing`);
		if (next === "closing" && leaf !== "closing" && window === "open")
			expect(outcome !== "", "P4", `${name} in ${leaf} closes the window without an outcome`);
	}

	#rowsOf(leaf: string, event: number): readonly Obligation[] {
		let byEvent = this.#rows.get(leaf);
		if (!byEvent) {
			byEvent = [];
			this.#rows.set(leaf, byEvent);
		}
		const name = this.#chart.names[event] as string;
		byEvent[event] ??= OBLIGATIONS.filter(({ at, on }) => at.includes(leaf) && on.test(name));
		return byEvent[event] as readonly Obligation[];
	}
}

function judgeRow(
	{ promise, to, does = [], idle, holds }: Obligation,
	{
		leaf,
		next,
		name,
		effects,
		before,
		after,
	}: {
		leaf: string;
		next: string;
		name: string;
		effects: readonly string[];
		before: Configuration;
		after: Configuration;
	},
): void {
	const wanted = to ?? [leaf];
	expect(
		wanted.includes(next),
		promise,
		`${name} in ${leaf} leads to ${next}, not to ${wanted.join(" or ")}`,
	);
	for (const effect of does)
		expect(
			effects.some((each) => each.startsWith(effect)),
			promise,
			`${name} in ${leaf} does not ${effect}`,
		);
	if (idle) expect(effects.length === 0, promise, `${name} in ${leaf} does ${effects.join(", ")}`);
	if (holds)
		expect(
			holds(after.snapshot.context, before.snapshot.context),
			promise,
			`${name} in ${leaf} is not remembered as it has to be`,
		);
}

/** A state begins what it is for, and leaves nothing behind that goes on. */
export function judgeChange(leaf: string, next: string, effects: readonly string[]): void {
	for (const effect of ENTERS[next] ?? [])
		expect(
			effects.some((each) => each.startsWith(effect)),
			"P4",
			`${next} begins without ${effect}`,
		);
	for (const effect of LEAVES[leaf] ?? [])
		expect(effects.includes(effect), "P4", `${leaf} ends without ${effect}`);
}
