import { Presets, SingleBar } from "cli-progress";
import type { ProductEvent } from "../../modules/window/events.js";
import type { Reporter } from "./reporter.js";
import { sentence } from "./sentences.js";
import { shownDuration } from "./shown-duration.js";

/** Percent between two lines of progress where there is no terminal to draw a bar on. */
const PLAIN_STEP_PERCENT = 25;
const REDRAW_EVERY_MS = 200;

type Progress = Extract<ProductEvent, { event: "progress" }>;

export interface TextReporterOptions {
	stream: NodeJS.WriteStream;
	/** The time that an install takes is told by it, in ms from any start; default: the system's. */
	now?: () => number;
	/** What stands at the left of every line; nothing where it is missing. */
	lead?: () => string;
	/** Writes a sentence; default: one line behind `lead`. */
	writeLine?: (text: string) => void;
}

/**
 * Events as sentences. On a terminal a download is a bar, and an install, of which the modem tells nothing until it has
 * ended, is the time that it has taken so far; elsewhere both are a few lines.
 */
export class TextReporter implements Reporter {
	readonly #stream: NodeJS.WriteStream;
	readonly #now: () => number;
	readonly #lead: () => string;
	readonly #writeLine: (text: string) => void;
	#bar: SingleBar | undefined;
	#redraw: NodeJS.Timeout | undefined;
	#drawn = "";
	#plainPercent = -1;
	#lastText = "";

	constructor({ stream, now = () => performance.now(), lead = () => "", writeLine }: TextReporterOptions) {
		this.#stream = stream;
		this.#now = now;
		this.#lead = lead;
		this.#writeLine = writeLine ?? ((text) => stream.write(`${lead()}${text}\n`));
	}

	report(event: ProductEvent): void {
		if (event.event === "progress") return this.#progress(event);
		const text = sentence(event);
		// The guard arms at each sign that the modem has restarted, and one restart gives more than one.
		if (text === undefined || (event.event === "armed" && text === this.#lastText)) return;
		this.#say(text);
	}

	end(): void {
		clearInterval(this.#redraw);
		this.#bar?.stop();
		this.#bar = undefined;
		this.#drawn = "";
	}

	#say(text: string): void {
		this.end();
		this.#lastText = text;
		this.#writeLine(text);
	}

	#progress(progress: Progress): void {
		const { element, phase, percent } = progress;
		const isNew = `${element} ${phase}` !== this.#drawn;
		if (isNew && phase === "install" && percent === 100) return; // Its read-back says it.
		if (isNew) {
			this.end();
			this.#drawn = `${element} ${phase}`;
			this.#plainPercent = -1;
			if (this.#stream.isTTY) this.#start(progress);
		}
		if (this.#bar) this.#bar.update(percent, { lead: this.#lead() });
		else this.#plain(progress);
		if (percent === 100) this.end();
	}

	#start({ element, phase, percent }: Progress): void {
		const startMs = this.#now();
		const taken = () => ({ lead: this.#lead(), taken: shownDuration(this.#now() - startMs) });
		const format =
			phase === "install"
				? `{lead}${element}: installs, do not switch off now  {taken}`
				: `{lead}${element}: download [{bar}] {percentage}%`;
		// Line wrapping is left as it is: who ends us by force could not switch it on again.
		this.#bar = new SingleBar({ format, stream: this.#stream, linewrap: true }, Presets.legacy);
		this.#bar.start(100, percent, taken());
		this.#redraw = setInterval(() => this.#bar?.update(taken()), REDRAW_EVERY_MS).unref();
	}

	#plain({ element, phase, percent }: Progress): void {
		const isStep =
			this.#plainPercent < 0 || percent === 100 || percent - this.#plainPercent >= PLAIN_STEP_PERCENT;
		if (!isStep) return;
		const isFirst = this.#plainPercent < 0;
		this.#plainPercent = percent;
		if (phase === "download") this.#writeLine(`${element}: download ${percent}%`);
		else if (isFirst) this.#writeLine(`${element}: installs, do not switch off now.`);
	}
}
