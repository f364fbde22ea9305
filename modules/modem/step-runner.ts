import type { Answer } from "../at/channel.js";
import type { Clock } from "../io/clock.js";

/** One setting of a modem. */
export interface Step {
	/** How it is called in a report. */
	name: string;
	/** Alternatives: where the modem refuses one, the next is tried. */
	commands: readonly string[];
	required: boolean;
	/** Which lines are the answer's; default: those with the command's own prefix. */
	expect?(line: string): boolean;
	/** What is set right after this one; most often what its answer shows to be needed. */
	more?(lines: readonly string[]): readonly Step[];
}

export interface StepsResult {
	/** All required steps were answered with OK. */
	complete: boolean;
	/** The names of the steps that were not, in order; those that were not come to are among them. */
	refused: string[];
}

export interface StepRunnerOptions {
	steps: readonly Step[];
	clock: Clock;
	send(
		command: string,
		done: (answer: Answer) => void,
		expect: ((line: string) => boolean) | undefined,
	): void;
	done(result: StepsResult): void;
}

const TRIES_MAX = 3;
/** A modem that has just started refuses what it will take a little later. */
const RETRY_AFTER_MS = 1_000;

/**
 * Sends settings one after the other, each at most three times. A step that is refused does not keep the later ones
 * from being set; a modem that does not answer three times, or is gone, ends the run.
 */
export class StepRunner {
	readonly #options: StepRunnerOptions;
	#steps: Step[];
	#refused: string[] = [];
	#step = 0;
	#alternative = 0;
	#tries = 1;
	#complete = true;
	#again = false;
	#retryTimer: unknown;

	constructor(options: StepRunnerOptions) {
		this.#options = options;
		this.#steps = [...options.steps];
	}

	start(): void {
		this.#send();
	}

	/** Begins from the top, as soon as the command that is out is answered. */
	restart(): void {
		this.#again = true;
		if (this.#retryTimer === undefined) return;
		this.#options.clock.clearTimeout(this.#retryTimer);
		this.#beginAgain();
	}

	#beginAgain(): void {
		this.#again = false;
		this.#retryTimer = undefined;
		this.#steps = [...this.#options.steps];
		this.#step = 0;
		this.#alternative = 0;
		this.#tries = 1;
		this.#complete = true;
		this.#refused = [];
		this.#send();
	}

	#send(): void {
		this.#retryTimer = undefined;
		const step = this.#steps[this.#step];
		if (!step) {
			this.#end();
			return;
		}
		const command = step.commands[this.#alternative] as string;
		this.#options.send(command, (answer) => this.#receive(step, answer), step.expect);
	}

	#receive(step: Step, answer: Answer): void {
		if (this.#again && (answer.result === "ok" || answer.result === "error" || answer.result === "timeout")) {
			this.#beginAgain();
			return;
		}
		switch (answer.result) {
			case "ok":
				this.#steps.splice(this.#step + 1, 0, ...(step.more?.(answer.lines) ?? []));
				this.#next();
				break;
			case "error":
				this.#alternative++;
				if (this.#alternative < step.commands.length) {
					this.#send();
				} else if (this.#mayTryAgain()) {
					this.#retryTimer = this.#options.clock.setTimeout(() => this.#send(), RETRY_AFTER_MS);
				} else {
					this.#refuse(step);
					this.#next();
				}
				break;
			case "timeout":
				if (this.#mayTryAgain()) this.#send();
				else this.#end();
				break;
			default:
				this.#end();
		}
	}

	#mayTryAgain(): boolean {
		if (this.#tries === TRIES_MAX) return false;
		this.#tries++;
		this.#alternative = 0;
		return true;
	}

	#next(): void {
		this.#step++;
		this.#alternative = 0;
		this.#tries = 1;
		this.#send();
	}

	#refuse(step: Step): void {
		this.#refused.push(step.name);
		if (step.required) this.#complete = false;
	}

	#end(): void {
		for (const step of this.#steps.slice(this.#step)) this.#refuse(step);
		this.#options.done({ complete: this.#complete, refused: this.#refused });
	}
}
