import { MultiBar, Presets, type SingleBar } from "cli-progress";
import type { ProductEvent } from "../../modules/window/events.js";
import { shownDuration } from "./shown-duration.js";

const BAR_COLUMNS = 30;
const NAME_COLUMNS = 8;
const SECOND_MS = 1_000;

type Progress = Extract<ProductEvent, { event: "progress" }>;

/** What stands beside a bar. */
interface Payload {
	element: string;
	doing: string;
	/** Since when it goes on, where nothing tells how far it is. */
	sinceMs: number | undefined;
}

const PHASES: Readonly<Record<Progress["phase"], string>> = {
	download: "download",
	write: "is being written",
	trial: "starts its new image",
	install: "installs, do not switch off now",
};

/** What an event says beside the bar of its element; what is not here says nothing there. */
const STEPS: { readonly [N in ProductEvent["event"]]?: (version: string) => string } = {
	staged: (version) => `${version} is whole`,
	installed: (version) => `${version} on trial`,
	accepted: (version) => `${version} stays`,
	rejected: (version) => `${version} again`,
};

/** A bar for each element at the bottom of a terminal, from its first progress on; what is written meanwhile goes above. */
export class ElementBars {
	readonly #stream: NodeJS.WriteStream;
	readonly #now: () => number;
	readonly #lead: () => string;
	readonly #bars = new Map<string, SingleBar>();
	#all: MultiBar | undefined;

	constructor({
		stream,
		now,
		lead,
	}: {
		stream: NodeJS.WriteStream;
		now: () => number;
		lead: () => string;
	}) {
		this.#stream = stream;
		this.#now = now;
		this.#lead = lead;
	}

	progress({ element, phase, percent }: Progress): void {
		const hasSteps = phase === "download" || phase === "write";
		if (!hasSteps && percent === 100) return; // Its read-back says it.
		const doing = PHASES[phase];
		// Of a trial or an install nobody tells anything until it has ended.
		this.#show(element, hasSteps ? percent : 100, {
			doing: hasSteps ? `${doing} ${percent}%` : doing,
			sinceMs: hasSteps ? undefined : this.#now(),
		});
	}

	/** Another event; it may change what stands beside a bar. */
	step(event: ProductEvent): void {
		const say = STEPS[event.event];
		if (say && "element" in event && "version" in event)
			this.#show(event.element, 100, { doing: say(event.version), sinceMs: undefined });
		else if (event.event === "element" && this.#bars.has(event.element))
			this.#show(event.element, 100, { doing: event.is || "not known", sinceMs: undefined });
	}

	/** Whole lines. */
	write(text: string): void {
		if (!this.#all) {
			this.#stream.write(text);
			return;
		}
		this.#all.log(text);
		this.#all.update();
	}

	/** What is drawn stays. */
	end(): void {
		this.#all?.stop();
		this.#all = undefined;
		this.#bars.clear();
	}

	#show(element: string, percent: number, what: Omit<Payload, "element">): void {
		const payload: Payload = { element, ...what };
		const bar = this.#bars.get(element);
		if (bar) bar.update(percent, payload);
		else this.#bars.set(element, this.#multiBar().create(100, percent, payload));
		this.#all?.update();
	}

	#multiBar(): MultiBar {
		this.#all ??= new MultiBar(
			{
				stream: this.#stream,
				barsize: BAR_COLUMNS,
				format: (options, { progress }, payload: Payload) => {
					const full = Math.round(progress * BAR_COLUMNS);
					const bar = `${options.barCompleteString?.slice(0, full)}${options.barIncompleteString?.slice(0, BAR_COLUMNS - full)}`;
					return `${this.#lead()}${payload.element.padEnd(NAME_COLUMNS)} [${bar}] ${payload.doing}${this.#taken(payload)}`;
				},
				// Line wrapping is left as it is: who ends us by force could not switch it on again.
				linewrap: true,
				// What is written above moves the bars, also those that stand still.
				forceRedraw: true,
			},
			Presets.legacy,
		);
		return this.#all;
	}

	#taken({ sinceMs }: Payload): string {
		if (sinceMs === undefined) return "";
		return `  ${shownDuration(Math.round((this.#now() - sinceMs) / SECOND_MS) * SECOND_MS)}`;
	}
}
