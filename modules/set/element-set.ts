import type { Element, ElementImage, ElementStatus, TargetImage } from "../elements/element.js";
import { ElementError } from "../elements/element-error.js";
import { spelledImageVersion } from "../order/image-version.js";
import type { ImageFile } from "../order/order-elements.js";
import type { ElementFailure, JournalElement } from "./journal.js";

/** How what runs on an element stands to the order. `silent`: it did not answer. */
export type Standing = "to" | "from" | "other" | "silent";

/** An element of the order that is not the modem, as the set knows it. */
export interface Member {
	readonly element: Element;
	/** What the order names; in a recovery sizes and SHA-256 are not known and not needed. */
	readonly image: TargetImage;
	/** The versions that the order may start from. */
	readonly from: readonly string[];
	/** The file with the new image; undefined in a recovery. */
	readonly file?: ImageFile;
}

/** What is known of a member. */
export interface MemberState {
	readonly member: Member;
	standing: Standing;
	/** What ran when the boot found it, or what the journal says of that; undefined before it was asked. */
	found: ElementImage | undefined;
	/** What was last read; undefined before it was asked, and while it is silent. */
	status: ElementStatus | undefined;
	/** Its update is part of this window: it was found at `from`. */
	due: boolean;
	/** What went wrong with it first. */
	error: ElementError | undefined;
	/** It was told to run its old image again: that it was read before with the new one says nothing any more. */
	goesBack: boolean;
}

export type Verb = (state: MemberState, done: (error: ElementError | undefined) => void) => void;

/**
 * The elements of an order beside the modem, acted on together (PSA Firmware Update API 1.0: install, accept and reject
 * act on all components). Each verb ends once for all members, with the first thing that went wrong; a new verb takes the
 * place of the one before.
 */
export class ElementSet {
	readonly #states: readonly MemberState[];
	#activity = 0;

	constructor({ members }: { members: readonly Member[] }) {
		this.#states = members.map((member) => ({
			member,
			standing: "silent",
			found: undefined,
			status: undefined,
			due: false,
			error: undefined,
			goesBack: false,
		}));
	}

	get states(): readonly MemberState[] {
		return this.#states;
	}

	/** Something is to be updated. */
	get isDue(): boolean {
		return this.#states.some(({ due }) => due);
	}

	/** Our own MCU, where it is to be updated. */
	get own(): MemberState | undefined {
		return this.#states.find(({ member, due }) => due && member.element.restarts);
	}

	/** Ends whatever goes on; no `done` is called any more. */
	cancel(): void {
		this.#activity++;
		for (const { member } of this.#states) member.element.cancel();
	}

	/** Asks every member what it runs, for the first time in this boot: that is what a going back returns to. */
	inspect(done: (error: ElementError | undefined) => void): void {
		this.#inParallel(
			this.#states,
			(state, ended) =>
				this.#query(state, (error) => {
					state.found = state.status?.running;
					state.due = state.standing === "from";
					state.error = error ?? unfit(state);
					ended(state.error);
				}),
			done,
		);
	}

	/** Takes what the journal says of an update that has begun for what was found, and for what went wrong with whom. */
	resume(others: readonly JournalElement[], failure: ElementFailure | null = null): void {
		for (const state of this.#states) {
			const known = others.find(({ name }) => name === state.member.element.name);
			if (!known) continue;
			state.found = { version: known.from, hash: known.fromHash };
			state.due = true;
			if (failure?.element === known.name)
				state.error = new ElementError(known.name, failure.reason, failure.message);
		}
	}

	/** What went wrong is about to be tried again. */
	forgetErrors(): void {
		for (const state of this.#states) state.error = undefined;
	}

	/** Asks every member again; what it runs is no error, only silence is. */
	read(done: (error: ElementError | undefined) => void): void {
		const verb: Verb = (state, ended) =>
			this.#query(state, (error) => {
				state.found ??= state.status?.running;
				ended(error);
			});
		this.#inParallel(this.#states, verb, done);
	}

	/** Our own MCU's candidate is what its next start tries. */
	installOwn(own: MemberState, done: (error: ElementError | undefined) => void): void {
		const verb: Verb = (state, ended) => state.member.element.install(state.member.image, ended);
		this.#inParallel([own], verb, (error) => {
			own.error ??= error;
			done(error);
		});
	}

	/** Runs the candidates on trial, of every due member but our own MCU. */
	install(done: (error: ElementError | undefined) => void): void {
		this.#act((state, ended) => state.member.element.install(state.member.image, ended), this.#others, done);
	}

	/** Makes the images on trial stay. */
	accept(done: (error: ElementError | undefined) => void): void {
		const verb: Verb = (state, ended) => state.member.element.accept(state.member.image, ended);
		this.#act(verb, this.#due, (error) => done(error ?? this.#first(this.#due, unaccepted)));
	}

	/** The old images run again for good, on every due member but our own MCU. */
	reject(done: (error: ElementError | undefined) => void): void {
		this.#act(goBack, this.#others, (error) => done(error ?? this.#first(this.#others, unrejected)));
	}

	/** As reject, for our own MCU alone. `mustRestart`: it has to be started again, and then asked again. */
	rejectOwn(done: (error: ElementError | undefined, mustRestart: boolean) => void): void {
		const { own } = this;
		if (!own) return done(undefined, false);
		this.#act(goBack, [own], (error) => done(error, !error && unrejected(own) !== undefined));
	}

	/** The first member that is not as it has to be; each of them remembers why. */
	#first(
		states: readonly MemberState[],
		check: (state: MemberState) => ElementError | undefined,
	): ElementError | undefined {
		let first: ElementError | undefined;
		for (const state of states) {
			const error = check(state);
			state.error ??= error;
			first ??= error;
		}
		return first;
	}

	get #due(): MemberState[] {
		return this.#states.filter(({ due }) => due);
	}

	get #others(): MemberState[] {
		return this.#due.filter(({ member }) => !member.element.restarts);
	}

	#query(state: MemberState, done: (error: ElementError | undefined) => void): void {
		const heard = this.#heard((error: ElementError | undefined, status: ElementStatus | undefined) => {
			state.status = status;
			state.standing = status ? standingOf(state, status.running) : "silent";
			done(error);
		});
		state.member.element.query(heard);
	}

	/** Does it to each, then reads each; an element that failed keeps its error, and is read all the same. */
	#act(verb: Verb, states: readonly MemberState[], done: (error: ElementError | undefined) => void): void {
		this.#inParallel(
			states,
			(state, ended) => {
				const heard = this.#heard((failure: ElementError | undefined) =>
					this.#query(state, (silence) => {
						const error = failure ?? silence;
						state.error ??= error;
						ended(error);
					}),
				);
				verb(state, heard);
			},
			done,
		);
	}

	#inParallel(
		states: readonly MemberState[],
		verb: Verb,
		done: (error: ElementError | undefined) => void,
	): void {
		this.#activity++;
		let first: ElementError | undefined;
		let open = states.length + 1;
		const ended = (error: ElementError | undefined): void => {
			first ??= error;
			if (--open === 0) done(first);
		};
		for (const state of states) verb(state, this.#heard(ended));
		this.#heard(ended)(undefined);
	}

	/** What a member calls is heard once, and only while the verb that it belongs to goes on. */
	#heard<Args extends readonly unknown[]>(call: (...args: Args) => void): (...args: Args) => void {
		const mine = this.#activity;
		let called = false;
		return (...args) => {
			if (called || mine !== this.#activity) return;
			called = true;
			call(...args);
		};
	}
}

const goBack: Verb = (state, ended) => {
	state.goesBack = true;
	state.member.element.reject(foundOf(state), ended);
};

/** The hash decides where both sides know it: two builds may carry one version. */
function standingOf(
	{ member: { image, from }, found }: MemberState,
	{ version, hash }: ElementImage,
): Standing {
	const spelled = spelledImageVersion(version);
	if (hash !== "" && (hash === image.hash || hash === image.sha256)) return "to";
	if (spelled === image.version) return hash === "" ? "to" : "other";
	const isFound = !found || found.hash === "" || hash === "" || hash === found.hash;
	return from.includes(spelled) && isFound ? "from" : "other";
}

const foundOf = ({ found }: MemberState): ElementImage => found ?? { version: "", hash: "" };

function unfit({ member, standing, status }: MemberState): ElementError | undefined {
	const { element, image, from } = member;
	if (standing === "silent")
		return new ElementError(element.name, "no-answer", `Expected an answer from ${element.name}, got none`);
	const version = status?.running.version ?? "";
	if (standing === "other")
		return new ElementError(
			element.name,
			"wrong-version",
			`Expected ${element.name} to run ${from.join(" or ")} or ${image.version}, got ${version || "no version"}`,
		);
	if (status?.state === "trial")
		return new ElementError(
			element.name,
			"wrong-version",
			`Expected ${element.name} to run an image for good, got ${version} on trial`,
		);
	return undefined;
}

function unaccepted({ member, standing, status }: MemberState): ElementError | undefined {
	if (standing === "to" && status?.state !== "trial") return undefined;
	return new ElementError(
		member.element.name,
		"not-accepted",
		`Expected ${member.element.name} to keep ${member.image.version}, got ${status?.running.version ?? "no answer"}, ${status?.state ?? "silent"}`,
	);
}

/** It runs its old image for good, and no other one is about to run. */
function unrejected({ member, standing, status }: MemberState): ElementError | undefined {
	if (standing === "from" && status?.state !== "trial" && status?.state !== "staged") return undefined;
	return new ElementError(
		member.element.name,
		"not-rejected",
		`Expected ${member.element.name} to run ${member.from.join(" or ")} for good, got ${status?.running.version ?? "no answer"}, ${status?.state ?? "silent"}`,
	);
}
