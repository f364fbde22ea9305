import type { Clock } from "../io/clock.js";
import type { CborMap } from "../smp/cbor-reader.js";
import { isNoSpace, type Refusal } from "../smp/refusals.js";
import { listImages, reset, type SmpRequest } from "../smp/requests.js";
import type { SmpClient, SmpOutcome } from "../smp/smp-client.js";
import { ElementError, type ElementReason } from "./element-error.js";
import { equalSlots, type ProcessorSlots, processorSlotsOf } from "./smp-slots.js";

/** An SMP server resets a moment after it answered: Zephyr 250 ms. */
const RESET_SETTLE_MS = 1_000;
/** A processor whose slots have not moved by then never heard of the reset. */
const RESET_LOST_MS = 5_000;
const RESET_SENDINGS_MAX = 3;

export interface SmpVerbOptions {
	/** Of the element. */
	name: string;
	client: SmpClient;
	clock: Clock;
	/** From a reset until an answer. */
	swapWithinMs: number;
	probeEveryMs: number;
	pullReset: (() => void) | undefined;
	/** Called once, unless the verb is cancelled; never from within the verb's constructor. */
	done(error: ElementError | undefined): void;
}

export interface AskOptions {
	answerMs?: number;
	tries?: number;
	/** What to do where the server refuses; without it the verb fails with `refused`, or `no-space`. */
	onRefused?(refusal: Refusal): void;
	/** What to do where it does not answer; without it the verb fails with `no-answer`. */
	onSilent?(): void;
}

/** One verb of a processor while it runs: it asks, waits and ends once, with an error of the element or without. */
export class SmpVerb {
	readonly #options: SmpVerbOptions;
	#ended = false;
	#timer: unknown;
	#pulled = false;

	constructor(options: SmpVerbOptions) {
		this.#options = options;
	}

	succeed(): void {
		this.#end(undefined);
	}

	fail(reason: ElementReason, message: string): void {
		this.#end(new ElementError(this.#options.name, reason, message));
	}

	/** Nothing is called back any more. */
	cancel(): void {
		this.#ended = true;
		this.#options.client.cancel();
		this.#options.clock.clearTimeout(this.#timer);
	}

	later(delayMs: number, then: () => void): void {
		this.#timer = this.#options.clock.setTimeout(then, delayMs);
	}

	ask(request: SmpRequest, then: (answer: CborMap) => void, options: AskOptions = {}): void {
		const { answerMs, tries, onRefused, onSilent } = options;
		this.#options.client.send(request, {
			answerMs,
			tries,
			done: (outcome: SmpOutcome) => {
				if (this.#ended) return;
				const { name } = this.#options;
				switch (outcome.result) {
					case "ok":
						return then(outcome.answer);
					case "refused":
						if (onRefused) return onRefused(outcome.refusal);
						return this.fail(
							isNoSpace(outcome.refusal) ? "no-space" : "refused",
							`Expected ${name} to do what it was asked, it answered ${shown(outcome.refusal)}`,
						);
					case "timeout":
						if (onSilent) return onSilent();
						return this.fail("no-answer", `Expected ${name} to answer over SMP, it is silent`);
					case "gone":
						return this.fail("no-answer", `Expected the port of ${name} to work: ${outcome.reason}`);
				}
			},
		});
	}

	/** Asks for the slots. */
	look(then: (slots: ProcessorSlots) => void, options: AskOptions = {}): void {
		this.ask(
			listImages(),
			(answer) => {
				const slots = processorSlotsOf(answer);
				if (slots) then(slots);
				else this.fail("refused", `Expected ${this.#options.name} to list an image that runs, it lists none`);
			},
			options,
		);
	}

	/** Asks for the slots until the processor answers; one that is silent for `swapWithinMs` has its reset line pulled, once. */
	find(then: (slots: ProcessorSlots) => void): void {
		const { clock, name, probeEveryMs, swapWithinMs, pullReset } = this.#options;
		const beganMs = clock.now();
		const probe = (): void => {
			this.look(then, {
				tries: 1,
				onSilent: () => {
					if (clock.now() - beganMs < swapWithinMs) return this.later(probeEveryMs, probe);
					if (!pullReset || this.#pulled)
						return this.fail(
							"no-answer",
							`Expected ${name} to answer within ${swapWithinMs} ms of its reset, it is silent`,
						);
					this.#pulled = true;
					pullReset();
					this.later(RESET_SETTLE_MS, () => this.find(then));
				},
			});
		};
		probe();
	}

	/**
	 * Resets the processor, whose slots were `before`, and waits until it answers again. A reset always moves them, so one
	 * that finds them unmoved was lost on the way and is sent again: only then, for a second reset would end a trial.
	 */
	restart(
		before: ProcessorSlots,
		then: (slots: ProcessorSlots) => void,
		sendingsLeft = RESET_SENDINGS_MAX,
	): void {
		const { clock, probeEveryMs } = this.#options;
		const wait = (): void => {
			const beganMs = clock.now();
			const see = (slots: ProcessorSlots): void => {
				if (!equalSlots(slots, before)) return then(slots);
				if (clock.now() - beganMs < RESET_LOST_MS) return this.later(probeEveryMs, () => this.find(see));
				if (sendingsLeft > 1) this.restart(before, then, sendingsLeft - 1);
				else then(slots);
			};
			this.later(RESET_SETTLE_MS, () => this.find(see));
		};
		this.ask(reset(), wait, { tries: 1, onSilent: wait });
	}

	#end(error: ElementError | undefined): void {
		if (this.#ended) return;
		this.cancel();
		this.#options.done(error);
	}
}

/** A refusal for a message. */
export function shown({ name, text }: Refusal): string {
	return text === "" ? name : `${name} (${text})`;
}
