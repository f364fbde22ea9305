import type { getNextSnapshot } from "xstate";
import {
	type WindowContext,
	type WindowEvent,
	type WindowHost,
	type WindowInput,
	windowMachine,
} from "../../modules/window/machine.js";
import { DEFAULT_POLICY } from "../../modules/window/policy.js";
import { type AnyActorRef, createActor } from "../../modules/window/preload/xstate.js";
import { leafOf } from "../support/leaf-of.js";
import { EVENTS, nameOf, SIZE_BYTES } from "./events.js";

export type Snapshot = ReturnType<typeof getNextSnapshot<typeof windowMachine>>;
type Node = typeof windowMachine.root;

/** A transition of the machine, as xstate holds it. */
export interface Transition {
	readonly source: Node;
	readonly eventType: string;
	readonly target: readonly Node[] | undefined;
	readonly reenter: boolean;
	guard: unknown;
	actions: unknown[];
}

/** What a window may be given, by name; the times are counted on the virtual axis of `after`. */
export type ChartInput = Pick<
	WindowInput,
	"window" | "resumeAt" | "isLocal" | "adopt" | "accepted" | "matched" | "foreign" | "reportOwed"
> & {
	/** What was concluded before a planned restart. */
	reasonBefore: "trial-failed" | "no-time-to-install";
	/** There is an instant before which an install may be sent. */
	hasTime: boolean;
};

/** The statechart with its memory, in one configuration, and what each event leads to from there. */
export interface Configuration {
	readonly id: number;
	readonly snapshot: Snapshot;
	/** The statechart's value, as text. */
	readonly value: string;
	/** The innermost state. */
	readonly leaf: string;
	/** By the index of the event in `all`; filled as it is asked for. */
	readonly steps: (Step | undefined)[];
	/** The types of the events that some transition here is for. */
	readonly heard: ReadonlySet<string>;
	/** The indexes in `all` of the timeouts that run. */
	readonly timeouts: readonly number[];
}

export interface Step {
	readonly next: Configuration;
	/** What the host is told to do, in order. */
	readonly effects: readonly string[];
	/** Some transition was taken. */
	readonly taken: boolean;
}

/** What the machine remembers, without the words of its log and without what never changes. */
const REMEMBERED: readonly (keyof WindowContext)[] = [
	"window",
	"resumeAt",
	"isLocal",
	"adopt",
	"accepted",
	"matched",
	"foreign",
	"reportOwed",
	"outcome",
	"set",
	"acceptedNow",
	"sizeWrong",
	"connected",
	"flowing",
	"resumes",
	"statusReads",
	"modemDue",
	"othersDue",
	"tried",
	"ready",
	"committed",
	"sent",
	"reported",
];

/** Few, so that the counters come to their end within reach. */
export const LIMITS = { resumesMax: 1, statusReadsMax: 1 };

/**
 * The window's machine as a table: each configuration with each event is worked out once, by xstate's own pure step, and
 * kept. Timeouts are events as well (`xstate.after.<delay>.<id>`), of the states that are entered: any of them may come
 * first, also where real time would have another come before. That is more than can happen, never less.
 */
export class Chart {
	/** Every event, and after them every timeout. */
	readonly all: readonly { type: string }[];
	readonly names: readonly string[];
	readonly configurations: Configuration[] = [];
	readonly taken = new Set<Transition>();
	readonly transitions: ReadonlyMap<Transition, string>;
	readonly #byKey = new Map<string, Configuration>();
	/** By the statechart's value. */
	readonly #heard = new Map<string, ReadonlySet<string>>();
	/** By the input, as text: most boots begin as others did. */
	readonly #starts = new Map<string, Step>();
	readonly #indexes = new Map<string, number>();
	readonly #scope: Parameters<typeof windowMachine.transition>[2];
	#effects: string[] = [];
	#anyTaken = false;

	constructor() {
		this.transitions = transitionsOf(windowMachine.root);
		const timeouts = new Set<string>();
		for (const { eventType } of this.transitions.keys())
			if (eventType.startsWith("xstate.after.")) timeouts.add(eventType);
		this.all = [...EVENTS, ...[...timeouts].map((type) => ({ type }))];
		this.names = this.all.map((event) => nameOf(event).replace("xstate.after.", "after "));
		this.names.forEach((name, index) => {
			this.#indexes.set(name, index);
		});
		const self = createActor(windowMachine, { input: this.#input(inputOf({})) }) as unknown as AnyActorRef;
		const system = {
			_sendInspectionEvent: (event: { type: string; _transitions?: readonly Transition[] }) => {
				if (event.type !== "@xstate.microstep") return;
				for (const transition of event._transitions ?? []) {
					this.#anyTaken = true;
					this.taken.add(transition);
				}
			},
		};
		this.#scope = {
			self,
			id: "",
			sessionId: "",
			logger: () => {},
			defer: () => {},
			emit: () => {},
			stopChild: () => {},
			system,
			// What is left is the machine's own `perform`, which tells the host; timers are events here.
			actionExecutor: (action: {
				type: string;
				exec?: (info: unknown, params: unknown) => void;
				info: unknown;
				params: unknown;
			}) => {
				if (!action.type.startsWith("xstate.")) action.exec?.(action.info, action.params);
			},
		} as unknown as Parameters<typeof windowMachine.transition>[2];
	}

	/** The index of an event by its name. */
	index(name: string): number {
		const index = this.#indexes.get(name);
		if (index === undefined) throw new RangeError(`Expected the name of an event, got ${name}`);
		return index;
	}

	isTimeout(index: number): boolean {
		return index >= EVENTS.length;
	}

	start(input: ChartInput): Step {
		const key = JSON.stringify(input);
		const known = this.#starts.get(key);
		if (known) return known;
		this.#effects = [];
		const snapshot = windowMachine.getInitialSnapshot(this.#scope, this.#input(input) as never) as Snapshot;
		const step: Step = { next: this.#configuration(snapshot), effects: this.#effects, taken: true };
		this.#starts.set(key, step);
		return step;
	}

	step(from: Configuration, index: number): Step {
		const known = from.steps[index];
		if (known) return known;
		const event = this.all[index] as WindowEvent;
		if (!from.heard.has(event.type)) {
			const step: Step = { next: from, effects: [], taken: false };
			from.steps[index] = step;
			return step;
		}
		this.#effects = [];
		this.#anyTaken = false;
		const snapshot = windowMachine.transition(from.snapshot as never, event, this.#scope) as Snapshot;
		const next = this.#anyTaken ? this.#configuration(snapshot) : from;
		const step: Step = { next, effects: this.#effects, taken: this.#anyTaken };
		from.steps[index] = step;
		return step;
	}

	#input(input: ChartInput): WindowInput {
		return windowInput(input, (effect) => this.#effects.push(effect));
	}

	#configuration(snapshot: Snapshot): Configuration {
		const value = valueText(snapshot);
		const key = keyOf(snapshot);
		const known = this.#byKey.get(key);
		if (known) return known;
		const heard = this.#heardAt(value, snapshot);
		const timeouts = [...heard]
			.filter((type) => type.startsWith("xstate.after."))
			.map((type) => this.index(type.replace("xstate.after.", "after ")));
		const configuration: Configuration = {
			id: this.configurations.length,
			snapshot,
			value,
			leaf: leafOf(snapshot.value),
			steps: [],
			heard,
			timeouts,
		};
		this.#byKey.set(key, configuration);
		this.configurations.push(configuration);
		return configuration;
	}

	#heardAt(value: string, { status, _nodes }: Snapshot): ReadonlySet<string> {
		let heard = this.#heard.get(value);
		if (!heard) {
			heard = new Set(status === "active" ? _nodes.flatMap((node) => [...node.transitions.keys()]) : []);
			this.#heard.set(value, heard);
		}
		return heard;
	}
}

const valueText = ({ value }: Snapshot): string =>
	typeof value === "string" ? value : JSON.stringify(value);

/** What tells one configuration from another. */
export function keyOf(snapshot: Snapshot): string {
	const { context } = snapshot;
	let key = valueText(snapshot);
	for (const name of REMEMBERED) key += `,${String(context[name])}`;
	return `${key},${context.untilSentMs > 0}`;
}

/** The machine's input, with a host that says what it is told to do. */
export function windowInput({ hasTime, ...given }: ChartInput, say: (effect: string) => void): WindowInput {
	const host: WindowHost = {
		perform: (effect) => say(effect),
		acceptDownload: (known) => say(`acceptDownload ${known}`),
		rejectOthers: () => say("rejectOthers"),
		sendInstall: (isMatched) => say(isMatched ? "sendInstall matched" : "sendInstall"),
		delayRequest: (request) => say(`delayRequest ${request}`),
		tellElement: (outcome) => say(`tellElement ${outcome}`),
	};
	return {
		...given,
		host,
		policy: { ...DEFAULT_POLICY, ...LIMITS },
		untilSentMs: hasTime ? DEFAULT_POLICY.windowMs - DEFAULT_POLICY.installMs : 0,
		untilEndMs: DEFAULT_POLICY.windowMs,
		untilReleaseMs: DEFAULT_POLICY.recoverWithinMs,
		sizeBytes: SIZE_BYTES,
	};
}

export function inputOf(input: Partial<ChartInput>): ChartInput {
	return {
		window: "open",
		resumeAt: undefined,
		isLocal: false,
		adopt: false,
		accepted: false,
		matched: false,
		foreign: false,
		reportOwed: false,
		reasonBefore: "trial-failed",
		hasTime: true,
		...input,
	};
}

/** Every transition of the machine, with a name for people. */
export function transitionsOf(root: Node): Map<Transition, string> {
	const all = new Map<Transition, string>();
	const walk = (node: Node): void => {
		const own = [...node.transitions.values()].flat().concat(node.always ?? []);
		own.forEach((transition) => {
			const each = transition as unknown as Transition;
			const siblings = own.filter(({ eventType }) => eventType === each.eventType);
			const place = siblings.indexOf(transition);
			const event = each.eventType === "" ? "always" : each.eventType.replace("xstate.after.", "after ");
			all.set(each, `${node.id}: ${event} #${place}`);
		});
		for (const child of Object.values(node.states)) walk(child as Node);
	};
	walk(root);
	return all;
}
