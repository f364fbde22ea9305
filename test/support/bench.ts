import type { Behaviour } from "../../hosts/emulator/behaviour.js";
import type { Model } from "../../hosts/emulator/families.js";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { SimulatedProduct, type SimulatedProductOptions } from "../../hosts/sim/simulated-product.js";
import type { ResetCause } from "../../modules/off-time/board.js";
import { Journal } from "../../modules/set/journal.js";
import { asciiFromBytes, bytesFromAscii } from "../../modules/storage/bytes.js";
import type { ProductEvent } from "../../modules/window/events.js";
import { envelope, FIRST_BYTES, type OrderName, testPublicKey, VERSIONS } from "./orders.js";

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
/** From here on a well simulated product always opens; see its `opensFrom`. */
export const LONG_OFF_MS = 12 * MINUTE_MS;
export const BRIEF_OFF_MS = 2 * SECOND_MS;

export type BenchOptions = Partial<SimulatedProductOptions> & {
	model: Model;
	behaviour?: Partial<Behaviour>;
};

/** A simulated product on a virtual clock, with its events and its AT traffic written down. */
export class Bench {
	readonly clock = new VirtualClock();
	readonly model: Model;
	readonly product: SimulatedProduct;
	/** Every event with the world's time, in ms. */
	readonly events: (ProductEvent & { at: number })[] = [];
	/** Every line that we sent, with the world's time. */
	readonly sent: { at: number; line: string }[] = [];
	readonly traffic: string[] = [];
	/** Events and sent lines since power came, in the order in which they happened. */
	#boot: Moment[] = [];

	constructor(options: BenchOptions) {
		this.model = options.model;
		this.product = new SimulatedProduct({
			world: this.clock,
			version: VERSIONS[options.model][0],
			publicKey: testPublicKey(),
			...options,
			onEvent: (event) => {
				this.events.push({ ...event, at: this.clock.now() });
				this.#boot.push({ event });
			},
			onTraffic: (direction, line) => {
				if (direction === "sent") {
					this.sent.push({ at: this.clock.now(), line });
					this.#boot.push({ line });
				}
				this.traffic.push(`${direction === "sent" ? ">" : "<"} ${line}`);
			},
		});
	}

	/** Puts a job on the server; default: the first order's package. */
	job(version: string = VERSIONS[this.model][1], sizeBytes: number = FIRST_BYTES): void {
		this.product.server.addJob({ version, sizeBytes });
	}

	/** Power comes, with an order where one is named. */
	on(order?: OrderName): void {
		this.#boot = [];
		this.product.switchOn(order && envelope(this.model, order));
	}

	/** Our own MCU alone starts again: everybody else goes on. */
	reset(cause: ResetCause): void {
		this.#boot = [];
		this.product.restart(cause);
	}

	/** Goes on until an event of this name has come since the call; false where it does not within `limitMs`. */
	until(name: ProductEvent["event"], limitMs = HOUR_MS): boolean {
		const from = this.events.length;
		return this.clock.runUntil(() => this.events.slice(from).some((event) => event.event === name), limitMs);
	}

	run(durationMs: number): void {
		this.clock.advance(durationMs);
	}

	/** Power goes without a word, and stays away for so long. */
	cut(offMs: number): void {
		this.product.cutPower();
		this.run(offMs);
	}

	/** An ordinary day before the story: on for ten minutes with nothing to do, then off for so long. */
	usedThenOff(offMs: number): void {
		this.on();
		this.run(10 * MINUTE_MS);
		this.cut(offMs);
		this.forget();
	}

	/** The modem's line says this, on top of what the emulated modem says. */
	say(...lines: string[]): void {
		this.product.wire.toHost(bytesFromAscii(lines.map((line) => `\r\n${line}\r\n`).join("")).buffer);
	}

	/** From now on the modem never gets a line that begins so; `answer` comes in its place, where one is given. The call that is returned ends it. */
	keepFromModem(start: string, answer = ""): () => void {
		const { wire, modem } = this.product;
		wire.attachModem({
			receive: (bytes) => {
				if (!asciiFromBytes(new Uint8Array(bytes)).startsWith(start)) modem.receive(bytes);
				else if (answer !== "") this.clock.setTimeout(() => this.say(answer), 1);
			},
		});
		return () => wire.attachModem(modem);
	}

	/** The journal as the flash holds it, to be read, or to be written to while the product is off. */
	get journal(): Journal {
		return new Journal({ store: this.product.flash });
	}

	forget(): void {
		this.events.length = 0;
		this.sent.length = 0;
		this.traffic.length = 0;
	}

	/** The events of one name. */
	of<Name extends ProductEvent["event"]>(name: Name): Timed<Name>[] {
		return this.events.filter((event) => event.event === name) as unknown as Timed<Name>[];
	}

	/** The accepting commands (P1) among what was sent. */
	get accepting(): string[] {
		return this.sent.map(({ line }) => line).filter((line) => ACCEPTING.test(line));
	}

	/** The one event of this name; throws unless there is exactly one. */
	the<Name extends ProductEvent["event"]>(name: Name): Timed<Name> {
		const [one, ...more] = this.of(name);
		if (!one || more.length > 0) throw new RangeError(`Expected one ${name}, got ${this.of(name).length}`);
		return one;
	}

	/** What this boot did that no boot may do, whatever happens around it; of a boot that has come to its release. */
	faults({ prefetch = false }: { prefetch?: boolean } = {}): string[] {
		const faults: string[] = [];
		const names: string[] = this.#boot.map((moment) => ("event" in moment ? moment.event.event : ""));
		const count = (name: string) => names.filter((each) => each === name).length;
		const decision = this.#boot.find((moment) => "event" in moment && moment.event.event === "decided");
		const window =
			decision && "event" in decision && decision.event.event === "decided" ? decision.event.window : "";
		const expected = {
			decided: 1,
			released: 1,
			closed: window === "open" ? 1 : 0,
			recovered: window === "recover" ? 1 : 0,
			element: window === "closed" ? 0 : 1,
		};
		for (const [name, times] of Object.entries(expected))
			if (count(name) !== times) faults.push(`Expected ${times} ${name}, got ${count(name)}`);
		const sequence = ["decided", "element", "closed", "recovered", "released", "armed"];
		const places = sequence.map((name) => names.indexOf(name)).filter((place) => place >= 0);
		if (places.some((place, i) => i > 0 && place < (places[i - 1] as number)))
			faults.push(`Expected ${sequence.join(", ")} in this order, got ${names.filter(Boolean).join(", ")}`);
		const end = names.findIndex((name) => name === "closed" || name === "released");
		this.#boot.forEach((moment, place) => {
			if (!("line" in moment) || !ACCEPTING.test(moment.line)) return;
			const inWindow = window === "open" && place < end;
			const fetching = prefetch && place > end && PREFETCHING.test(moment.line);
			if (!inWindow && !fetching) faults.push(`Expected no accepting command, got ${moment.line}`);
		});
		const closed = this.#boot.find((moment) => "event" in moment && moment.event.event === "closed");
		const outcome =
			closed && "event" in closed && closed.event.event === "closed" ? closed.event.outcome : "";
		const sent = this.#boot.some((moment) => "line" in moment && moment.line === "AT+WDSR=4");
		if ((outcome === "mixed" || outcome === "updated") && !sent)
			faults.push(`Expected an install that was sent where the outcome is ${outcome}, got none`);
		return faults;
	}
}

/** An event of this name and the world's time, in ms. */
export type Timed<Name extends ProductEvent["event"]> = Extract<ProductEvent, { event: Name }> & {
	at: number;
};

type Moment = { event: ProductEvent } | { line: string };

const ACCEPTING = /^AT\+(WDSR=[13468]|WDSS=1,1|WDSD)/;
/** What the policy `prefetch` may send while the product monitors. */
const PREFETCHING = /^AT\+(WDSR=[13]$|WDSS=1,1)/;
