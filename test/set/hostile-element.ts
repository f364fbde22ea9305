import type {
	Element,
	ElementDone,
	ElementImage,
	ElementStatus,
	TargetImage,
} from "../../modules/elements/element.js";
import { ElementError } from "../../modules/elements/element-error.js";
import type { Clock } from "../../modules/io/clock.js";

/**
 * How a verb ends. `at-once`: within the call. `soon`: a second later. `never`. `twice`. `late`: not before it is cancelled, and then
 * all the same. `fails`: with an error. `lies`: well, though nothing was done.
 */
export type Ending = "at-once" | "soon" | "never" | "twice" | "late" | "fails" | "lies";

export type VerbName = "query" | "start" | "write" | "finish" | "install" | "accept" | "reject";
export const VERBS: readonly VerbName[] = [
	"query",
	"start",
	"write",
	"finish",
	"install",
	"accept",
	"reject",
];

const SOON_MS = 1_000;

export interface HostileElementOptions {
	name: string;
	clock: Clock;
	endings?: Partial<Record<VerbName, Ending>>;
	/** What it keeps, over boots too. */
	flash: HostileFlash;
}

export interface HostileFlash {
	old: ElementImage;
	new: ElementImage;
	/** What runs. */
	running: "old" | "new";
	onTrial: boolean;
}

/** An element that does what its contract forbids. What it does to its flash is right. */
export class HostileElement implements Element {
	readonly name: string;
	readonly restarts = false;
	readonly blockBytes = 4_096;
	/** Every call, in order. */
	readonly calls: string[] = [];
	isClosed = false;
	readonly #options: HostileElementOptions;
	#late: (() => void)[] = [];

	constructor(options: HostileElementOptions) {
		this.name = options.name;
		this.#options = options;
	}

	query(done: (error: ElementError | undefined, status: ElementStatus | undefined) => void): void {
		const { flash } = this.#options;
		this.#do(
			"query",
			() => {},
			(error) => {
				const running = flash[flash.running];
				done(
					error,
					error ? undefined : { state: flash.onTrial ? "trial" : "ready", running, other: undefined },
				);
			},
		);
	}

	start(_image: TargetImage, done: (error: ElementError | undefined, offsetBytes: number) => void): void {
		this.#do(
			"start",
			() => {},
			(error) => done(error, 0),
		);
	}

	write(_offsetBytes: number, _block: Uint8Array, done: ElementDone): void {
		this.#do("write", () => {}, done);
	}

	finish(done: ElementDone): void {
		this.#do("finish", () => {}, done);
	}

	install(_image: TargetImage, done: ElementDone): void {
		const { flash } = this.#options;
		this.#do("install", () => Object.assign(flash, { running: "new", onTrial: true }), done);
	}

	accept(_image: TargetImage, done: ElementDone): void {
		const { flash } = this.#options;
		this.#do("accept", () => Object.assign(flash, { onTrial: false }), done);
	}

	reject(_old: ElementImage, done: ElementDone): void {
		const { flash } = this.#options;
		this.#do("reject", () => Object.assign(flash, { running: "old", onTrial: false }), done);
	}

	clean(done: ElementDone): void {
		done(undefined);
	}

	cancel(): void {
		this.calls.push("cancel");
		const late = this.#late;
		this.#late = [];
		for (const call of late) this.#options.clock.setTimeout(call, SOON_MS);
	}

	close(): void {
		this.calls.push("close");
		this.isClosed = true;
	}

	#do(verb: VerbName, act: () => void, done: ElementDone): void {
		this.calls.push(verb);
		const { clock, endings = {}, name } = this.#options;
		const ending = endings[verb] ?? "at-once";
		if (ending !== "fails" && ending !== "lies" && ending !== "never") act();
		switch (ending) {
			case "never":
				return;
			case "late":
				this.#late.push(() => done(undefined));
				return;
			case "soon":
				clock.setTimeout(() => done(undefined), SOON_MS);
				return;
			case "fails":
				return done(new ElementError(name, "refused", `Expected ${verb} to be done, ${name} will not`));
			case "twice":
				done(undefined);
				return done(undefined);
			default:
				return done(undefined);
		}
	}
}
