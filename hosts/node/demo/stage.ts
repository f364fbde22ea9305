import { Presets, SingleBar } from "cli-progress";
import type { ProductEvent } from "../../../modules/window/events.js";
import type { Model } from "../../emulator/families.js";
import { imageFacts } from "../../emulator/processor-image.js";
import { VirtualClock } from "../../emulator/virtual-clock.js";
import { SimulatedProduct } from "../../sim/simulated-product.js";
import { shownDuration } from "../shown-duration.js";
import { TextReporter } from "../text-reporter.js";
import { Company, RELEASES } from "./company.js";
import { BROKEN, FIRST, imageOf } from "./other-elements.js";
import { Script, type Speaker } from "./script.js";
import { StoryError } from "./story-error.js";

/** When the story begins by the product's clock, which starts at midnight. */
const BEGIN_MS = 8 * 3_600_000;
const STEP_MS = 500;
const SECOND_MS = 1_000;

/** How long a terminal's reader is given; elsewhere nothing pauses. */
const LINE_PAUSE_MS = 150;
const HEADING_PAUSE_MS = 400;
/** For each second of the story in which something is going on. */
const SECOND_PAUSE_MS = 10;
/** For a span of the story in which nothing happens, however long. */
const SPAN_PAUSE_MS = 800;
const SPAN_STEPS = 30;

/** An accepting command: what must not be sent while the window is closed (P1). */
const ACCEPTING = /^AT\+(WDSR=[13468]|WDSS=1,1|WDSD)/;

type EventOf<Name extends ProductEvent["event"]> = Extract<ProductEvent, { event: Name }>;

/** The product of the story with its world, in virtual time, and the pace at which a person can follow. */
export class Stage {
	readonly company = new Company();
	readonly product: SimulatedProduct;
	readonly #clock = new VirtualClock();
	readonly #script: Script;
	readonly #stream: NodeJS.WriteStream;
	readonly #reporter: TextReporter;
	readonly #events: ProductEvent[] = [];
	#isOpen = false;
	#acceptedInOpen = 0;
	#acceptedWhileClosed = 0;
	#linesToRead = 0;

	constructor({ model, stream }: { model: Model; stream: NodeJS.WriteStream }) {
		this.#stream = stream;
		this.product = new SimulatedProduct({
			world: this.#clock,
			model,
			version: RELEASES[model].old,
			publicKey: this.company.publicKey,
			processors: [
				{ name: "sensor", image: imageOf("sensor", FIRST) },
				{ name: "display", image: imageOf("display", FIRST), behaviour: { images: { [BROKEN]: "crashes" } } },
			],
			own: { name: "self", image: imageOf("self", FIRST) },
			onEvent: (event) => this.#see(event),
			onTraffic: (direction, line) => {
				if (direction === "sent" && ACCEPTING.test(line)) this.#countAccepting();
			},
		});
		this.#clock.advance(BEGIN_MS);
		this.#script = new Script({
			stream,
			timeMs: () => this.product.rtc.time ?? 0,
			write: (text) => this.#reporter.write(text),
		});
		this.#reporter = new TextReporter({
			stream,
			now: () => this.#clock.now(),
			lead: () => this.#script.lead("product"),
			writeLine: (text) => this.#line("product", text),
		});
	}

	/** Accepting commands that were sent so far. */
	get accepted(): { inOpen: number; whileClosed: number } {
		return { inOpen: this.#acceptedInOpen, whileClosed: this.#acceptedWhileClosed };
	}

	get nowMs(): number {
		return this.#clock.now();
	}

	/** What each element runs, asked of nobody; on trial it is said so. */
	get versions(): Readonly<Record<string, string>> {
		const { modemFlash, processors, partitions } = this.product;
		const versions: Record<string, string> = { modem: modemFlash.version };
		for (const { name, flash } of processors)
			versions[name] = `${imageFacts(flash.slots[0])?.version}${flash.confirmed ? "" : " on trial"}`;
		const own = partitions?.running ? partitions.state() : undefined;
		if (own) versions.self = `${own.running.version}${own.onTrial ? " on trial" : ""}`;
		return versions;
	}

	async heading(text: string): Promise<void> {
		this.#reporter.end();
		this.#script.heading(text);
		await this.#pause(HEADING_PAUSE_MS);
	}

	async plain(text: string): Promise<void> {
		this.#script.plain(text);
		await this.#pause(LINE_PAUSE_MS);
	}

	/** Somebody does something, or a promise (`P3`) explains what was just seen. */
	async tell(speaker: Speaker | string, text: string): Promise<void> {
		this.#reporter.end();
		this.#line(speaker, text);
		await this.#read();
	}

	/** The power comes back; the boot decides before this returns. */
	async switchOn(envelope?: Uint8Array): Promise<EventOf<"decided">> {
		this.#events.length = 0;
		this.product.switchOn(envelope);
		await this.#read();
		return this.seen("decided");
	}

	/** The product is off for so long, one way or the other. */
	async off(how: "switched off" | "power cut", durationMs: number): Promise<void> {
		if (how === "power cut") {
			this.product.cutPower();
			return this.#clock.advance(durationMs);
		}
		this.product.switchOff();
		await this.#span("off for", durationMs);
	}

	/** Nothing is told of this time but what happens in it. */
	async pass(durationMs: number): Promise<void> {
		for (let step = 0; step < SPAN_STEPS; step++) {
			this.#clock.advance(durationMs / SPAN_STEPS);
			await this.#read();
		}
	}

	/** Goes on until the product says this; throws StoryError where it does not within `limitMs`. */
	async until<Name extends ProductEvent["event"]>(name: Name, limitMs: number): Promise<EventOf<Name>> {
		this.#events.length = 0;
		for (const endMs = this.#clock.now() + limitMs; this.#clock.now() < endMs; ) {
			this.#clock.advance(STEP_MS);
			await this.#read();
			await this.#pause((SECOND_PAUSE_MS * STEP_MS) / SECOND_MS);
			if (this.#events.some(({ event }) => event === name)) return this.seen(name);
		}
		throw new StoryError(`Expected the event \`${name}\` within ${shownDuration(limitMs)}, got none`);
	}

	/** The last event of this name since the power came or since `until` was called. Throws StoryError. */
	seen<Name extends ProductEvent["event"]>(name: Name): EventOf<Name> {
		const found = this.#events.filter(({ event }) => event === name).at(-1);
		if (!found) throw new StoryError(`Expected the event \`${name}\`, got none`);
		return found as EventOf<Name>;
	}

	/** The story checks itself as it goes. Throws StoryError. */
	expect<T>(what: string, got: T, expected: T): void {
		if (got !== expected) throw new StoryError(`Expected ${what} to be ${expected}, got ${got}`);
	}

	end(): void {
		this.#reporter.end();
	}

	#see(event: ProductEvent): void {
		this.#events.push(event);
		if (event.event === "decided") this.#isOpen = event.window === "open";
		if (event.event === "closed") this.#isOpen = false;
		this.#reporter.report(event);
	}

	#countAccepting(): void {
		if (this.#isOpen) this.#acceptedInOpen++;
		else this.#acceptedWhileClosed++;
	}

	#line(speaker: Speaker | string, text: string): void {
		this.#script.line(speaker, text);
		this.#linesToRead++;
	}

	async #span(label: string, durationMs: number): Promise<void> {
		if (!this.#stream.isTTY) return this.#clock.advance(durationMs);
		const payload = (passedMs: number) => ({
			lead: this.#script.lead(""),
			passed: shownDuration(Math.round(passedMs / SECOND_MS) * SECOND_MS),
		});
		const bar = new SingleBar(
			{ format: `{lead}${label} [{bar}] {passed}`, stream: this.#stream, linewrap: true },
			Presets.legacy,
		);
		bar.start(SPAN_STEPS, 0, payload(0));
		for (let step = 1; step <= SPAN_STEPS; step++) {
			this.#clock.advance(durationMs / SPAN_STEPS);
			bar.update(step, payload((step * durationMs) / SPAN_STEPS));
			await this.#pause(SPAN_PAUSE_MS / SPAN_STEPS);
		}
		bar.stop();
	}

	/** A pause for every line that was written since the last one. */
	async #read(): Promise<void> {
		const lines = this.#linesToRead;
		this.#linesToRead = 0;
		if (lines > 0) await this.#pause(lines * LINE_PAUSE_MS);
	}

	async #pause(durationMs: number): Promise<void> {
		if (this.#stream.isTTY) await new Promise((resolve) => setTimeout(resolve, durationMs));
	}
}
