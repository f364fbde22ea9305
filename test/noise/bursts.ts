import { FIRST_BYTES } from "../support/orders.js";
import type { CaseResult, Cases } from "./cases.js";
import { type Life, MINUTE_MS } from "./life.js";
import type { Moments } from "./moments.js";
import { latin1 } from "./noise-blocks.js";
import { WDSI_CODES } from "./wdsi.js";

const READY = "+WDSI: 0";
const SESSION_ENDED = "+WDSI: 8";
const RESTARTED = "+KSUP: 0";

const LINES: readonly string[] = [
	...Array.from({ length: WDSI_CODES }, (_, code) => `+WDSI: ${code}`),
	`+WDSI: 9,${FIRST_BYTES}`,
	"+WDSI: 18,50",
	RESTARTED,
	"+PBREADY",
];
/** As many as the queue of commands holds, more, and many more. */
const TIMES: readonly number[] = [8, 12, 40];
const DEAF_MS = MINUTE_MS;
/** How a line may come: so many times, from a modem that answers or from one that is deaf for a while. */
const WAYS = TIMES.flatMap((times) => [false, true].map((isDeaf) => ({ times, isDeaf })));
/** Of the lines, each moment of a quick run hears one in so many. */
const QUICK_EVERY = 8;

/**
 * A line that the modem says many times at once, in every state that a window, a recovery or the guard goes through, by a
 * modem that answers meanwhile and by one that does not. Afterwards the product still arms its modem and ends a session
 * that nobody ordered.
 */
export class BurstCases implements Cases {
	readonly name = "bursts";
	readonly #moments: Moments;

	constructor(moments: Moments) {
		this.#moments = moments;
	}

	get count(): number {
		return this.#moments.distinct * LINES.length * WAYS.length;
	}

	/** At every moment what is answered with a question each time; of the other lines a share, each in another way. */
	quick(): readonly number[] {
		const numbers: number[] = [];
		for (let moment = 0; moment < this.#moments.distinct; moment++)
			for (const [line, said] of LINES.entries()) {
				const number = (way: number) => (moment * LINES.length + line) * WAYS.length + way;
				if (said === READY || said === SESSION_ENDED) numbers.push(number((moment + line) % WAYS.length));
				else if ((moment + line) % QUICK_EVERY === 0)
					numbers.push(number(Math.floor((moment + line) / QUICK_EVERY) % WAYS.length));
			}
		return numbers;
	}

	run(number: number): CaseResult {
		const { times, isDeaf } = WAYS[number % WAYS.length] as (typeof WAYS)[number];
		const rest = Math.floor(number / WAYS.length);
		const line = LINES[rest % LINES.length] as string;
		const life = this.#moments.reach(Math.floor(rest / LINES.length));
		life.log.push(`${life.clock.now()} said ${line} ${times} times${isDeaf ? ", and is deaf" : ""}`);
		if (isDeaf) life.toHost = () => [];
		say(life, Array(times).fill(line));
		if (isDeaf) life.run(DEAF_MS);
		life.toHost = undefined;
		life.run(25 * MINUTE_MS);
		const faults = stillGuarded(life);
		return { faults: [...faults, ...life.end()], log: life.log, noiseBytes: life.noiseBytes };
	}
}

/** What a product that monitors does for good. */
export function stillGuarded(life: Life): string[] {
	const faults: string[] = [];
	const released = life.events.map(({ event }) => event).lastIndexOf("released");
	const isArmedAfter = (from: number) => life.events.slice(from).some(({ event }) => event === "armed");
	if (!isArmedAfter(released)) faults.push("P1: not armed after the release");
	const before = life.events.length;
	say(life, [RESTARTED]);
	life.run(MINUTE_MS);
	if (!isArmedAfter(before)) faults.push("P1: not armed within a minute of a restart");
	const { sessionsEnded } = life.watch;
	say(life, ["+WDSI: 4", "+WDSI: 6"]);
	life.run(3 * MINUTE_MS);
	if (life.watch.sessionsEnded === sessionsEnded) faults.push("P1: a session that nobody ordered goes on");
	return faults;
}

function say(life: Life, lines: readonly string[]): void {
	life.noise(latin1(lines.map((line) => `\r\n${line}\r\n`).join("")));
}
