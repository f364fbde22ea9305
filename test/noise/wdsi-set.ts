import type { Model } from "../../hosts/emulator/families.js";
import { BRIEF_OFF_MS, HOUR_MS, LONG_OFF_MS } from "../support/bench.js";
import { OTHERS } from "../support/set-bench.js";
import type { CaseResult, Cases } from "./cases.js";
import { latin1 } from "./noise-blocks.js";
import { SetLife } from "./set-life.js";
import { WDSI_CODES, WDSI_DATA } from "./wdsi.js";

interface Moment {
	model: Model;
	source: "avms" | "local" | "none";
	/** The power went in the middle of the trial before. */
	recovers: boolean;
	/** Of the states that the boot goes through. */
	index: number;
}

/** Every code of `+WDSI`, with each form of data, in every state that only a product with more elements than a modem goes through. */
export class WdsiSetCases implements Cases {
	readonly name = "wdsi-set";
	#found: readonly Moment[] | undefined;

	get count(): number {
		return this.#moments.length * WDSI_CODES * WDSI_DATA.length;
	}

	/** Goes through each story once, to find its states, as soon as somebody asks. */
	get #moments(): readonly Moment[] {
		this.#found ??= found();
		return this.#found;
	}

	run(number: number): CaseResult {
		const moments = this.#moments.length;
		const code = number % WDSI_CODES;
		const rest = Math.floor(number / WDSI_CODES);
		const moment = this.#moments[rest % moments] as Moment;
		const form = Math.floor(rest / moments) + code + (rest % moments);
		const life = begin(moment);
		const { bench } = life;
		bench.clock.runUntil(() => life.states.length > moment.index, HOUR_MS);
		const line = `+WDSI: ${code}${WDSI_DATA[form % WDSI_DATA.length]}`;
		life.log.push(`${bench.clock.now()} said ${line}`);
		const bytes = latin1(`\r\n${line}\r\n`);
		bench.product.wire.toHost(bytes.buffer);
		life.untilReleased();
		life.cut(BRIEF_OFF_MS);
		for (let boot = 0; boot < 3; boot++) {
			life.on();
			life.untilReleased();
			life.cut(LONG_OFF_MS);
		}
		life.end();
		return { faults: life.faults, log: life.log, noiseBytes: bytes.length };
	}
}

function found(): Moment[] {
	const moments: Moment[] = [];
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

function begin({ model, source, recovers }: Omit<Moment, "index">): SetLife {
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
