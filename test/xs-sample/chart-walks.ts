import type { Cases } from "../noise/cases.js";
import { Xorshift } from "../noise/xorshift.js";
import { Chart, type Configuration, type Step } from "../statechart/chart.js";
import { allInputs } from "../statechart/check-chart.js";
import { EVENTS } from "../statechart/events.js";

const STEPS = 100;
/** Most events mean nothing where the window is, or end it: so many are tried, and the best is taken. */
const TRIES = 16;
const A_TIMEOUT_IN = 8;

/** A walk through the window's statechart, events with their payloads and timeouts included; where a window ends, another begins. */
export const chartWalks: Cases = {
	name: "chart",
	run(number) {
		const walk = new Walk(new Xorshift(number));
		while (walk.log.length < STEPS) walk.go();
		return { faults: [], log: walk.log, noiseBytes: 0 };
	},
};

class Walk {
	readonly log: string[] = [];
	readonly #random: Xorshift;
	readonly #chart = new Chart();
	readonly #inputs = allInputs().filter(({ window }) => window !== "closed");
	#at: Configuration | undefined;
	/** How often each value of the statechart was come to. */
	readonly #visits = new Map<string, number>();

	constructor(random: Xorshift) {
		this.#random = random;
	}

	/** One event, or another window. */
	go(): void {
		if (this.#at) {
			const index = this.#eventAt(this.#at);
			return this.#come(this.#chart.names[index] as string, this.#chart.step(this.#at, index));
		}
		const input = this.#random.pick(this.#inputs);
		this.#come(JSON.stringify(input), this.#chart.start(input));
	}

	#come(by: string, { next, effects }: Step): void {
		this.log.push(`${by} -> ${next.value}: ${effects.join(", ")}`);
		this.#visits.set(next.value, this.#visitsOf(next) + 1);
		this.#at = isActive(next) ? next : undefined;
	}

	/** Of those that are tried the one that leads to where the walk has been least. */
	#eventAt(at: Configuration): number {
		const random = this.#random;
		if (at.timeouts.length > 0 && random.oneIn(A_TIMEOUT_IN)) return random.pick(at.timeouts);
		let best = random.below(EVENTS.length);
		let least = Number.POSITIVE_INFINITY;
		for (let tries = 0; tries < TRIES; tries++) {
			const index = random.below(EVENTS.length);
			const { next, taken } = this.#chart.step(at, index);
			if (!taken || !isActive(next) || this.#visitsOf(next) >= least) continue;
			least = this.#visitsOf(next);
			best = index;
		}
		return best;
	}

	#visitsOf({ value }: Configuration): number {
		return this.#visits.get(value) ?? 0;
	}
}

function isActive({ snapshot }: Configuration): boolean {
	return snapshot.status === "active";
}
