import type { Behaviour } from "../../hosts/emulator/behaviour.js";
import type { Model } from "../../hosts/emulator/families.js";
import { FIRST_BYTES } from "../support/orders.js";
import { BRIEF_OFF_MS, HOUR_MS, Life, LONG_OFF_MS, MINUTE_MS, SECOND_MS } from "./life.js";

interface Story {
	prefetch?: boolean;
	/** Up to the power-on of the boot in question. */
	prepare(life: Life): void;
	/** That boot brings the first order. */
	ordered?: boolean;
	/** There is no job, or one that is not the order's: the old version stays. */
	staysOld?: boolean;
	/** Moments without a state of the statechart, from power-on. */
	guardMs?: readonly number[];
}

const GUARD_MS: readonly number[] = [0, SECOND_MS, 5_100, 6_000, 8_000, 12_000, MINUTE_MS, 11 * MINUTE_MS];

const STORIES: readonly Story[] = [
	{
		prepare: (life) => {
			life.job();
			life.orderedThenOff(LONG_OFF_MS);
		},
	},
	{ staysOld: true, prepare: (life) => life.orderedThenOff(LONG_OFF_MS) },
	{
		staysOld: true,
		prepare: (life) => {
			life.job(FIRST_BYTES + 1);
			life.orderedThenOff(LONG_OFF_MS);
		},
	},
	{
		// A download that was cut, to be resumed.
		prepare: (life) => {
			life.job();
			life.orderedThenOff(LONG_OFF_MS);
			life.on();
			life.until("progress");
			life.cut(LONG_OFF_MS);
		},
	},
	{
		prepare: (life) => {
			life.job();
			life.cutInInstall();
		},
	},
	{
		prepare: (life) => {
			life.job();
			life.orderedThenOff(BRIEF_OFF_MS);
		},
		guardMs: GUARD_MS,
	},
	{
		prefetch: true,
		prepare: (life) => {
			life.job();
			life.orderedThenOff(LONG_OFF_MS);
		},
	},
	{
		prefetch: true,
		// A boot that stays closed and fetches at once.
		ordered: true,
		prepare: (life) => {
			life.on();
			life.run(3 * MINUTE_MS);
			life.cut(BRIEF_OFF_MS);
			life.job();
		},
		guardMs: [...GUARD_MS, 14_000, 20_000, 25_000, 30_000],
	},
];

/** A point of a story, for one family. */
export interface Moment {
	story: number;
	model: Model;
	/** Of the states that the boot goes through; or of `guardMs`. */
	index: number;
}

/** Every state that a window, a recovery or the guard goes through, for both families and both policies. */
export class Moments {
	readonly #behaviour: Partial<Behaviour>;
	#found: { all: readonly Moment[]; distinct: number } | undefined;

	constructor(behaviour: Partial<Behaviour> = {}) {
		this.#behaviour = behaviour;
	}

	get all(): readonly Moment[] {
		return this.#all.all;
	}

	/** So many are unlike each other; they come first. */
	get distinct(): number {
		return this.#all.distinct;
	}

	/** Goes through each story once, to find its states, as soon as somebody asks. */
	get #all(): { all: readonly Moment[]; distinct: number } {
		this.#found ??= found(this.#behaviour);
		return this.#found;
	}

	/** With the order's job on the server, the next window ends with the new version, whatever came of this one. */
	comesHome(number: number): boolean {
		return STORIES[(this.all[number] as Moment).story]?.staysOld !== true;
	}

	/** A product that has come to the moment of this number. */
	reach(number: number): Life {
		const { story, model, index } = this.all[number] as Moment;
		const life = begin(story, model, this.#behaviour);
		const { guardMs, ordered } = STORIES[story] as Story;
		const statesBefore = statesOf(life);
		life.on(ordered ? "first" : undefined);
		if (guardMs) life.run(guardMs[index] as number);
		else life.clock.runUntil(() => statesOf(life) - statesBefore > index, HOUR_MS);
		return life;
	}
}

function found(behaviour: Partial<Behaviour>): { all: readonly Moment[]; distinct: number } {
	const moments: Moment[] = [];
	const repeated: Moment[] = [];
	const seen = new Set<string>();
	for (const model of ["HL7692", "HL7800"] as const)
		for (const [story, { guardMs, prefetch }] of STORIES.entries()) {
			for (const index of guardMs?.keys() ?? []) moments.push({ story, model, index });
			if (guardMs) continue;
			const life = begin(story, model, behaviour);
			const before = life.events.length;
			life.on();
			life.run(25 * MINUTE_MS);
			const states = life.events.slice(before).filter(({ event }) => event === "state");
			for (const [index, { value }] of states.entries()) {
				const name = `${model} ${prefetch} ${JSON.stringify(value)}`;
				(seen.has(name) ? repeated : moments).push({ story, model, index });
				seen.add(name);
			}
		}
	return { all: [...moments, ...repeated], distinct: moments.length };
}

function begin(story: number, model: Model, behaviour: Partial<Behaviour>): Life {
	const { prefetch = false, prepare } = STORIES[story] as Story;
	const life = new Life({ model, prefetch, behaviour });
	prepare(life);
	return life;
}

function statesOf(life: Life): number {
	return life.events.filter(({ event }) => event === "state").length;
}
