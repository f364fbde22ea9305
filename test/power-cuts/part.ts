// Requirements: P1, P2, P3, P4, P5, P6, P7, P8, P9, R1, R5, R30
import type { Part, Share, Told } from "../prove/part.js";
import { PLACES, type Place } from "./boot.js";
import { type Explored, Explorer, type ExplorerOptions } from "./explorer.js";
import { randomStories, randomStory, type Stories } from "./random.js";
import { replay } from "./replay.js";
import { parseSeed, SeedError } from "./seed.js";
import { SETS, TROUBLES, WORLDS } from "./worlds.js";

const NEVER_MET = Number.MAX_SAFE_INTEGER;

type Extent = Omit<ExplorerOptions, "world" | keyof Ears>;
/** Who hears of a piece while it is searched. */
type Ears = Required<Pick<ExplorerOptions, "onFound" | "onProgress">>;

const EVERYWHERE = {
	tearEvery: 1,
	tearAgain: true,
	bytewise: true,
	switchesOff: true,
	bootsMax: NEVER_MET,
} as const;
/** How far the worlds are searched: the sets with all their elements for every pair of cuts, or for three. */
const EXTENTS: Readonly<Record<"quick" | "long", Readonly<Record<"sets" | "troubles", Extent>>>> = {
	quick: {
		sets: { ...EVERYWHERE, cutsMax: 2 },
		troubles: { ...EVERYWHERE, cutsMax: 1, tearEvery: 5_000, switchesOff: false },
	},
	long: {
		sets: { ...EVERYWHERE, cutsMax: 3 },
		troubles: { ...EVERYWHERE, cutsMax: 3 },
	},
};
const RANDOM = {
	quick: { pieces: 2, stories: 400 },
	long: { pieces: 40, stories: 20_000 },
} as const;
/** About what one core takes, seconds. */
const COSTS = {
	quick: { sets: 20, troubles: 1, random: 2 },
	long: { sets: 300, troubles: 100, random: 60 },
} as const;

const lengthOf = ({ quick }: Share): "quick" | "long" => (quick ? "quick" : "long");

type Result = ({ kind: "explored" } & Omit<Explored, "violations">) | ({ kind: "told" } & Stories);

function sum(results: readonly Result[]): Told {
	const cutsByPlace = Object.fromEntries(PLACES.map((place) => [place, 0])) as Record<Place, number>;
	const all = {
		boots: 0,
		bootsSkipped: 0,
		cuts: 0,
		states: 0,
		left: 0,
		virtualMs: 0,
		randomBoots: 0,
		mixed: 0,
	};
	let worlds = 0;
	for (const result of results) {
		all.boots += result.boots;
		all.cuts += result.cuts;
		all.virtualMs += result.virtualMs;
		if (result.kind === "told") {
			all.randomBoots += result.boots;
			continue;
		}
		worlds++;
		for (const name of ["bootsSkipped", "states", "left"] as const) all[name] += result[name];
		for (const place of PLACES) cutsByPlace[place] += result.cutsByPlace[place];
		all.mixed = Math.max(all.mixed, result.mixedBootsMax);
	}
	const places = PLACES.map((place) => `${place} ${cutsByPlace[place]}`).join(", ");
	const { boots, bootsSkipped, cuts } = all;
	return {
		figures: { boots, bootsSkipped, cuts },
		summary: [
			`${boots} boots, ${bootsSkipped} more skipped as seen already, ${cuts} cuts; ${all.randomBoots} of the boots at random`,
			`${all.states} states that a cut can leave in ${worlds} worlds; ${Math.round(all.virtualMs / 3_600_000)} hours of virtual time`,
			`cut points by place: ${places}`,
			`a set was mixed for ${all.mixed} boots at most`,
			...(all.left > 0 ? [`${all.left} boots were left out for want of budget`] : []),
		],
	};
}

function worldOf(name: string): (typeof WORLDS)[number] {
	const world = WORLDS.find((each) => each.name === name);
	if (!world)
		throw new SeedError(`Expected one of ${WORLDS.map((each) => each.name).join(", ")}, got ${name}`);
	return world;
}

async function replaySeed(seed: string, print: (line: string) => void): Promise<boolean> {
	const random = /^random\/(\d+)$/.exec(seed)?.[1];
	if (random !== undefined) {
		const { lines, violations } = randomStory(Number(random), true);
		for (const line of lines) print(line);
		return violations.length > 0;
	}
	const parsed = parseSeed(seed);
	let isBroken = false;
	for (const { title, lines, violations } of replay(worldOf(parsed.world), parsed)) {
		print(`## ${title}`);
		for (const line of lines) print(line);
		for (const { promise, what, atMs } of violations) {
			isBroken = true;
			print(`!! ${promise} is broken after ${Math.round(atMs)} ms: ${what}`);
		}
	}
	return isBroken;
}

/** The power is cut everywhere, and every promise is looked at after every boot. A piece is a world, or stories at random. */
export const powerCuts: Part<Result> = {
	name: "power-cuts",

	pieces(share) {
		const length = lengthOf(share);
		const costs = COSTS[length];
		return [
			...SETS.map(({ name }) => ({ name, costSeconds: costs.sets })),
			...TROUBLES.map(({ name }) => ({ name, costSeconds: costs.troubles })),
			...Array.from({ length: RANDOM[length].pieces }, (_, i) => ({
				name: `random.${i}`,
				costSeconds: costs.random,
			})),
		];
	},

	run(piece, { report, progress, ...share }) {
		const ears: Ears = {
			onFound: ({ promise, what, seed }) => report({ promise, what, seed }),
			onProgress: progress,
		};
		const stories = /^random\.(\d+)$/.exec(piece)?.[1];
		return stories === undefined
			? exploreWorld(piece, share, ears)
			: tellStories(Number(stories), share, ears);
	},

	sum,
	replay: replaySeed,
};

function exploreWorld(name: string, share: Share, ears: Ears): Result {
	const world = worldOf(name);
	const extent = EXTENTS[lengthOf(share)][SETS.includes(world) ? "sets" : "troubles"];
	const { violations: _, ...explored } = new Explorer({ ...extent, ...ears, world }).explore();
	return { kind: "explored", ...explored };
}

function tellStories(piece: number, share: Share, ears: Ears): Result {
	const { stories, pieces } = RANDOM[lengthOf(share)];
	const count = stories / pieces;
	return { kind: "told", ...randomStories(share.random * 1_000_003 + piece * count, count, ears) };
}
