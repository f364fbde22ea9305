import { Boot, type BootEnd, type CutPoint, PLACES, type Place, type Write } from "./boot.js";
import type { Violation } from "./checker/boot-checker.js";
import type { Truth } from "./checker/truth.js";
import { type Cut, OFF_MS, OFFS, type Off, seedOf } from "./seed.js";
import type { Snapshot } from "./snapshot.js";
import { beginning } from "./story.js";
import { isOfEachKind, type Torn, tears, tornSnapshot } from "./tears.js";
import type { World } from "./world.js";

export interface ExplorerOptions {
	world: World;
	/** The most cuts in one update. */
	cutsMax: number;
	/** How many boots are executed at most; what is left then is said. */
	bootsMax: number;
	/** Of the bytes at which a write is torn, every so many-th one where it is the first cut. */
	tearEvery: number;
	/** Writes are torn in the cuts after the first one, too, at fewer bytes. */
	tearAgain: boolean;
	/** Bytes arrive one by one in boots that no cut came before. */
	bytewise: boolean;
	/** Boots that no cut came before are also switched off in order, at each state that they go through. */
	switchesOff: boolean;
	/** Told at once. */
	onFound?: (found: Found) => void;
	/** Boots that were executed, and those with the ones that wait. */
	onProgress?: (boots: number, all: number) => void;
}

export interface Found extends Violation {
	seed: string;
}

export interface Explored {
	boots: number;
	bootsSkipped: number;
	/** Cut points after which a boot was executed. */
	cuts: number;
	/** Cut points that were looked at, by place. */
	cutsByPlace: Record<Place, number>;
	states: number;
	/** Boots that were not executed for want of budget. */
	left: number;
	violations: Found[];
	/** Boots that a set was mixed for at most, until it was whole. */
	mixedBootsMax: number;
	virtualMs: number;
}

interface Node {
	snapshot: Snapshot;
	truth: Truth;
	off: Off;
	/** Where the power was cut so far: the way to this boot. */
	way: readonly Cut[];
	cuts: number;
	/** How the last write before the cut was torn. */
	torn: { write: Torn; name: string } | undefined;
	id: string;
}

/** What one boot came to, for what is asked of several in a row. */
interface Outcome {
	side: string;
	/** The state that it left, where it was the whole boot. */
	endKey: string | undefined;
	way: readonly Cut[];
}

/** With more, a world that breaks everywhere says nothing new. */
const VIOLATIONS_MAX = 50;

/**
 * One world, searched: each state that a cut can leave is booted once after a brief and once after a long time off, and
 * every boot adds the states that a cut in it would leave.
 */
export class Explorer {
	readonly #options: ExplorerOptions;
	readonly #levels: Node[][] = [];
	readonly #numbers = new Map<string, number>();
	readonly #seen = new Set<string>();
	readonly #seenTears = new Set<string>();
	/** Writes of which every tear was seen, and how many that were: most boots write what others wrote before them. */
	readonly #seenWrites = new Map<string, number>();
	/** Boots that have begun, by what they had become before they waited for anything. */
	readonly #begun = new Map<string, string>();
	readonly #outcomes = new Map<string, Outcome>();
	readonly #result: Explored = {
		boots: 0,
		bootsSkipped: 0,
		cuts: 0,
		cutsByPlace: Object.fromEntries(PLACES.map((place) => [place, 0])) as Record<Place, number>,
		states: 0,
		left: 0,
		violations: [],
		mixedBootsMax: 0,
		virtualMs: 0,
	};

	constructor(options: ExplorerOptions) {
		this.#options = options;
		for (let cuts = 0; cuts <= options.cutsMax; cuts++) this.#levels.push([]);
	}

	explore(): Explored {
		const { world, bootsMax, onProgress } = this.#options;
		const result = this.#result;
		this.#push(0, { ...beginning(world), way: [], torn: undefined }, "the beginning");
		for (const level of this.#levels)
			for (let node = level.pop(); node; node = level.pop()) {
				if (result.boots >= bootsMax || result.violations.length >= VIOLATIONS_MAX) {
					result.left++;
					continue;
				}
				this.#boot(node);
				if (result.boots % 64 === 0) onProgress?.(result.boots, result.boots + this.#waiting);
			}
		result.states = this.#seen.size / OFFS.length;
		this.#checkWholeAgain();
		return result;
	}

	get #waiting(): number {
		return this.#levels.reduce((sum, level) => sum + level.length, 0);
	}

	#boot(node: Node): void {
		const { world, cutsMax, bytewise, switchesOff } = this.#options;
		const result = this.#result;
		const isSwitchedOff = switchesOff && node.cuts === 0;
		const { truth, off, way, cuts, torn } = node;
		const snapshot = torn ? tornSnapshot(node.snapshot, torn.write, torn.name) : node.snapshot;
		let begun: string | undefined;
		const mayCut = cuts < cutsMax;
		const offAtMs = new Map<string, number>();
		const boot = new Boot({
			world,
			snapshot,
			truth,
			offMs: OFF_MS[off],
			bytewise: bytewise && cuts === 0,
			...(mayCut
				? {
						onPoint: (point: CutPoint) => {
							if (isSwitchedOff && point.place === "timer" && !offAtMs.has(point.key()))
								offAtMs.set(point.key(), point.atMs);
							return this.#onPoint(node, point);
						},
						onWrite: (write: Write) => this.#onWrite(node, write),
					}
				: {}),
			onStarted: (key) => {
				begun = `${this.#numberOf(key)}${boot.window}`;
				const known = this.#begun.get(begun);
				if (known === undefined) this.#begun.set(begun, node.id);
				return known !== undefined;
			},
		});
		const end = boot.run();
		result.boots++;
		result.virtualMs += end.virtualMs;
		for (const place of PLACES) result.cutsByPlace[place] += end.byPlace[place];
		for (const violation of end.violations) this.#found({ ...violation, seed: seedOf(world.name, way, off) });
		this.#remember(node, end, begun);
		for (const atMs of offAtMs.values()) this.#switchOff(node, atMs);
		if (end.whole)
			this.#push(
				cuts,
				{ snapshot: end.snapshot, truth: end.truth, way: [...way, { off, at: "end" }], torn: undefined },
				end.key,
			);
	}

	#switchOff({ snapshot, truth, off, way }: Node, switchOffAtMs: number): void {
		const { world, bytewise } = this.#options;
		const result = this.#result;
		const end = new Boot({ world, snapshot, truth, offMs: OFF_MS[off], bytewise, switchOffAtMs }).run();
		result.boots++;
		result.virtualMs += end.virtualMs;
		for (const violation of end.violations)
			this.#found({ ...violation, seed: seedOf(world.name, way, off, switchOffAtMs) });
	}

	#found(found: Found): void {
		const { violations } = this.#result;
		if (violations.length >= VIOLATIONS_MAX) return;
		violations.push(found);
		this.#options.onFound?.(found);
	}

	#remember(node: Node, end: BootEnd, begun: string | undefined): void {
		const { id, way, off } = node;
		// A torn state comes to what the state that it became comes to.
		if (id === "") return;
		if (end.whole)
			this.#outcomes.set(id, {
				side: end.side,
				endKey: `${this.#numberOf(end.key)}`,
				way: [...way, { off, at: "end" }],
			});
		else {
			const same = begun === undefined ? undefined : this.#outcomes.get(this.#begun.get(begun) as string);
			if (same) this.#outcomes.set(id, same);
		}
	}

	#onPoint(node: Node, point: CutPoint): boolean {
		const key = point.key();
		if (this.#isSeen(key)) {
			this.#result.bootsSkipped += OFFS.length;
			return false;
		}
		this.#result.cuts++;
		const way: Cut[] = [...node.way, { off: node.off, at: point.ordinal }];
		this.#push(node.cuts + 1, { ...point.take(), way, torn: undefined }, key);
		return false;
	}

	/** States are long texts, and there are few of them: each has a number. */
	#numberOf(key: string): number {
		let number = this.#numbers.get(key);
		if (number === undefined) {
			number = this.#numbers.size;
			this.#numbers.set(key, number);
		}
		return number;
	}

	#isSeen(key: string): boolean {
		return this.#seen.has(`${this.#numberOf(key)}${OFFS[0]}`);
	}

	#push(cuts: number, node: Omit<Node, "off" | "cuts" | "id">, key: string): void {
		for (const off of OFFS) {
			const id = `${this.#numberOf(key)}${off}`;
			if (this.#seen.has(id)) {
				this.#result.bootsSkipped++;
				continue;
			}
			this.#seen.add(id);
			this.#levels[cuts]?.push({ ...node, off, cuts, id });
		}
	}

	#onWrite(node: Node, write: Write): boolean {
		const { tearEvery, tearAgain } = this.#options;
		if (node.torn || (node.cuts > 0 && !tearAgain)) return false;
		const every = node.cuts === 0 ? tearEvery : undefined;
		const before = `${write.key} ${write.value.byteLength} ${this.#numberOf(write.stateKey)}`;
		const written = `${every} ${write.old === undefined} ${before}`;
		const seen = this.#seenWrites.get(written);
		if (seen !== undefined) {
			this.#result.bootsSkipped += OFFS.length * seen;
			return false;
		}
		let taken: ReturnType<Write["take"]> | undefined;
		let count = 0;
		for (const name of tears(write, every)) {
			count++;
			const key = `${name} ${before}`;
			if (this.#seenTears.has(key)) {
				this.#result.bootsSkipped += OFFS.length;
				continue;
			}
			this.#seenTears.add(key);
			this.#result.cuts++;
			this.#result.cutsByPlace["write-torn"]++;
			taken ??= write.take();
			const way: Cut[] = [...node.way, { off: node.off, at: write.ordinal, tear: name }];
			const torn = { write, name };
			for (const off of offsOf(write, name))
				this.#levels[node.cuts + 1]?.push({ ...taken, way, off, cuts: node.cuts + 1, torn, id: "" });
		}
		this.#seenWrites.set(written, count);
		return false;
	}

	/** A set that a cut left mixed is whole after a few boots that are left alone, however long the product is off before each. */
	#checkWholeAgain(): void {
		const { world } = this.#options;
		if (world.comesHome === false) return;
		const result = this.#result;
		for (const [id, { way }] of this.#outcomes) {
			const boots = this.#mixedBoots(id, 0);
			if (boots === undefined) continue;
			result.mixedBootsMax = Math.max(result.mixedBootsMax, boots);
			if (boots <= MIXED_BOOTS_MAX) continue;
			const what = `Expected a mixed set to be whole after ${MIXED_BOOTS_MAX} boots that nobody cuts, it is not`;
			const last = way.at(-1);
			this.#found({
				promise: "P7",
				what,
				atMs: 0,
				seed: seedOf(world.name, way.slice(0, -1), last?.off ?? "brief"),
			});
		}
	}

	/** The longest row of boots from here on that end mixed; undefined where it is not known. */
	#mixedBoots(id: string, depth: number): number | undefined {
		const outcome = this.#outcomes.get(id);
		if (!outcome) return undefined;
		if (outcome.side !== "mixed") return 0;
		if (depth > MIXED_BOOTS_MAX) return 1;
		let longest = 0;
		for (const off of OFFS)
			longest = Math.max(longest, this.#mixedBoots(`${outcome.endKey}${off}`, depth + 1) ?? 0);
		return 1 + longest;
	}
}

/** A set that is mixed is whole after so many boots that are left alone. */
const MIXED_BOOTS_MAX = 3;

/**
 * What a torn record of the off-time means depends on how long the product is off; what another one means does not, so that
 * a long time off is tried with one of each kind alone.
 */
function offsOf({ key, value }: Write, name: string): readonly Off[] {
	return /^(mark|boot)-/.test(key) || isOfEachKind(value, name) ? OFFS : ["brief"];
}
