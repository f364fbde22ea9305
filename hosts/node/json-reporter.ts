import type { Clock } from "../../modules/io/clock.js";
import type { ProductEvent } from "../../modules/window/events.js";
import type { Reporter } from "./reporter.js";

/** One JSON object a line, each with `at`: ms since the program's start, never falling. */
export class JsonReporter implements Reporter {
	readonly #clock: Clock;
	readonly #write: (text: string) => void;
	readonly #extra: (event: ProductEvent) => object;

	/** `extra` adds fields that only the host knows. */
	constructor({
		clock,
		write,
		extra = () => ({}),
	}: {
		clock: Clock;
		write: (text: string) => void;
		extra?: (event: ProductEvent) => object;
	}) {
		this.#clock = clock;
		this.#write = write;
		this.#extra = extra;
	}

	report(event: ProductEvent): void {
		const { event: name, ...fields } = event;
		const line = { event: name, at: Math.round(this.#clock.now()), ...fields, ...this.#extra(event) };
		this.#write(`${JSON.stringify(line)}\n`);
	}

	end(): void {}
}
