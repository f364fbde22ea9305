import type { Model } from "../../hosts/emulator/families.js";
import { FIRST_BYTES } from "../support/orders.js";
import type { CaseResult, Cases } from "./cases.js";
import { BRIEF_OFF_MS, HOUR_MS, Life, LONG_OFF_MS, MINUTE_MS, SECOND_MS } from "./life.js";
import { latin1 } from "./noise-blocks.js";

export const WDSI_CODES = 31;

/** What may follow a code: nothing, numbers that mean something with one code or another, and what cannot be read. */
export const WDSI_DATA: readonly string[] = [
	"",
	",0",
	",1",
	`,${FIRST_BYTES}`,
	`,${FIRST_BYTES + 1}`,
	",100",
	',"98%"',
	",4294967296",
	",-1",
	",",
	",x,y,z",
];

interface Story {
	prefetch?: boolean;
	/** Up to the power-on of the boot in question. */
	prepare(life: Life): void;
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
	{ prepare: (life) => life.orderedThenOff(LONG_OFF_MS) },
	{
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
		prepare: (life) => {
			life.on("first");
			life.run(3 * MINUTE_MS);
			life.cut(BRIEF_OFF_MS);
			life.product.server.cancelJobs();
			life.run(HOUR_MS * 24);
			life.job();
		},
		guardMs: [...GUARD_MS, 14_000, 20_000, 25_000, 30_000],
	},
];

/** The product in one story, up to its moment number `moment`; undefined where there are not so many. */
interface Moment {
	story: number;
	model: Model;
	/** Of the states that the boot goes through; or of `guardMs`. */
	index: number;
}

/**
 * Every code of `+WDSI` from 0 to 30, with each form of data, said in every state that a window, a recovery or the guard
 * goes through, for both families and both policies.
 */
export class WdsiCases implements Cases {
	readonly name = "wdsi";
	readonly count: number;
	/** So many moments are unlike each other; they come first. */
	readonly distinct: number;
	readonly #moments: readonly Moment[];

	/** Goes through each story once, to find its states. */
	constructor() {
		const moments: Moment[] = [];
		const repeated: Moment[] = [];
		const seen = new Set<string>();
		for (const model of ["HL7692", "HL7800"] as const)
			for (const [story, { guardMs, prefetch }] of STORIES.entries()) {
				for (const index of guardMs?.keys() ?? []) moments.push({ story, model, index });
				if (guardMs) continue;
				const life = begin(story, model);
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
		this.distinct = moments.length;
		this.#moments = [...moments, ...repeated];
		this.count = this.#moments.length * WDSI_CODES * WDSI_DATA.length;
	}

	/** How many states there are to say something in. */
	get moments(): number {
		return this.#moments.length;
	}

	/** Every code in every state once, the families in turn. */
	quick(): readonly number[] {
		const numbers: number[] = [];
		for (let index = 0; index < this.distinct; index++) {
			const parity = this.#moments[index]?.model === "HL7800" ? 1 : 0;
			for (let code = 0; code < WDSI_CODES; code++)
				if ((code + parity) % 2 === 0) numbers.push(index * WDSI_CODES + code);
		}
		return numbers;
	}

	run(number: number): CaseResult {
		const moments = this.#moments.length;
		const code = number % WDSI_CODES;
		const rest = Math.floor(number / WDSI_CODES);
		const moment = this.#moments[rest % moments] as Moment;
		// Each round over codes and moments says each code with another form of data.
		const form = Math.floor(rest / moments) + code + (rest % moments);
		const data = WDSI_DATA[form % WDSI_DATA.length] as string;
		const life = begin(moment.story, moment.model);
		const { guardMs } = STORIES[moment.story] as Story;
		const statesBefore = statesOf(life);
		life.on();
		if (guardMs) life.run(guardMs[moment.index] as number);
		else life.clock.runUntil(() => statesOf(life) - statesBefore > moment.index, HOUR_MS);
		const line = `+WDSI: ${code}${data}`;
		life.log.push(`${life.clock.now()} said ${line}`);
		life.noise(latin1(`\r\n${line}\r\n`));
		life.run(25 * MINUTE_MS);
		return { faults: life.end(), log: life.log, noiseBytes: life.noiseBytes };
	}
}

function begin(story: number, model: Model): Life {
	const { prefetch = false, prepare } = STORIES[story] as Story;
	const life = new Life({ model, prefetch });
	prepare(life);
	return life;
}

function statesOf(life: Life): number {
	return life.events.filter(({ event }) => event === "state").length;
}
