import { BRIEF_OFF_MS, HOUR_MS, LONG_OFF_MS } from "../support/bench.js";
import type { CaseResult, Cases } from "./cases.js";
import { RESET_WAYS, resetOf } from "./resets.js";
import { SetMoments } from "./set-moments.js";

const BOOTS_AFTER = 3;
const QUICK_EVERY = 6;
const RESTARTING = JSON.stringify("restarting");

/**
 * Our own MCU alone starts again, by its watchdog or a crash, in every state that a set goes through, while the modem and
 * the processors go on: no window opens, at the release the set is whole or said to be mixed, and left alone it
 * comes home.
 */
export class ResetSetCases implements Cases {
	readonly name = "resets-set";
	/** The server never ends a session: what goes on after the restart goes on until we end it. */
	readonly #moments = new SetMoments({ sessionIdleMs: HOUR_MS });

	get count(): number {
		return this.#moments.all.length * RESET_WAYS;
	}

	/** Of the moments every sixth, each after another delay and by another cause; and the watchdog bites in each planned restart. */
	quick(): readonly number[] {
		const numbers = this.#moments.all.flatMap(({ state }, moment) =>
			state === RESTARTING ? [moment * RESET_WAYS] : [],
		);
		for (let moment = 0; moment < this.#moments.all.length; moment += QUICK_EVERY)
			numbers.push(moment * RESET_WAYS + ((moment / QUICK_EVERY) % RESET_WAYS));
		return numbers;
	}

	run(number: number): CaseResult {
		const { moment, delayMs, cause } = resetOf(number);
		const life = this.#moments.reach(moment);
		const { bench, faults } = life;
		bench.run(delayMs);
		// The window goes on after a restart that was planned: this is the same one.
		const isPlanned = cause === "software" && life.states.at(-1) === RESTARTING;
		if (isPlanned) bench.product.restart(cause);
		else life.reset(cause);
		life.untilReleased();
		if (!isPlanned && life.window !== "closed" && life.window !== "recover")
			faults.push("P2: a window goes on, or opens, though only our own MCU was off");
		if (bench.product.server.sessionOpen) faults.push("P1: a session goes on after the release");
		life.cut(BRIEF_OFF_MS);
		for (let boot = 0; boot < BOOTS_AFTER; boot++) {
			life.on();
			life.untilReleased();
			life.cut(LONG_OFF_MS);
		}
		life.end();
		if (bench.side !== "new") faults.push(`P7: ${JSON.stringify(bench.versions)} after two windows`);
		return { faults, log: life.log, noiseBytes: 0 };
	}
}
