import { Boot, type CutPoint, type Write } from "./boot.js";
import type { Truth } from "./checker/truth.js";
import type { ExplorerOptions, Found } from "./explorer.js";
import type { Snapshot } from "./snapshot.js";
import { beginning } from "./story.js";
import { tornSnapshot } from "./tears.js";
import type { World } from "./world.js";
import { WORLDS } from "./worlds.js";

const CUTS_MAX = 3;
/** Boots of one story, the cut ones and those that are left alone. */
const BOOTS_MAX = 9;
const LONG_BOOTS_MAX = 5;
/** A cut comes at a point below this; a boot that has fewer is not cut. */
const POINTS_MAX = 1_600;
/** Longer than most windows. */
const SWITCH_OFF_MS_MAX = 300_000;
const OPENS_FROM_MS = 655_026;

/** Times off, ms: at once, within the marks' pace, two of which must not add up, around the threshold, and long. */
const OFFS_MS: readonly (readonly [number, number])[] = [
	[0, 2_000],
	[2_000, 60_000],
	[300_000, 599_999],
	[590_000, 660_000],
	[OPENS_FROM_MS, 3_600_000],
	[OPENS_FROM_MS, 1_000_000],
];

export interface RandomResult {
	boots: number;
	cuts: number;
	violations: Found[];
	virtualMs: number;
	lines: string[];
}

export interface StoryOptions {
	/** Instead of one at random. */
	world?: World | undefined;
	/** A line of the trace about the state that each boot leaves. */
	tell?: (snapshot: Snapshot) => string;
}

/** mulberry32 */
function randomOf(seed: number): () => number {
	let state = seed | 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

export type Stories = Omit<RandomResult, "lines" | "violations"> & { violations: number };

const VIOLATIONS_MAX = 20;

/** One story after the other. */
export function randomStories(
	firstSeed: number,
	count: number,
	{ onFound, onProgress }: Pick<ExplorerOptions, "onFound" | "onProgress">,
): Stories {
	const stories: Stories = { boots: 0, cuts: 0, violations: 0, virtualMs: 0 };
	for (let i = 0; i < count; i++) {
		const { boots, cuts, violations, virtualMs } = randomStory(firstSeed + i);
		stories.boots += boots;
		stories.cuts += cuts;
		stories.virtualMs += virtualMs;
		for (const found of violations) onFound?.(found);
		stories.violations += violations.length;
		if (stories.violations >= VIOLATIONS_MAX) break;
		onProgress?.(i + 1, count);
	}
	return stories;
}

/** One story at random, no state of which is taken for another: the seed is all of it. */
export function randomStory(
	seed: number,
	isTraced = false,
	{ world: given, tell }: StoryOptions = {},
): RandomResult {
	const random = randomOf(seed);
	const upTo = (limit: number): number => Math.floor(random() * limit);
	const world = given ?? (WORLDS[upTo(WORLDS.length)] as World);
	const result: RandomResult = { boots: 0, cuts: 0, violations: [], virtualMs: 0, lines: [] };
	let state: { snapshot: Snapshot; truth: Truth } = beginning(world);
	let longBoots = 0;
	for (let boots = 0; boots < BOOTS_MAX && longBoots < LONG_BOOTS_MAX; boots++) {
		const [least, most] = OFFS_MS[upTo(OFFS_MS.length)] as readonly [number, number];
		const offMs = least + upTo(most - least);
		const isCut = result.cuts < CUTS_MAX && random() < 0.7;
		// Early points and late ones are as likely as each other, by order of magnitude.
		const at = isCut ? Math.floor(POINTS_MAX ** random()) : -1;
		const tear = isCut && random() < 0.3 ? `${random() < 0.5 ? "s" : "m"}` : undefined;
		const tornShare = random();
		// Whoever is not cut is switched off in order now and then, at any moment.
		const switchOffAtMs = !isCut && random() < 0.4 ? Math.floor(SWITCH_OFF_MS_MAX ** random()) : undefined;
		let next: { snapshot: Snapshot; truth: Truth } | undefined;
		const { whole, ...end } = new Boot({
			world,
			...state,
			offMs,
			...(switchOffAtMs === undefined ? {} : { switchOffAtMs }),
			onPoint: (point: CutPoint) => {
				if (tear !== undefined || point.ordinal < at || at < 0) return false;
				next = point.take();
				return true;
			},
			onWrite: (write: Write) => {
				if (tear === undefined || write.ordinal < at || at < 0) return false;
				const taken = write.take();
				const name = `${tear}${Math.floor(tornShare * write.value.byteLength)}`;
				next = { ...taken, snapshot: tornSnapshot(taken.snapshot, write, name) };
				return true;
			},
			...(isTraced
				? {
						onTrace: (atMs: number, text: string) =>
							result.lines.push(`${String(Math.round(atMs)).padStart(8)} ${text}`),
					}
				: {}),
		}).run();
		result.boots++;
		result.virtualMs += end.virtualMs;
		if (next) result.cuts++;
		if (whole && offMs >= OPENS_FROM_MS) longBoots++;
		if (isTraced)
			result.lines.push(
				`## boot ${boots + 1} of ${world.name}, ${offMs} ms off, ${next ? `cut at point ${at}${tear ? ", torn" : ""}` : whole ? "to its end" : `switched off after ${switchOffAtMs} ms`}: ${end.said}, ${end.side}`,
			);
		for (const violation of end.violations) {
			result.violations.push({ ...violation, seed: `random/${seed}` });
			if (isTraced) result.lines.push(`!! ${violation.promise}: ${violation.what}`);
		}
		state = next ?? { snapshot: end.snapshot, truth: end.truth };
		if (tell) result.lines.push(tell(state.snapshot));
		// Nobody left alone stays mixed.
		if (whole && end.side === "mixed" && longBoots >= 3 && world.comesHome !== false)
			result.violations.push({
				promise: "P7",
				what: `Expected a mixed set to be whole after ${longBoots} boots, it is not`,
				atMs: 0,
				seed: `random/${seed}`,
			});
		if (result.violations.length > 0) break;
	}
	return result;
}
