import type { Behaviour } from "../../hosts/emulator/behaviour.js";
import type { Model } from "../../hosts/emulator/families.js";
import { RESTART_MS } from "../../hosts/sim/simulated-product.js";
import type { ResetCause } from "../../modules/off-time/board.js";
import { HOUR_MS, MINUTE_MS } from "../support/bench.js";
import { type Other, SetBench } from "../support/set-bench.js";

const QUICK = {
	installMs: 20_000,
	bootMs: 5_000,
	progressStepPercent: 20,
	startRequestDelayMs: 4_000,
} as const;
const POLICY = { windowMs: 20 * MINUTE_MS, installMs: 4 * MINUTE_MS, downloadStallMs: MINUTE_MS } as const;
const RELEASE_MS = POLICY.windowMs + 10 * MINUTE_MS;

export interface SetLifeOptions {
	model: Model;
	source: "avms" | "local" | "none";
	others: readonly Other[];
	behaviour?: Partial<Behaviour>;
}

/** A product with up to four elements, looked at from outside at each release: what its emulated elements hold is what counts. */
export class SetLife {
	readonly bench: SetBench;
	readonly faults: string[] = [];
	readonly log: string[] = [];
	/** Of `bench.events`, the first that belongs to this boot. */
	#from = 0;
	#startMs = 0;

	constructor({ model, source, others, behaviour = {} }: SetLifeOptions) {
		const bench = { behaviour: { ...QUICK, ...behaviour }, policy: POLICY };
		this.bench = new SetBench({ model, source, others, bench });
	}

	on(): void {
		this.#from = this.bench.events.length;
		this.#startMs = this.bench.clock.now();
		this.bench.on();
	}

	/** Our own MCU alone starts again: everybody else goes on. */
	reset(cause: ResetCause): void {
		const { bench, log } = this;
		log.push(`${bench.clock.now()} ${cause}`);
		this.#from = bench.events.length;
		this.#startMs = bench.clock.now() + RESTART_MS;
		bench.reset(cause);
	}

	/** What the boot decided; "" before it. */
	get window(): string {
		const decided = this.#events.find((event) => event.event === "decided");
		return decided?.event === "decided" ? decided.window : "";
	}

	/** How many states the statechart went through in this boot, our own restarts included. */
	get states(): readonly string[] {
		return this.#events.flatMap((event) => (event.event === "state" ? [JSON.stringify(event.value)] : []));
	}

	/** Goes on until monitoring is released, and looks at what runs at that instant. */
	untilReleased(): void {
		const { bench, faults } = this;
		bench.clock.runUntil(() => this.#events.some(({ event }) => event === "released"), HOUR_MS);
		const release = this.#events.find(({ event }) => event === "released");
		if (!release) {
			faults.push("P4: not released within an hour");
			return;
		}
		if (release.at - this.#startMs > RELEASE_MS)
			faults.push(`P4: released after ${release.at - this.#startMs} ms`);
		const isSaid = this.#events.some(
			(event) =>
				(event.event === "closed" && event.outcome === "mixed") ||
				(event.event === "recovered" && event.set === "mixed"),
		);
		if (bench.side === "mixed" && !isSaid)
			faults.push(`P7: released with ${JSON.stringify(bench.versions)}, and nobody said that it is mixed`);
		bench.run(2 * MINUTE_MS);
		// A set tells of each of its elements, and may have none that is a modem.
		const ofAny = bench.faults().filter((fault) => !/element|install that was sent/.test(fault));
		faults.push(...ofAny.map((fault) => `P1: ${fault}`));
	}

	/** The power goes, for so long. */
	cut(offMs: number): void {
		const { bench, log } = this;
		for (const event of this.#events)
			if (event.event === "closed" || event.event === "recovered")
				log.push(`${event.at} ${event.event} ${event.reason} ${JSON.stringify(bench.versions)}`);
		bench.cut(offMs);
	}

	/** After boots without trouble: a set that is still mixed stays so. */
	end(): void {
		const { bench, faults, log } = this;
		log.push(`${bench.side} ${JSON.stringify(bench.versions)}`);
		if (bench.side === "mixed") faults.push(`P7: ${JSON.stringify(bench.versions)} after quiet boots`);
	}

	get #events() {
		return this.bench.events.slice(this.#from);
	}
}
