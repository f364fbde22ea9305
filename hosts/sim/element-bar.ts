import type { ProductEvent } from "../../modules/window/events.js";
import { shortVersion, type Tone } from "./words.js";

/** One progress bar as it is drawn. */
export interface Bar {
	/** The element's name. */
	name: string;
	/** What it is doing or has become, in words. */
	text: string;
	/** 0 to 100. */
	percent: number;
	tone: Tone;
}

type StepName = "staged" | "installed" | "accepted" | "rejected" | "restart";
type StepEvent = Extract<ProductEvent, { event: StepName }>;
type ElementEvent = Extract<ProductEvent, { event: "progress" | "element" | "uninvited" }> | StepEvent;

const PHASES = { download: "download", write: "write", trial: "trial", install: "install" } as const;

/** What an element beside the modem went through, as the words behind its version. */
const STEPS: Readonly<Record<StepName, string>> = Object.freeze({
	staged: "written",
	installed: "on trial",
	accepted: "stays",
	rejected: "went back",
	restart: "starts again",
});

const TONES = {
	updated: "monitoring",
	current: "monitoring",
	failed: "trouble",
	"wrong-version": "trouble",
} as const;

/** What the events tell of one element of the order. */
export class ElementBar {
	readonly name: string;
	#text = "";
	#percent = 0;
	#tone: Tone = "plain";

	constructor({ name }: { name: string }) {
		this.name = name;
	}

	get bar(): Bar {
		return { name: this.name, text: this.#text, percent: this.#percent, tone: this.#tone };
	}

	/** Another boot: what the last one was doing is over. */
	reset(): void {
		this.#text = "";
		this.#percent = 0;
		this.#tone = "plain";
	}

	hear(event: ElementEvent): void {
		if (event.event === "progress") {
			this.#percent = event.percent;
			this.#text = `${PHASES[event.phase]} ${event.percent} %`;
			this.#tone = "window";
			return;
		}
		if (isStep(event)) {
			const version = "version" in event ? `${shortVersion(event.version)}, ` : "";
			this.#percent = 100;
			this.#text = `${version}${STEPS[event.event]}`;
			this.#tone = event.event === "rejected" ? "plain" : "window";
			return;
		}
		const isUninvited = event.event === "uninvited";
		this.#tone = isUninvited ? "trouble" : TONES[event.outcome];
		if (this.#tone === "monitoring") this.#percent = 100;
		const is = event.is === "" ? "not read" : shortVersion(event.is);
		this.#text = isUninvited ? `${is}, uninvited` : `${is}, ${event.outcome}`;
	}
}

function isStep(event: ElementEvent): event is StepEvent {
	return event.event in STEPS;
}
