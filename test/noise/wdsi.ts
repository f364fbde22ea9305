import { FIRST_BYTES } from "../support/orders.js";
import type { CaseResult, Cases } from "./cases.js";
import { MINUTE_MS } from "./life.js";
import type { Moments } from "./moments.js";
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

/**
 * Every code of `+WDSI` from 0 to 30, with each form of data, said in every state that a window, a recovery or the guard
 * goes through, for both families and both policies.
 */
export class WdsiCases implements Cases {
	readonly name = "wdsi";
	readonly #moments: Moments;

	constructor(moments: Moments) {
		this.#moments = moments;
	}

	get count(): number {
		return this.#moments.all.length * WDSI_CODES * WDSI_DATA.length;
	}

	/** Every code in every state once, the families in turn. */
	quick(): readonly number[] {
		const { all, distinct } = this.#moments;
		const numbers: number[] = [];
		for (let index = 0; index < distinct; index++) {
			const parity = all[index]?.model === "HL7800" ? 1 : 0;
			for (let code = 0; code < WDSI_CODES; code++)
				if ((code + parity) % 2 === 0) numbers.push(index * WDSI_CODES + code);
		}
		return numbers;
	}

	run(number: number): CaseResult {
		const moments = this.#moments.all.length;
		const code = number % WDSI_CODES;
		const rest = Math.floor(number / WDSI_CODES);
		// Each round over codes and moments says each code with another form of data.
		const form = Math.floor(rest / moments) + code + (rest % moments);
		const data = WDSI_DATA[form % WDSI_DATA.length] as string;
		const life = this.#moments.reach(rest % moments);
		const line = `+WDSI: ${code}${data}`;
		life.log.push(`${life.clock.now()} said ${line}`);
		life.noise(latin1(`\r\n${line}\r\n`));
		life.run(25 * MINUTE_MS);
		return { faults: life.end(), log: life.log, noiseBytes: life.noiseBytes };
	}
}
