import type { ResetCause } from "../../modules/off-time/board.js";
import { VERSIONS } from "../support/orders.js";
import { stillGuarded } from "./bursts.js";
import type { CaseResult, Cases } from "./cases.js";
import { HOUR_MS, LONG_OFF_MS, MINUTE_MS } from "./life.js";
import { Moments } from "./moments.js";

/** From the moment: in the middle of a command, of its answer, of a wait, of a session. */
const DELAYS_MS: readonly number[] = [0, 3, 40, 300, 1_500, 6_000, 20_000];
const CAUSES: readonly ResetCause[] = ["watchdog", "software", "external"];
/** How many ways there are to start again at one moment. */
export const RESET_WAYS = DELAYS_MS.length * CAUSES.length;
/** A session may report an install for a minute; one that nobody ordered is over sooner. */
const SESSION_MAX_MS = 3 * MINUTE_MS;

/** What a case's number says. */
export function resetOf(number: number): { moment: number; delayMs: number; cause: ResetCause } {
	const rest = Math.floor(number / CAUSES.length);
	return {
		moment: Math.floor(rest / DELAYS_MS.length),
		delayMs: DELAYS_MS[rest % DELAYS_MS.length] as number,
		cause: CAUSES[number % CAUSES.length] as ResetCause,
	};
}

/**
 * Our own MCU alone starts again, by its watchdog or a crash, in every state that a window, a recovery or the guard goes
 * through, while the modem goes on with what it does: no window opens, what the modem has under way ends, the product
 * guards it, and the next long time off brings the set home.
 */
export class ResetCases implements Cases {
	readonly name = "resets";
	/** The server never ends a session: what goes on after the restart goes on until we end it. */
	readonly #moments = new Moments({ sessionIdleMs: HOUR_MS });

	get count(): number {
		return this.#moments.distinct * RESET_WAYS;
	}

	/** Every moment once, each after another delay and by another cause. */
	quick(): readonly number[] {
		return Array.from(
			{ length: this.#moments.distinct },
			(_, moment) => moment * RESET_WAYS + (moment % RESET_WAYS),
		);
	}

	run(number: number): CaseResult {
		const { moment, delayMs, cause } = resetOf(number);
		const life = this.#moments.reach(moment);
		const { server, modemFlash } = life.product;
		const faults: string[] = [];
		life.run(delayMs);
		const before = life.events.length;
		life.reset(cause);
		life.run(SESSION_MAX_MS);
		const after = life.events.slice(before);
		if (after.some(({ event, window }) => event === "decided" && window === "open"))
			faults.push("P2: a window opens though only our own MCU was off");
		if (server.sessionOpen) faults.push("P1: a session that nobody ordered goes on");
		faults.push(...stillGuarded(life));
		life.cut(LONG_OFF_MS);
		life.on();
		life.run(25 * MINUTE_MS);
		const [from, to] = VERSIONS[life.model];
		const wanted = this.#moments.comesHome(moment) ? to : from;
		if (modemFlash.version !== wanted)
			faults.push(`P4: the next window ends with ${modemFlash.version}, not with ${wanted}`);
		return { faults: [...faults, ...life.end()], log: life.log, noiseBytes: 0 };
	}
}
