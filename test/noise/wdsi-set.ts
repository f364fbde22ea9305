import { BRIEF_OFF_MS, LONG_OFF_MS } from "../support/bench.js";
import type { CaseResult, Cases } from "./cases.js";
import { latin1 } from "./noise-blocks.js";
import type { SetMoments } from "./set-moments.js";
import { WDSI_CODES, WDSI_DATA } from "./wdsi.js";

/** Every code of `+WDSI`, with each form of data, in every state that only a product with more elements than a modem goes through. */
export class WdsiSetCases implements Cases {
	readonly name = "wdsi-set";
	readonly #moments: SetMoments;

	constructor(moments: SetMoments) {
		this.#moments = moments;
	}

	get count(): number {
		return this.#moments.all.length * WDSI_CODES * WDSI_DATA.length;
	}

	run(number: number): CaseResult {
		const moments = this.#moments.all.length;
		const code = number % WDSI_CODES;
		const rest = Math.floor(number / WDSI_CODES);
		const moment = rest % moments;
		const form = Math.floor(rest / moments) + code + moment;
		const life = this.#moments.reach(moment);
		const { bench } = life;
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
