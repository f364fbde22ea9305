import { ElementError, type ElementReason } from "../elements/element-error.js";
import type { ElementSet, MemberState } from "../set/element-set.js";
import type { ElementFailure, Journal, JournalElement, JournalRecord, RestartToken } from "../set/journal.js";
import type { ClosedOutcome, ElementOutcome, ProductEvent } from "./events.js";
import type { Ending, HandOver } from "./hand-over.js";

const MESSAGE_CHARACTERS_MAX = 300;

/** What the steps say to the statechart. */
export type SetEvent =
	| { type: "written" | "on-trial" | "accepted" | "rejected" | "restart-needed" }
	| { type: "others-failed"; reason: string };

export interface SetStepsOptions {
	set: ElementSet;
	journal: Journal;
	handOver: HandOver;
	emit: (event: ProductEvent) => void;
	send: (event: SetEvent) => void;
	/** Runs what may throw; a fault in it becomes an event. */
	guarded: (step: () => void) => void;
	/** Counts the attempt once a window, with the record changed as given. */
	attempt: (change: Partial<JournalRecord>) => void;
	/** The modem's version as it was found; "" where the order names no modem. */
	modemVersion: () => string;
	/** What is left of the window, or of the recovery, in ms. */
	remainingMs: () => number;
	/** The number of this boot. */
	bootNumber: number;
	/** What was decided before all planned restarts. */
	told: RestartToken["told"];
	/** This boot goes on after a planned restart: it causes no second one of the same kind. */
	resumedAt: RestartToken["step"] | undefined;
}

/** The set's part of a window: what is journaled before each step, and what comes of it. */
export class SetSteps {
	readonly #options: SetStepsOptions;
	#writing: Ending | undefined;

	constructor(options: SetStepsOptions) {
		this.#options = options;
	}

	/** Ends whatever goes on. */
	stop(): void {
		this.#writing?.cancel();
		this.#writing = undefined;
		this.#options.set.cancel();
	}

	/** Writes the image of one due member after the other. */
	write(): void {
		this.#writeNext(this.#due);
	}

	#writeNext([state, ...later]: readonly MemberState[]): void {
		const { handOver, emit, send } = this.#options;
		if (!state) return send({ type: "written" });
		const element = state.member.element.name;
		const tell = (percent: number) => emit({ event: "progress", element, phase: "write", percent });
		this.#writing = handOver.toElement(state, tell, (error) => {
			this.#writing = undefined;
			if (error) return this.#fail(state, error);
			this.#tellStep("staged", [state]);
			this.#writeNext(later);
		});
	}

	#tellStep(event: "staged" | "installed" | "accepted" | "rejected", states: readonly MemberState[]): void {
		for (const { member, found } of states) {
			const version = event === "rejected" ? (found?.version ?? "") : member.image.version;
			this.#options.emit({ event, element: member.element.name, version });
		}
	}

	get #due(): MemberState[] {
		return this.#options.set.states.filter(({ due }) => due);
	}

	/** Our own MCU first, which is a restart; then all others at once. */
	try(): void {
		const { set, attempt, modemVersion, resumedAt } = this.#options;
		if (resumedAt !== "trial")
			attempt({
				step: "trial",
				from: modemVersion(),
				others: this.#due.map(journaled),
			});
		const { own } = set;
		if (own && resumedAt !== "trial") return this.#tryOwn(own);
		this.#tell(0);
		set.install((error) => {
			if (error) return this.#fail(undefined, error);
			this.#tell(100);
			this.#tellStep("installed", this.#due);
			this.#options.send({ type: "on-trial" });
		});
	}

	#tryOwn(own: MemberState): void {
		const { set, guarded } = this.#options;
		set.installOwn(own, (error) => {
			if (error) return this.#fail(undefined, error);
			guarded(() => this.restart("trial", ""));
		});
	}

	accept(): void {
		const { set, journal } = this.#options;
		journal.write({ step: "commit" });
		set.accept((error) => {
			if (error) return this.#fail(undefined, error);
			this.#tellStep("accepted", this.#due);
			this.#options.send({ type: "accepted" });
		});
	}

	/**
	 * Everything goes back; `done(undefined)`: all of it has, and the journal is closed. Our own MCU comes first, which is a
	 * restart, so that it goes back though another element should be silent.
	 */
	reject(
		restartStep: RestartToken["step"],
		reason: string,
		done: (error: ElementError | undefined) => void,
	): void {
		const { set, journal, resumedAt, guarded } = this.#options;
		set.rejectOwn((error, mustRestart) =>
			guarded(() => {
				// A second restart would promise no more than the first one.
				if (mustRestart && resumedAt !== restartStep) return this.restart(restartStep, reason);
				const stuck = error ?? (mustRestart ? notBack(set.own) : undefined);
				set.reject((first) =>
					guarded(() => {
						const failure = stuck ?? first;
						if (!failure) {
							if (journal.open) journal.write({ step: "none" });
							this.#tellStep("rejected", this.#due);
						}
						done(failure);
					}),
				);
			}),
		);
	}

	/** Journals where the window goes on, then lets our own MCU start again. */
	restart(step: RestartToken["step"], reason: string): void {
		const { journal, set, emit, send, bootNumber, told, remainingMs } = this.#options;
		const { order } = journal.record;
		const element = set.own?.member.element.name ?? "";
		const failed = set.states.find(({ error }) => error)?.error;
		journal.write({
			restart: {
				order,
				step,
				told,
				reason,
				failure: failed ? failureOf(failed) : null,
				bootNumber: bootNumber + 1,
				remainingMs: remainingMs(),
			},
		});
		emit({ event: "restart", element });
		send({ type: "restart-needed" });
	}

	/** One `element` event for each member. */
	tellElements(outcome: ClosedOutcome | ""): void {
		for (const state of this.#options.set.states) {
			const { member, found, status } = state;
			this.#options.emit({
				event: "element",
				element: member.element.name,
				from: found?.version ?? "",
				to: member.image.version,
				is: status?.running.version ?? "",
				outcome: memberOutcome(state, outcome),
				...(state.error ? told(state.error) : {}),
			});
		}
	}

	#tell(percent: number): void {
		for (const { member } of this.#due)
			this.#options.emit({ event: "progress", element: member.element.name, phase: "trial", percent });
	}

	#fail(state: MemberState | undefined, error: ElementError): void {
		if (state) state.error = error;
		this.#options.send({ type: "others-failed", reason: error.reason });
	}
}

/** Of a message the journal keeps so much, in the characters that it takes. */
function failureOf({ element, reason, message }: ElementError): ElementFailure {
	const kept = [...message.slice(0, MESSAGE_CHARACTERS_MAX)];
	const text = kept.map((character) => (character >= " " && character <= "~" ? character : "?")).join("");
	return { element, reason, message: text };
}

function told({ reason, message, remedy }: ElementError): {
	reason: ElementReason;
	message: string;
	remedy: string;
} {
	return { reason, message, remedy };
}

function notBack(own: MemberState | undefined): ElementError {
	const name = own?.member.element.name ?? "";
	const version = own?.status?.running.version ?? "";
	return new ElementError(name, "not-rejected", `Expected ${name} to run its old image, got ${version}`);
}

function journaled({ member, found }: MemberState): JournalElement {
	const { version, hash } = member.image;
	return {
		name: member.element.name,
		from: found?.version ?? "",
		fromHash: found?.hash ?? "",
		to: version,
		toHash: hash,
	};
}

function memberOutcome(
	{ standing, status, due, error, goesBack }: MemberState,
	outcome: ClosedOutcome | "",
): ElementOutcome {
	if (standing === "other") return "wrong-version";
	// An image on trial goes back at the next reset.
	if (standing !== "to" || error || goesBack || status?.state === "trial") return "failed";
	return due && outcome !== "current" ? "updated" : "current";
}
