// Requirements: P1, P2, P3, P4, P5, P6, P7, P8, P9, R1, R5, R30
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Part, RunOptions } from "../prove/part.js";
import { PLACES, type Place } from "./boot.js";
import type { Found } from "./explorer.js";
import { randomStory } from "./random.js";
import { replay } from "./replay.js";
import { parseSeed, SeedError } from "./seed.js";
import type { Reply, Task } from "./worker.js";
import { SETS, TROUBLES, WORLDS } from "./worlds.js";

const WORKERS_MAX = 4;
const NEVER_MET = Number.MAX_SAFE_INTEGER;

/** What is searched, largest pieces first, so that the workers end together. */
function tasksOf({ quick, random, focus }: Pick<RunOptions, "quick" | "random" | "focus">): Task[] {
	const explore = (
		worlds: typeof WORLDS,
		{ cutsMax, tearEvery, bytewise }: { cutsMax: number; tearEvery: number; bytewise: boolean },
	): Task[] =>
		worlds.map(({ name }) => ({
			kind: "explore",
			world: name,
			cutsMax,
			tearEvery,
			tearAgain: true,
			bytewise,
			bootsMax: NEVER_MET,
		}));
	const stories = quick ? 400 : 20_000;
	const pieces = quick ? 2 : 40;
	const all = [
		...explore(
			TROUBLES,
			quick
				? { cutsMax: 1, tearEvery: 5_000, bytewise: false }
				: { cutsMax: 3, tearEvery: 1, bytewise: true },
		),
		...explore(
			SETS,
			quick ? { cutsMax: 2, tearEvery: 1, bytewise: false } : { cutsMax: 3, tearEvery: 1, bytewise: true },
		),
		...Array.from(
			{ length: pieces },
			(_, i): Task => ({
				kind: "random",
				firstSeed: random * 1_000_003 + i * stories,
				stories: stories / pieces,
			}),
		),
	];
	return all.filter((task) => (task.kind === "explore" ? task.world : "random").startsWith(focus));
}

interface Sum {
	boots: number;
	bootsSkipped: number;
	cuts: number;
	states: number;
	left: number;
	cutsByPlace: Record<Place, number>;
	randomBoots: number;
	mixedBootsMax: number;
	virtualMs: number;
}

async function run(options: RunOptions): ReturnType<Part["run"]> {
	const { report, progress, bail } = options;
	const tasks = tasksOf(options);
	const all = tasks.length;
	const sum: Sum = {
		boots: 0,
		bootsSkipped: 0,
		cuts: 0,
		states: 0,
		left: 0,
		cutsByPlace: Object.fromEntries(PLACES.map((place) => [place, 0])) as Record<Place, number>,
		randomBoots: 0,
		mixedBootsMax: 0,
		virtualMs: 0,
	};
	let done = 0;
	let broken = 0;
	const tell = (violations: readonly Found[]): void => {
		for (const { promise, what, seed } of violations) {
			if (bail && broken > 0) return;
			broken++;
			report({ promise, what, seed });
		}
	};
	const take = (reply: Reply): void => {
		if (reply.kind === "progress") return;
		done++;
		progress(done, all);
		if (reply.kind === "told") {
			const { boots, cuts, virtualMs, violations } = reply.told;
			sum.boots += boots;
			sum.randomBoots += boots;
			sum.cuts += cuts;
			sum.virtualMs += virtualMs;
			return tell(violations);
		}
		const { violations, cutsByPlace, mixedBootsMax, ...counts } = reply.explored;
		for (const name of ["boots", "bootsSkipped", "cuts", "states", "left", "virtualMs"] as const)
			sum[name] += counts[name];
		for (const place of PLACES) sum.cutsByPlace[place] += cutsByPlace[place];
		sum.mixedBootsMax = Math.max(sum.mixedBootsMax, mixedBootsMax);
		tell(violations);
	};
	const workers = Math.min(WORKERS_MAX, availableParallelism(), all);
	const isOver = (): boolean => bail && broken > 0;
	await Promise.all(Array.from({ length: workers }, () => serve(tasks, take, isOver)));
	return {
		figures: { boots: sum.boots, bootsSkipped: sum.bootsSkipped, cuts: sum.cuts },
		summary: summaryOf(sum),
	};
}

function summaryOf(sum: Sum): string[] {
	const places = PLACES.map((place) => `${place} ${sum.cutsByPlace[place]}`).join(", ");
	return [
		`${sum.boots} boots, ${sum.bootsSkipped} more skipped as seen already, ${sum.cuts} cuts; ${sum.randomBoots} of the boots at random`,
		`${sum.states} states that a cut can leave in ${WORLDS.length} worlds; ${Math.round(sum.virtualMs / 3_600_000)} hours of virtual time`,
		`cut points by place: ${places}`,
		`a set was mixed for ${sum.mixedBootsMax} boots at most`,
		...(sum.left > 0 ? [`${sum.left} boots were left out for want of budget`] : []),
	];
}

/** One worker, from its first piece of work to the last. */
function serve(tasks: Task[], take: (reply: Reply) => void, isOver: () => boolean): Promise<void> {
	return new Promise((resolve, reject) => {
		const worker = new Worker(new URL("./worker.js", import.meta.url), {
			// Almost nothing outlives the boot that made it.
			resourceLimits: { maxYoungGenerationSizeMb: 128 },
		});
		const next = (): void => {
			const task = isOver() ? undefined : tasks.shift();
			if (task) worker.postMessage(task);
			else worker.terminate().then(() => resolve(), reject);
		};
		worker.on("message", (reply: Reply) => {
			take(reply);
			if (reply.kind !== "progress" || isOver()) next();
		});
		worker.once("error", reject);
		next();
	});
}

async function replaySeed(seed: string, print: (line: string) => void): Promise<boolean> {
	const random = /^random\/(\d+)$/.exec(seed)?.[1];
	if (random !== undefined) {
		const { lines, violations } = randomStory(Number(random), true);
		for (const line of lines) print(line);
		return violations.length > 0;
	}
	const parsed = parseSeed(seed);
	const world = WORLDS.find(({ name }) => name === parsed.world);
	if (!world)
		throw new SeedError(`Expected one of ${WORLDS.map(({ name }) => name).join(", ")}, got ${parsed.world}`);
	let isBroken = false;
	for (const { title, lines, violations } of replay(world, parsed)) {
		print(`## ${title}`);
		for (const line of lines) print(line);
		for (const { promise, what, atMs } of violations) {
			isBroken = true;
			print(`!! ${promise} is broken after ${Math.round(atMs)} ms: ${what}`);
		}
	}
	return isBroken;
}

/** The power is cut everywhere, and every promise is looked at after every boot. */
export const powerCuts: Part = { name: "power-cuts", run, replay: replaySeed };
