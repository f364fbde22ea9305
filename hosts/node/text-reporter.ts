import type { ProductEvent } from "../../modules/window/events.js";
import { ElementBars } from "./element-bars.js";
import type { Reporter } from "./reporter.js";
import { sentence } from "./sentences.js";

/** Percent between two lines of progress where there is no terminal to draw a bar on. */
const PLAIN_STEP_PERCENT = 25;

type Progress = Extract<ProductEvent, { event: "progress" }>;

export interface TextReporterOptions {
	stream: NodeJS.WriteStream;
	/** The time that an install takes is told by it, in ms from any start; default: the system's. */
	now?: () => number;
	/** What stands at the left of every line; nothing where it is missing. */
	lead?: () => string;
	/** Writes a sentence, by `write`; default: one line behind `lead`. */
	writeLine?: (text: string) => void;
}

/** What an element does that is not told in percent, or is begun. */
const BEGINNINGS: Readonly<Record<Progress["phase"], string>> = {
	download: "download ",
	write: "is being written, ",
	trial: "starts its new image.",
	install: "installs, do not switch off now.",
};
/** An image that is written at once needs no line for each step. */
const PLAIN_EVERY_MS: Readonly<Record<Progress["phase"], number>> = {
	download: 0,
	write: 10_000,
	trial: 0,
	install: 0,
};
/** After these nothing is under way any more. */
const ENDS: readonly string[] = ["closed", "recovered", "released", "prefetched"];

/**
 * Events as sentences. On a terminal each element has a bar: how far its download or its writing is, and of an install, of
 * which nobody tells anything until it has ended, the time that it has taken so far; elsewhere both are a few lines.
 */
export class TextReporter implements Reporter {
	readonly #stream: NodeJS.WriteStream;
	readonly #bars: ElementBars;
	readonly #writeLine: (text: string) => void;
	readonly #now: () => number;
	readonly #plain = new Map<string, { percent: number; atMs: number }>();
	#lastText = "";
	#lastState = "";

	constructor({ stream, now = () => performance.now(), lead = () => "", writeLine }: TextReporterOptions) {
		this.#stream = stream;
		this.#now = now;
		this.#bars = new ElementBars({ stream, now, lead });
		this.#writeLine = writeLine ?? ((text) => this.write(`${lead()}${text}\n`));
	}

	report(event: ProductEvent): void {
		if (event.event === "progress") {
			if (this.#stream.isTTY) this.#bars.progress(event);
			else this.#tellPlainly(event);
			return;
		}
		if (this.#stream.isTTY) this.#bars.step(event);
		if (ENDS.includes(event.event)) this.end();
		const text = sentence(event);
		// The guard arms at each sign that the modem has restarted, and one restart gives more than one.
		if (text === undefined || (event.event === "armed" && text === this.#lastText)) return;
		// After a restart of our own MCU the window is where it was.
		if (event.event === "state" && text === this.#lastState) return;
		if (event.event === "state") this.#lastState = text;
		this.#lastText = text;
		this.#writeLine(text);
	}

	/** Whole lines, above what is drawn. */
	write(text: string): void {
		this.#bars.write(text);
	}

	end(): void {
		this.#bars.end();
		this.#plain.clear();
	}

	#tellPlainly({ element, phase, percent }: Progress): void {
		const what = `${element} ${phase}`;
		const before = this.#plain.get(what);
		if (before && percent < 100 && percent - before.percent < PLAIN_STEP_PERCENT) return;
		if (before && (before.percent === percent || this.#now() - before.atMs < PLAIN_EVERY_MS[phase])) return;
		this.#plain.set(what, { percent, atMs: this.#now() });
		const hasSteps = phase === "download" || phase === "write";
		if (hasSteps) this.#writeLine(`${element}: ${BEGINNINGS[phase]}${percent}%`);
		// What is over is told by its read-back.
		else if (percent === 0) this.#writeLine(`${element}: ${BEGINNINGS[phase]}`);
	}
}
