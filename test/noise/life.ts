import type { Behaviour } from "../../hosts/emulator/behaviour.js";
import type { Model } from "../../hosts/emulator/families.js";
import { RESTART_MS, SimulatedProduct } from "../../hosts/sim/simulated-product.js";
import type { ResetCause } from "../../modules/off-time/board.js";
import type { ProductEvent } from "../../modules/window/events.js";
import type { Policy } from "../../modules/window/policy.js";
import { envelope, FIRST_BYTES, type OrderName, testPublicKey, VERSIONS } from "../support/orders.js";
import { CountedClock } from "./counted-clock.js";
import { PromiseWatch, type SeenEvent } from "./promise-watch.js";

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const LONG_OFF_MS = 12 * MINUTE_MS;
export const BRIEF_OFF_MS = 2 * SECOND_MS;
const THRESHOLD_MS = 10 * MINUTE_MS;

/** Two readings of the clock's rate, and the mark that carries them. */
const RATED_MS = 5 * MINUTE_MS;

/** A whole update takes less than two minutes of these modems. */
const QUICK: Readonly<Partial<Behaviour>> = {
	installMs: 20_000,
	bootMs: 5_000,
	progressStepPercent: 20,
	startRequestDelayMs: 4_000,
};

/** Short enough that a case is cheap, long enough for a quick update. */
const POLICY = {
	windowMs: 10 * MINUTE_MS,
	installMs: 4 * MINUTE_MS,
	downloadStallMs: MINUTE_MS,
	reportWithinMs: MINUTE_MS,
	endWithinMs: 10 * SECOND_MS,
	recoverWithinMs: MINUTE_MS,
	prefetchEveryMs: 24 * HOUR_MS,
} as const;
const RELEASE_MS = POLICY.windowMs + POLICY.reportWithinMs + POLICY.endWithinMs;
/** The clock by which prefetch counts shows whole seconds. */
const PREFETCH_LEAST_MS = POLICY.prefetchEveryMs - SECOND_MS;

export interface LifeOptions {
	model: Model;
	prefetch?: boolean;
	policy?: Partial<Policy>;
	behaviour?: Partial<Behaviour>;
	/** Hears every event after the watch. */
	onEvent?: (event: ProductEvent) => void;
}

/** A whole product in virtual time, watched from outside; its lines can be disturbed in both directions. */
export class Life {
	readonly clock = new CountedClock();
	readonly model: Model;
	readonly product: SimulatedProduct;
	readonly watch: PromiseWatch;
	/** Every event, with what the product sent, in the order in which they happened. */
	readonly log: string[] = [];
	readonly events: SeenEvent[] = [];
	/** What becomes of the bytes that the modem sends; by default they arrive as they are. */
	toHost: ((bytes: Uint8Array<ArrayBuffer>) => readonly Uint8Array<ArrayBuffer>[]) | undefined;
	noiseBytes = 0;
	readonly #toHost: (bytes: ArrayBuffer) => void;

	constructor({ model, prefetch = false, policy = {}, behaviour = {}, onEvent = () => {} }: LifeOptions) {
		this.model = model;
		this.watch = new PromiseWatch({
			prefetch,
			thresholdMs: THRESHOLD_MS,
			releaseWithinMs: RELEASE_MS,
			recoverWithinMs: POLICY.recoverWithinMs,
			prefetchEveryMs: PREFETCH_LEAST_MS,
		});
		const { clock, watch, log, events } = this;
		this.product = new SimulatedProduct({
			world: clock,
			model,
			version: VERSIONS[model][0],
			publicKey: testPublicKey(),
			policy: { ...POLICY, mode: prefetch ? "prefetch" : "window", ...policy },
			behaviour: { ...QUICK, ...behaviour },
			onEvent: (event) => {
				watch.event(event, clock.now());
				events.push(event);
				log.push(`${clock.now()} ${JSON.stringify(event)}`);
				onEvent(event);
			},
		});
		const { wire } = this.product;
		const toModem = wire.toModem.bind(wire);
		this.#toHost = wire.toHost.bind(wire);
		// Defined, not assigned: in flash the prototype is frozen.
		Object.defineProperty(wire, "toModem", {
			value: (bytes: ArrayBuffer) => {
				watch.sent(new Uint8Array(bytes), clock.now());
				toModem(bytes);
			},
		});
		Object.defineProperty(wire, "toHost", {
			value: (bytes: ArrayBuffer) => {
				if (!this.toHost) return this.#toHost(bytes);
				for (const piece of this.toHost(new Uint8Array(bytes))) this.#toHost(piece.slice().buffer);
			},
		});
	}

	/** Puts bytes on the line to the product, beside what the modem says. */
	noise(bytes: Uint8Array<ArrayBuffer>): void {
		this.noiseBytes += bytes.length;
		this.#toHost(bytes.slice().buffer);
	}

	job(sizeBytes: number = FIRST_BYTES): void {
		this.product.server.addJob({ version: VERSIONS[this.model][1], sizeBytes });
	}

	/** Power comes, with an order where one is given. */
	on(order?: OrderName | Uint8Array): void {
		this.watch.powerOn(this.clock.now());
		this.log.push(`${this.clock.now()} on`);
		this.product.switchOn(typeof order === "string" ? envelope(this.model, order) : order);
	}

	/** An orderly power-off, and the time until the power is back. */
	off(offMs: number): void {
		this.look();
		this.product.switchOff(() => {
			this.watch.powerOff(this.clock.now());
			this.log.push(`${this.clock.now()} off`);
		});
		this.clock.runUntil(() => !this.product.isOn, MINUTE_MS);
		this.clock.advance(offMs);
	}

	/** Lets go of all that was written down, so that a long life can be measured. */
	forget(): void {
		this.log.length = 0;
		this.events.length = 0;
		(this.product.wire.traffic as unknown[]).length = 0;
	}

	cut(offMs: number): void {
		this.look();
		this.product.cutPower();
		this.watch.powerOff(this.clock.now());
		this.log.push(`${this.clock.now()} off`);
		this.clock.advance(offMs);
	}

	/** Our own MCU alone starts again: its modem goes on with what it does. */
	reset(cause: ResetCause): void {
		this.look();
		const nowMs = this.clock.now();
		this.watch.powerOff(nowMs);
		this.log.push(`${nowMs} ${cause}`);
		this.product.restart(cause);
		this.watch.powerOn(nowMs + RESTART_MS);
	}

	run(durationMs: number): void {
		this.clock.advance(durationMs);
	}

	/** False where the event does not come within the time. */
	until(name: string, limitMs = HOUR_MS): boolean {
		const from = this.events.length;
		return this.clock.runUntil(
			() => this.events.length > from && this.events.slice(from).some(({ event }) => event === name),
			limitMs,
		);
	}

	/** A first boot, which stays closed, with the order; long enough for the clock to be rated. Then off for so long. */
	orderedThenOff(offMs: number): void {
		this.on("first");
		this.run(RATED_MS);
		this.cut(offMs);
	}

	/** An install of the first order was sent, and the power went in the middle of it. */
	cutInInstall(): void {
		this.orderedThenOff(LONG_OFF_MS);
		this.on();
		this.clock.runUntil(() => this.product.modem.phase === "installing", HOUR_MS);
		this.cut(BRIEF_OFF_MS);
	}

	look(): void {
		const { battery, flash } = this.product;
		this.watch.look([battery.values, flash.values], this.clock.timers, this.clock.now());
	}

	/** What broke, with what only the end can tell: nothing runs but what was ordered, and what runs was accepted. */
	end(): string[] {
		this.look();
		const { faults, installsAccepted } = this.watch;
		const [from, to] = VERSIONS[this.model];
		const { version } = this.product.modemFlash;
		if (version !== from && version !== to) faults.push(`P5: ${version} runs, which nobody ordered`);
		if (version === to && installsAccepted === 0) faults.push(`P6: ${version} runs, and nobody accepted it`);
		this.log.push(`version ${version}, ${installsAccepted} installs`);
		return faults;
	}
}
