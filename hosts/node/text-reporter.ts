import { SingleBar } from "cli-progress";
import type { ProductEvent } from "../../modules/window/events.js";
import type { Reporter } from "./reporter.js";
import { sentence } from "./sentences.js";

/** Percent between two lines of progress where there is no terminal to draw a bar on. */
const PLAIN_STEP_PERCENT = 25;

/** Events as sentences, progress as a bar on a terminal and as a few lines elsewhere. */
export class TextReporter implements Reporter {
	readonly #stream: NodeJS.WriteStream;
	#bar: SingleBar | undefined;
	#phase = "";
	#plainPercent = -1;

	constructor({ stream }: { stream: NodeJS.WriteStream }) {
		this.#stream = stream;
	}

	report(event: ProductEvent): void {
		if (event.event === "progress") return this.#progress(event);
		const text = sentence(event);
		if (text === undefined) return;
		this.end();
		this.#stream.write(`${text}\n`);
	}

	end(): void {
		this.#bar?.stop();
		this.#bar = undefined;
		this.#phase = "";
	}

	#progress({ element, phase, percent }: Extract<ProductEvent, { event: "progress" }>): void {
		const isNew = `${element} ${phase}` !== this.#phase;
		if (isNew) {
			this.end();
			this.#phase = `${element} ${phase}`;
			this.#plainPercent = -1;
		}
		if (!this.#stream.isTTY) return this.#plain(`${element}: ${phase}`, percent);
		if (!this.#bar) {
			this.#bar = new SingleBar({
				format: `${element} ${phase} [{bar}] {percentage}%`,
				stream: this.#stream,
			});
			this.#bar.start(100, percent);
		} else this.#bar.update(percent);
		if (percent === 100) this.end();
	}

	#plain(what: string, percent: number): void {
		const isStep =
			this.#plainPercent < 0 || percent === 100 || percent - this.#plainPercent >= PLAIN_STEP_PERCENT;
		if (!isStep) return;
		this.#plainPercent = percent;
		this.#stream.write(`${what} ${percent}%\n`);
	}
}
