import { bootsAfterCut, bootsAfterRestart, firstBoots } from "./boots.js";
import { type Chart, type ChartInput, type Configuration, LIMITS } from "./chart.js";
import { BrokenPromiseError, expect, perform } from "./effects.js";
import { guarded, moves } from "./moves.js";
import { asideCode, describe, isOld, named, orderOf, stateCode, type World } from "./world.js";

export interface Violation {
	promise: string;
	message: string;
	/** What happened, from the first boot on. */
	story: string[];
}

export interface Explored {
	/** Statechart value, journal, modem, elements and order. */
	states: number;
	/** The same with what the statechart remembers and what was asked: what is looked at once. */
	nodes: number;
	steps: number;
	depth: number;
	/** Everything that can be reached was. */
	complete: boolean;
	violations: Violation[];
}

export interface ExploreOptions {
	chart: Chart;
	/** Indexes in ORDERS. */
	orders: readonly number[];
	depthMax: number;
	nodesMax: number;
	/** So many end it. */
	violationsMax: number;
	onProgress?: ((nodes: number) => void) | undefined;
}

interface Place {
	configuration: Configuration;
	world: Known;
}

/** What the elements may be busy with, by where the window is. */
const ELEMENTS_BUSY: Readonly<Record<string, readonly World["asksOthers"][]>> = {
	inventory: ["inspect"],
	resuming: ["resume"],
	writing: ["write"],
	trial: ["try"],
	accepting: ["accept"],
	rejecting: ["reject"],
	recovering: ["recover"],
};
/** What the modem may be busy with, by where the window is; what it was asked in passing ends by itself. */
const MODEM_BUSY: Readonly<Record<string, readonly World["asksModem"][]>> = {
	inventory: ["inspect"],
	resuming: ["resume"],
	transferring: ["file"],
	connecting: ["session"],
	restarted: ["arm"],
	sending: ["install"],
	installing: ["watch"],
	settling: ["arm"],
	reading: ["read"],
};
/** What a state asks for ends with it. */
const ENDS_WITH_ITS_STATE: readonly World["asksModem"][] = ["session", "file", "install", "watch"];

/** A world, and what was worked out for it: each of these depends on nothing else. */
class Known {
	readonly id: number;
	readonly world: World;
	/** Its number among the states, without what goes on aside. */
	readonly state: number;
	moves: readonly { label: string; event: number; world: Known }[] | undefined;
	guarded: readonly { label: string; world: Known }[] | undefined;
	isCut = false;
	readonly effects = new Map<string, Performed | BrokenPromiseError>();

	constructor(id: number, world: World, state: number) {
		this.id = id;
		this.world = world;
		this.state = state;
	}
}

interface Performed {
	between: readonly Known[];
	results: readonly { world: Known; says: number }[];
}

const NOTHING = -1;
const PROGRESS_EVERY = 1_000;
/** More worlds than there are; a node's number is its configuration's times this and its world's. */
const WORLDS_MAX = 2 ** 24;

/** Breadth first over everything that can happen to a product under these orders, cuts of the power included. */
export function explore(options: ExploreOptions): Explored {
	return new Exploration(options).run();
}

class Exploration {
	readonly #options: ExploreOptions;
	readonly #worlds = new Map<number, Map<number, Known>>();
	#worldCount = 0;
	readonly #nodes = new Set<number>();
	readonly #states = new Set<number>();
	readonly #values = new Map<string, number>();
	/** In the order in which they were come to: where from, and how. */
	readonly #places: Place[] = [];
	readonly #from: number[] = [];
	readonly #by: string[] = [];
	readonly #violations: Violation[] = [];
	readonly #told = new Set<string>();
	#steps = 0;

	constructor(options: ExploreOptions) {
		this.#options = options;
	}

	run(): Explored {
		const { orders, depthMax, nodesMax, violationsMax, onProgress } = this.#options;
		for (const order of orders) for (const boot of firstBoots(order)) this.#start(boot, NOTHING, boot.label);
		let depth = 0;
		let at = 0;
		const mayGoOn = (): boolean => this.#nodes.size < nodesMax && this.#violations.length < violationsMax;
		while (at < this.#places.length && depth < depthMax && mayGoOn()) {
			depth++;
			const until = this.#places.length;
			for (; at < until && mayGoOn(); at++) {
				this.#expand(at);
				if (at % PROGRESS_EVERY === 0) onProgress?.(this.#nodes.size);
			}
		}
		return {
			states: this.#states.size,
			nodes: this.#nodes.size,
			steps: this.#steps,
			depth,
			complete: at === this.#places.length,
			violations: this.#violations,
		};
	}

	#expand(at: number): void {
		const { chart } = this.#options;
		const { configuration, world } = this.#places[at] as Place;
		if (configuration.value === "restarting") {
			for (const boot of bootsAfterRestart(world.world)) this.#start(boot, at, "starts again");
			this.#cut(world, at, "");
			return;
		}
		this.#cut(world, at, "");
		if (configuration.snapshot.status !== "active") {
			world.guarded ??= guarded(world.world).map((move) => ({
				label: move.label,
				world: this.#known(move.world),
			}));
			for (const move of world.guarded) this.#visit(configuration, move.world, at, move.label);
			return;
		}
		world.moves ??= moves(world.world).map((move) => ({
			label: move.label,
			event: move.event === undefined ? NOTHING : chart.index(move.event),
			world: this.#known(move.world),
		}));
		for (const move of world.moves) {
			this.#steps++;
			if (move.event === NOTHING) this.#visit(configuration, move.world, at, move.label);
			else this.#take(configuration, move.event, move.world, at, move.label);
		}
		for (const timeout of configuration.timeouts) {
			this.#steps++;
			this.#take(configuration, timeout, world, at, chart.names[timeout] as string);
		}
	}

	#take(configuration: Configuration, event: number, world: Known, at: number, by: string): void {
		const { next, effects } = this.#options.chart.step(configuration, event);
		this.#apply(next, effects, 0, world, at, by, []);
	}

	#start({ input, world }: { input: ChartInput; world: World }, at: number, by: string): void {
		const { next, effects } = this.#options.chart.start(input);
		this.#apply(next, effects, 0, this.#known(world), at, by, []);
	}

	/** The power goes: what the next boot may be. That depends on the world alone. */
	#cut(known: Known, at: number, by: string): void {
		if (known.isCut) return;
		known.isCut = true;
		for (const boot of bootsAfterCut(known.world))
			this.#start(boot, at, `${by ? `${by}, ` : ""}the power goes, the product ${boot.label}`);
	}

	/** Does what the statechart says, one effect after the other; what our own side says of it comes after the last. */
	#apply(
		configuration: Configuration,
		effects: readonly string[],
		place: number,
		world: Known,
		at: number,
		by: string,
		says: readonly number[],
	): void {
		const effect = effects[place];
		if (effect === undefined) {
			const [first, ...later] = says;
			if (first === undefined) return this.#visit(configuration, world, at, by);
			this.#steps++;
			const step = this.#options.chart.step(configuration, first);
			const name = this.#options.chart.names[first] as string;
			return this.#apply(step.next, step.effects, 0, world, at, `${by}, ${name}`, later);
		}
		const performed = this.#perform(world, effect);
		if (performed instanceof BrokenPromiseError)
			return this.#report(performed, at, `${by}, ${effect}`, world);
		for (const between of performed.between) this.#cut(between, at, `${by}, at ${effect}`);
		performed.results.forEach((result, index) => {
			const how = index === 0 ? by : `${by}, ${effect} not journaled`;
			const said = result.says === NOTHING ? says : [...says, result.says];
			this.#apply(configuration, effects, place + 1, result.world, at, how, said);
		});
	}

	#perform(known: Known, effect: string): Performed | BrokenPromiseError {
		const before = known.effects.get(effect);
		if (before) return before;
		let performed: Performed | BrokenPromiseError;
		try {
			const { between, results } = perform(known.world, effect);
			performed = {
				between: between.map((world) => this.#known(world)),
				results: results.map(({ world, says }) => ({
					world: this.#known(world),
					says: says === undefined ? NOTHING : this.#options.chart.index(says),
				})),
			};
		} catch (error) {
			if (!(error instanceof BrokenPromiseError)) throw error;
			performed = error;
		}
		known.effects.set(effect, performed);
		return performed;
	}

	#known(world: World): Known {
		const state = stateCode(world);
		const aside = asideCode(world);
		let known = this.#worlds.get(aside);
		if (!known) {
			known = new Map();
			this.#worlds.set(aside, known);
		}
		let one = known.get(state);
		if (!one) {
			one = new Known(this.#worldCount++, world, state);
			known.set(state, one);
		}
		return one;
	}

	#visit(configuration: Configuration, world: Known, at: number, by: string): void {
		const node = configuration.id * WORLDS_MAX + world.id;
		if (this.#nodes.has(node)) return;
		this.#nodes.add(node);
		let value = this.#values.get(configuration.value);
		if (value === undefined) {
			value = this.#values.size;
			this.#values.set(configuration.value, value);
		}
		this.#states.add(world.state * 64 + value);
		const place = { configuration, world };
		this.#places.push(place);
		this.#from.push(at);
		this.#by.push(by);
		try {
			judge(configuration, world.world);
		} catch (error) {
			if (!(error instanceof BrokenPromiseError)) throw error;
			this.#report(error, at, by, world);
		}
	}

	#report(error: BrokenPromiseError, at: number, by: string, { world }: Known): void {
		if (this.#told.has(error.message) || this.#violations.length >= this.#options.violationsMax) return;
		this.#told.add(error.message);
		const story: string[] = [`${by}; ${describe(world)}`];
		for (let place = at; place !== NOTHING; place = this.#from[place] as number) {
			const { configuration } = this.#places[place] as Place;
			story.unshift(`${this.#by[place]} -> ${configuration.leaf}`);
		}
		this.#violations.push({ promise: error.promise, message: error.message, story });
	}
}

/** What must hold wherever the window is. */
function judge(configuration: Configuration, world: World): void {
	const { snapshot, value, leaf } = configuration;
	const { context } = snapshot;
	expect(context.resumes <= LIMITS.resumesMax, "P8", "more sessions resume a download than may");
	expect(context.statusReads <= LIMITS.statusReadsMax, "P8", "the status is asked more often than it may be");
	if (snapshot.status === "active") {
		const busy = ELEMENTS_BUSY[leaf] ?? [];
		expect(
			world.asksOthers === "none" || busy.includes(world.asksOthers),
			"P7",
			`the elements still ${world.asksOthers} in ${leaf}`,
		);
		expect(
			!ENDS_WITH_ITS_STATE.includes(world.asksModem) || (MODEM_BUSY[leaf] ?? []).includes(world.asksModem),
			"P6",
			`the modem is still asked for ${world.asksModem} in ${leaf}`,
		);
		return;
	}
	if (value === "restarting") {
		expect(world.token !== "none", "P7", "a restart that the journal knows nothing of");
		return;
	}
	judgeEnd(world, context);
}

/** What must hold when monitoring is released. */
function judgeEnd(world: World, context: Configuration["snapshot"]["context"]): void {
	if (context.window === "closed") return;
	const { modem } = orderOf(world);
	const isMixedSaid = world.step !== "none" || context.outcome === "mixed" || context.set === "mixed";
	if (context.window === "open") {
		expect(context.outcome !== "", "P4", "a window closes without an outcome");
		expect(world.shut || isMixedSaid, "P1", "a window closes and leaves its session open");
	} else expect(context.set !== "" || isMixedSaid, "P4", "a recovery ends without saying how");
	const images = named(world, world.due);
	if (!isMixedSaid) {
		expect(
			images.every((image) => image === "new" || isOld(image)),
			"P7",
			"an image is left on trial, and the boot does not say mixed",
		);
		const isNew = images.every((image) => image === "new") && (!modem || world.version === "to");
		const isOldSet = images.every(isOld) && (!modem || world.version === world.began);
		expect(isNew || isOldSet, "P7", "a set is neither old nor new, and the boot does not say mixed");
		expect(
			!world.installing,
			"P7",
			"the modem installs when the window is closed, and the boot does not say mixed",
		);
		const saysNew = context.outcome === "updated" || context.outcome === "current" || context.set === "new";
		expect(saysNew ? isNew : true, "P5", "an update is called done that is not");
		expect(isNew && !isOldSet ? saysNew : true, "P5", "an update that is done is not called so");
	}
}
