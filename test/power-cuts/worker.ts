import { parentPort } from "node:worker_threads";
import { type Explored, Explorer, type ExplorerOptions } from "./explorer.js";
import { type RandomResult, randomStory } from "./random.js";
import { WORLDS } from "./worlds.js";

/** One piece of work: a world to explore, or stories at random. */
export type Task =
	| ({ kind: "explore"; world: string } & Omit<ExplorerOptions, "world" | "onProgress">)
	| { kind: "random"; firstSeed: number; stories: number };

export type Reply =
	| { kind: "progress"; boots: number }
	| { kind: "explored"; task: Task; explored: Explored }
	| { kind: "told"; task: Task; told: Omit<RandomResult, "lines"> };

/** What both kinds of work tell. */
function work(task: Task): void {
	const tell = (reply: Reply): void => parentPort?.postMessage(reply);
	if (task.kind === "explore") {
		const world = WORLDS.find(({ name }) => name === task.world);
		if (!world) throw new RangeError(`Expected one of ${WORLDS.length} worlds, got ${task.world}`);
		const onProgress = (boots: number): void => tell({ kind: "progress", boots });
		return tell({ kind: "explored", task, explored: new Explorer({ ...task, world, onProgress }).explore() });
	}
	const told: Omit<RandomResult, "lines"> = { boots: 0, cuts: 0, violations: [], virtualMs: 0 };
	for (let story = 0; story < task.stories; story++) {
		const { boots, cuts, violations, virtualMs } = randomStory(task.firstSeed + story);
		told.boots += boots;
		told.cuts += cuts;
		told.virtualMs += virtualMs;
		if (told.violations.length < 20) told.violations.push(...violations);
		if (story % 64 === 63) tell({ kind: "progress", boots: told.boots });
	}
	tell({ kind: "told", task, told });
}

parentPort?.on("message", (task: Task) => work(task));
