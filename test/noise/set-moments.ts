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
}

/** Every state that only a product with more elements than a modem goes through, for both families and all sources. */
export class SetMoments {
	#found: readonly SetMoment[] | undefined;

	/** Goes through each story once, to find its states, as soon as somebody asks. */
	get all(): readonly SetMoment[] {
		this.#found ??= found();
		return this.#found;
	}

	/** A product that has come to the moment of this number. */
	reach(number: number): SetLife {
		const moment = this.all[number] as SetMoment;
		const life = begin(moment);
		life.bench.clock.runUntil(() => life.states.length > moment.index, HOUR_MS);
		return life;
	}
}

function found(): SetMoment[] {
	const moments: SetMoment[] = [];
	const seen = new Set<string>();
	for (const model of ["HL7692", "HL7800"] as const)
		for (const source of ["avms", "local", "none"] as const)
			for (const recovers of [false, true]) {
				const life = begin({ model, source, recovers });
				life.untilReleased();
				for (const [index, state] of life.states.entries()) {
					const name = `${model} ${source} ${recovers} ${state}`;
					if (seen.has(name)) continue;
					seen.add(name);
					moments.push({ model, source, recovers, index });
				}
			}
	return moments;
}

function begin({ model, source, recovers }: Omit<SetMoment, "index">): SetLife {
	const life = new SetLife({ model, source, others: OTHERS });
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
