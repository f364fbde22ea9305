import type { Behaviour } from "../../hosts/emulator/behaviour.js";
import type { Model } from "../../hosts/emulator/families.js";
import { BRIEF_OFF_MS, HOUR_MS, LONG_OFF_MS } from "../support/bench.js";
import { OTHERS } from "../support/set-bench.js";
import { SetLife } from "./set-life.js";

/** A point of a story of a set, for one family. */
interface SetMoment {
	model: Model;
	source: "avms" | "local" | "none";
	/** The power went in the middle of the trial before. */
	recovers: boolean;
	/** Of the states that the boot goes through. */
	index: number;
	/** The statechart's value, as JSON. */
	state: string;
}

/** Every state that only a product with more elements than a modem goes through, for both families and all sources. */
export class SetMoments {
	readonly #behaviour: Partial<Behaviour>;
	#found: readonly SetMoment[] | undefined;

	constructor(behaviour: Partial<Behaviour> = {}) {
		this.#behaviour = behaviour;
	}

	/** Goes through each story once, to find its states, as soon as somebody asks. */
	get all(): readonly SetMoment[] {
		this.#found ??= found(this.#behaviour);
		return this.#found;
	}

	/** A product that has come to the moment of this number. */
	reach(number: number): SetLife {
		const moment = this.all[number] as SetMoment;
		const life = begin(moment, this.#behaviour);
		life.bench.clock.runUntil(() => life.states.length > moment.index, HOUR_MS);
		return life;
	}
}

function found(behaviour: Partial<Behaviour>): SetMoment[] {
	const moments: SetMoment[] = [];
	const seen = new Set<string>();
	for (const model of ["HL7692", "HL7800"] as const)
		for (const source of ["avms", "local", "none"] as const)
			for (const recovers of [false, true]) {
				const life = begin({ model, source, recovers }, behaviour);
				life.untilReleased();
				for (const [index, state] of life.states.entries()) {
					const name = `${model} ${source} ${recovers} ${state}`;
					if (seen.has(name)) continue;
					seen.add(name);
					moments.push({ model, source, recovers, index, state });
				}
			}
	return moments;
}

type SetStory = Pick<SetMoment, "model" | "source" | "recovers">;

function begin({ model, source, recovers }: SetStory, behaviour: Partial<Behaviour>): SetLife {
	const life = new SetLife({ model, source, others: OTHERS, behaviour });
	life.bench.orderedThenOff(LONG_OFF_MS);
	life.on();
	if (recovers) {
		life.bench.clock.runUntil(() => life.states.some((state) => state.includes("trial")), HOUR_MS);
		life.bench.run(2_000);
		life.cut(BRIEF_OFF_MS);
		life.on();
	}
	return life;
}
