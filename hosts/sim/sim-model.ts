import { canonicalVersion } from "../../modules/modem/version.js";
import type { UpdateOrder } from "../../modules/order/order.js";
import { OrderStore } from "../../modules/order/order-store.js";
import type { ProductEvent } from "../../modules/window/events.js";
import type { InstallOutcome } from "../emulator/behaviour.js";
import type { Model } from "../emulator/families.js";
import type { ImageConduct } from "../emulator/processor-behaviour.js";
import { imageFacts } from "../emulator/processor-image.js";
import type { Job } from "../emulator/server.js";
import { VirtualClock } from "../emulator/virtual-clock.js";
import { type Bar, ElementBar } from "./element-bar.js";
import { envelope, FIRST_BYTES, SECOND_BYTES, testPublicKey, VERSIONS } from "./sample-orders.js";
import {
	OTHER_NAMES,
	OTHER_VERSIONS,
	otherFile,
	type SampleSource,
	sampleFiles,
	sampleImage,
	setEnvelope,
} from "./sample-set.js";
import { shownClock, shownDuration, shownElapsed } from "./shown-time.js";
import { SimulatedProduct } from "./simulated-product.js";
import {
	decisionWords,
	isCommitting,
	type Line,
	logLine,
	offTimeWords,
	shortVersion,
	stateWords,
} from "./words.js";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const BRIEF_CUT_MS = 2 * SECOND_MS;
/** An orderly power-off is done by then: it waits for the modem's session, and for a window to close. */
const SWITCH_OFF_WITHIN_MS = MINUTE_MS;
/** A tick that comes late counts as no more than this, so that a stalled screen does not skip a story. */
const TICK_MAX_MS = SECOND_MS;
const LOG_LINES_MAX = 60;
const TRAFFIC_LINES_MAX = 60;
const TRAFFIC_CHARACTERS_MAX = 120;
export const JOBS_SHOWN_MAX = 3;

/** How many ms of the product's time pass in one of ours; 0 is a pause. */
export const SPEEDS = Object.freeze([0, 1, 10, 60] as const);
export type Speed = (typeof SPEEDS)[number];
/** Two versions of the modem; orders and jobs name them. */
export type SampleVersion = "first" | "second";
/** An order for the modem alone, or for the set, by where the modem's package comes from. */
export type SampleOrder = SampleVersion | SampleSource;

/** What can be made to go wrong by hand, each with what may become of it; the first is that nothing does. */
export const MISHAPS = Object.freeze({
	/** The sensor's file in the product's storage. */
	file: Object.freeze(["whole", "damaged", "missing"] as const),
	/** The sensor's new image, once it runs. */
	image: Object.freeze(["runs", "silent", "crashes"] as const),
	/** The modem's install. */
	install: Object.freeze(["works", "fails", "hangs"] as const),
});
export type Mishaps = { readonly [Kind in keyof typeof MISHAPS]: (typeof MISHAPS)[Kind][number] };

const NO_MISHAPS: Mishaps = Object.freeze({ file: "whole", image: "runs", install: "works" });
const INSTALLS: Readonly<Record<Mishaps["install"], InstallOutcome>> = Object.freeze({
	works: "ok",
	fails: "fail",
	hangs: "hang",
});
const SENSOR = OTHER_NAMES[0];

/** One line of AT traffic. */
export interface TrafficLine {
	/** By our firmware to the modem. */
	sent: boolean;
	text: string;
	/** How often it came in a row. */
	count: number;
}

/** All that the screen shows: plain data. */
export interface SimView {
	isOn: boolean;
	/** What the product does and how the window is, in a few words. */
	headline: Line;
	/** Why the window is as it is. */
	reason: Line;
	/** While the product is on: the off-time before it, as far as it is proven, and the one that opens. */
	offTime: string;
	/** The RTC's date and time, or that it is stopped. */
	clock: string;
	isClockStopped: boolean;
	/** How long the product has been on or off. */
	since: string;
	speed: Speed;
	model: Model;
	bars: readonly Bar[];
	/** The versions that the two orders and jobs name. */
	versions: Readonly<Record<SampleVersion, string>>;
	/** What the order in force names, and the one that waits for the next start; "none". */
	orderInForce: string;
	orderWaiting: string;
	/** The one that waits; undefined where none does. */
	waiting: SampleOrder | undefined;
	mishaps: Mishaps;
	/** The newest jobs, oldest first. */
	jobs: readonly Line[];
	/** Newest first. */
	log: readonly Line[];
	/** Newest first. */
	traffic: readonly TrafficLine[];
}

const NO_WORDS: Readonly<Line> = { text: "", tone: "plain" };
const BOOTING: Readonly<Line> = { text: "Booting", tone: "window" };
const OPENING: Readonly<Line> = { text: "Window open", tone: "window" };
const RECOVERING: Readonly<Line> = { text: "Recovery, monitoring waits", tone: "window" };
const MONITORING: Readonly<Line> = { text: "Monitoring, window closed", tone: "monitoring" };

const JOB_TONES = {
	PENDING: "plain",
	IN_PROGRESS: "window",
	SUCCESS: "monitoring",
	FAILURE: "trouble",
	CANCELLED: "off",
} as const;

const JOB_WORDS = {
	PENDING: "waits",
	IN_PROGRESS: "offered",
	SUCCESS: "done",
	FAILURE: "failed",
	CANCELLED: "cancelled",
} as const;

/**
 * The bench that the simulator's screen shows: a simulated product, its server and its clock, in virtual time. It knows
 * nothing of a screen. While the product is on, time passes by `tick`; while it is off, time stands still until
 * `letPass` takes all of it at once.
 */
export class SimModel {
	#model: Model;
	#speed: Speed = 10;
	#clock = new VirtualClock();
	#product: SimulatedProduct;
	#switchedAtMs = 0;
	#waiting: SampleOrder | undefined;
	#order: UpdateOrder | undefined;
	#bars: readonly ElementBar[] = [];
	#mishaps: Mishaps = NO_MISHAPS;
	/** The sensor's, as its emulator looks it up whenever an image starts. */
	readonly #conduct: Record<string, ImageConduct> = {};
	/** What our own MCU ran when it last had power. */
	#ownVersion = "";
	#headline: Line = BOOTING;
	#reason: Line = NO_WORDS;
	#offTime = "";
	#log: Line[] = [];
	#traffic: TrafficLine[] = [];

	constructor({ model = "HL7800" }: { model?: Model } = {}) {
		this.#model = model;
		this.#product = this.#build();
	}

	/** Puts a new product with a factory-fresh modem of this family on the bench, switched off. */
	chooseModel(model: Model): void {
		this.#product.cutPower();
		this.#model = model;
		this.#clock = new VirtualClock();
		this.#switchedAtMs = 0;
		this.#waiting = undefined;
		this.#order = undefined;
		this.#mishaps = NO_MISHAPS;
		this.#log = [];
		this.#traffic = [];
		this.#product = this.#build();
	}

	/** The user switches on; an order that waits is offered now. */
	switchOn(): void {
		if (this.#product.isOn) return;
		const offMs = this.#clock.now() - this.#switchedAtMs;
		this.#write({ text: `On, after ${shownDuration(offMs)} off`, tone: "plain" });
		this.#switchedAtMs = this.#clock.now();
		this.#headline = BOOTING;
		this.#reason = NO_WORDS;
		this.#offTime = "";
		for (const bar of this.#bars) bar.reset();
		const waiting = this.#waiting;
		this.#waiting = undefined;
		this.#product.switchOn(waiting && this.#envelope(waiting));
	}

	/** The user switches off. An orderly power-off takes a moment, which passes at once. */
	switchOff(): void {
		if (!this.#product.isOn) return;
		this.#product.switchOff();
		const isOff = this.#clock.runUntil(() => !this.#product.isOn, SWITCH_OFF_WITHIN_MS);
		if (!isOff) this.#product.cutPower();
		this.#went(isOff ? "Switched off" : "Switched off, the power was cut");
	}

	/** The mains fail for two seconds. */
	briefCut(): void {
		if (!this.#product.isOn) return;
		this.#product.cutPower();
		this.#went("Power cut");
		this.#clock.advance(BRIEF_CUT_MS);
		this.switchOn();
	}

	/** So much of the product's time passes at once, on or off. */
	letPass(durationMs: number): void {
		this.#clock.advance(durationMs);
	}

	/** So much of our time has passed. */
	tick(elapsedMs: number): void {
		if (this.#product.isOn) this.#clock.advance(Math.min(elapsedMs, TICK_MAX_MS) * this.#speed);
	}

	setSpeed(speed: Speed): void {
		this.#speed = speed;
	}

	/** The oscillator stops; the firmware starts it anew at the next boot. */
	stopClock(): void {
		if (this.#product.rtc.stopped) return;
		this.#product.rtc.stopped = true;
		this.#write({ text: "The clock has stopped", tone: "trouble" });
	}

	/** The firmware sets the clock by so much; a product that is off cannot. */
	moveClock(byMs: number): void {
		if (!this.#product.isOn) return;
		const timeMs = this.#product.rtc.time;
		if (timeMs === undefined) return;
		this.#product.setClock(timeMs + byMs);
		this.#write({ text: `The firmware set the clock to ${shownClock(timeMs + byMs)}`, tone: "plain" });
	}

	/** Leaves an order for the next start. */
	loadOrder(order: SampleOrder): void {
		this.#waiting = order;
	}

	/** An operator's job: the version of the first order, or of the second. */
	addJob(version: SampleVersion): void {
		const { server } = this.#product;
		try {
			if (version === "first") server.addJob({ version: VERSIONS[this.#model][1], sizeBytes: FIRST_BYTES });
			else server.addJob({ version: VERSIONS[this.#model][2], sizeBytes: SECOND_BYTES });
		} catch (error) {
			this.#write({ text: (error as Error).message, tone: "trouble" });
		}
	}

	notify(): void {
		this.#product.server.notify();
		this.#clock.advance(0);
		this.#write({ text: "The server notifies the modem", tone: "plain" });
	}

	cancelJobs(): void {
		this.#product.server.cancelJobs();
	}

	/** Lets something go wrong the next time that it comes to it, or go well again. */
	arrange(mishaps: Partial<Mishaps>): void {
		this.#mishaps = { ...this.#mishaps, ...mishaps };
		const { file, image } = this.#mishaps;
		this.#conduct[OTHER_VERSIONS[1]] = image;
		const name = otherFile(SENSOR);
		const [old, whole] = OTHER_VERSIONS;
		if (file === "missing") this.#product.imageStore.delete(name);
		// Another image of the same size stands in for one with a damaged byte.
		else this.#product.putImage(name, sampleImage(SENSOR, file === "whole" ? whole : old));
	}

	get view(): SimView {
		const { rtc, server, isOn } = this.#product;
		const since = `${isOn ? "on" : "off"} for ${shownDuration(this.#clock.now() - this.#switchedAtMs)}`;
		return {
			isOn,
			headline: isOn ? this.#headline : { text: `${since[0]?.toUpperCase()}${since.slice(1)}`, tone: "off" },
			reason: isOn ? this.#reason : { text: "Time stands still until you let it pass.", tone: "off" },
			offTime: isOn ? this.#offTime : "",
			clock: shownClock(rtc.time),
			isClockStopped: rtc.time === undefined,
			since,
			speed: this.#speed,
			model: this.#model,
			bars: this.#bars.map((bar) => this.#barOf(bar)),
			versions: { first: this.#versionOf("first"), second: this.#versionOf("second") },
			orderInForce: this.#order ? orderWords(this.#order) : "none",
			orderWaiting: this.#waiting ? this.#waitingWords(this.#waiting) : "none",
			waiting: this.#waiting,
			mishaps: this.#mishaps,
			jobs: server.jobs.slice(-JOBS_SHOWN_MAX).map(jobLine),
			log: this.#log,
			traffic: this.#traffic,
		};
	}

	#build(): SimulatedProduct {
		const [old] = OTHER_VERSIONS;
		this.#bars = ["modem", ...OTHER_NAMES].map((name) => new ElementBar({ name }));
		this.#ownVersion = old;
		this.#conduct[OTHER_VERSIONS[1]] = NO_MISHAPS.image;
		return new SimulatedProduct({
			world: this.#clock,
			model: this.#model,
			version: VERSIONS[this.#model][0],
			publicKey: testPublicKey(),
			processors: (["sensor", "display"] as const).map((name) => ({
				name,
				image: sampleImage(name, old),
				behaviour: name === SENSOR ? { images: this.#conduct } : {},
			})),
			own: { name: "self", image: sampleImage("self", old) },
			images: sampleFiles(this.#model),
			onEvent: (event) => this.#hear(event),
			onTraffic: (direction, line) => this.#hearTraffic(direction === "sent", line),
		});
	}

	#hear(event: ProductEvent): void {
		const line = logLine(event);
		if (line) this.#write(line);
		switch (event.event) {
			case "order":
				return this.#readOrder();
			case "decided":
				this.#headline = event.window === "recover" ? RECOVERING : OPENING;
				this.#reason = { text: `${decisionWords(event)}.`, tone: "plain" };
				this.#offTime = offTimeWords(event);
				return;
			case "state":
				this.#headline = stateLine(event.value);
				return;
			case "closed":
			case "recovered":
				if (line) this.#reason = { text: `${line.text}.`, tone: line.tone };
				return;
			case "released":
				this.#headline = MONITORING;
				return;
			case "progress":
				if (event.phase === "install") this.#hearInstall(event);
				// A trial has no percentage: what the element is at says more.
				else if (event.phase === "trial") this.#barNamed(event.element)?.reset();
				else this.#barNamed(event.element)?.hear(event);
				return;
			case "element":
			case "uninvited":
			case "staged":
			case "installed":
			case "accepted":
			case "rejected":
			case "restart":
				this.#barNamed(event.element)?.hear(event);
		}
	}

	#barNamed(element: string): ElementBar | undefined {
		return this.#bars.find(({ name }) => name === element);
	}

	/** The package that is about to be installed ends as it was arranged. */
	#hearInstall(event: Extract<ProductEvent, { event: "progress" }>): void {
		const { stored } = this.#product.modemFlash;
		if (event.percent === 0 && stored) stored.install = INSTALLS[this.#mishaps.install];
		this.#barNamed(event.element)?.hear(event);
	}

	/** Echoes are left out: they would fill half of the list. */
	#hearTraffic(sent: boolean, line: string): void {
		const [newest, ...older] = this.#traffic;
		if (!sent && newest?.sent && newest.text === line) return;
		const text = line.length > TRAFFIC_CHARACTERS_MAX ? `${line.slice(0, TRAFFIC_CHARACTERS_MAX)}...` : line;
		this.#traffic =
			newest?.sent === sent && newest.text === text
				? [{ sent, text, count: newest.count + 1 }, ...older]
				: [{ sent, text, count: 1 }, ...this.#traffic.slice(0, TRAFFIC_LINES_MAX - 1)];
	}

	#went(text: string): void {
		this.#write({ text, tone: "off" });
		this.#switchedAtMs = this.#clock.now();
	}

	#write({ text, tone }: Line): void {
		const line: Line = { text: `${shownElapsed(this.#clock.now())} ${text}`, tone };
		this.#log = [line, ...this.#log.slice(0, LOG_LINES_MAX - 1)];
	}

	#readOrder(): void {
		const stored = new OrderStore({ store: this.#product.flash, canonicalVersion }).current();
		this.#order = stored.status === "in-force" ? stored.order : undefined;
	}

	/** A bar without news shows what its element runs. */
	#barOf(element: ElementBar): Bar {
		const { bar } = element;
		return bar.text === "" ? { ...bar, ...this.#resting(bar.name) } : bar;
	}

	#resting(name: string): Pick<Bar, "text" | "percent" | "tone"> {
		const { modemFlash, processors, partitions, ownFlash } = this.#product;
		const other = processors.find((processor) => processor.name === name);
		if (other) {
			const { phase, version = "nothing" } = other.processor;
			if (phase === "swapping") return underWay(`${version}, swaps images`);
			return other.flash.confirmed ? still(version) : underWay(`${version}, on trial`);
		}
		if (name === "modem") return still(shortVersion(modemFlash.version));
		const running = partitions?.running;
		if (running && ownFlash) this.#ownVersion = imageFacts(ownFlash.partitions[running])?.version ?? "";
		const isOnTrial = ownFlash?.otadata.some(
			(entry) => entry?.partition === running && entry?.state === "pending-verify",
		);
		return isOnTrial ? underWay(`${this.#ownVersion}, on trial`) : still(this.#ownVersion);
	}

	#envelope(order: SampleOrder): Uint8Array {
		return order === "first" || order === "second"
			? envelope(this.#model, order)
			: setEnvelope(this.#model, order);
	}

	#waitingWords(order: SampleOrder): string {
		if (order === "first" || order === "second") return this.#versionOf(order);
		return order === "none" ? "three, not the modem" : `four, modem by ${SOURCES[order]}`;
	}

	#versionOf(version: SampleVersion): string {
		return shortVersion(VERSIONS[this.#model][version === "first" ? 1 : 2]);
	}
}

function stateLine(value: unknown): Line {
	const words = stateWords(value);
	if (isCommitting(value)) return { text: `Do not switch off: ${words}`, tone: "trouble" };
	return { text: value === "recovering" ? RECOVERING.text : `Window open: ${words}`, tone: "window" };
}

const SOURCES = { avms: "AVMS", local: "local file" } as const;

function still(text: string): Pick<Bar, "text" | "percent" | "tone"> {
	return { text, percent: 0, tone: "plain" };
}

function underWay(text: string): Pick<Bar, "text" | "percent" | "tone"> {
	return { text, percent: 100, tone: "window" };
}

/** Each version once: an order may name many elements. */
function orderWords({ elements }: UpdateOrder): string {
	const versions = [...new Set(elements.map(({ to }) => shortVersion(to)))].join(", ");
	return elements.length === 1 ? versions : `${elements.length} elements: ${versions}`;
}

function jobLine({ id, package: { version, sizeBytes }, state }: Job): Line {
	return {
		text: `${id}: ${shortVersion(version)}, ${sizeBytes / 1000} kB: ${JOB_WORDS[state]}`,
		tone: JOB_TONES[state],
	};
}
