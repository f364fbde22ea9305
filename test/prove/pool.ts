import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import type { Violation } from "./part.js";
import type { Task } from "./piece-process.js";

const PROCESSES_MAX = 16;
/** A piece says how far it is every few seconds, if it does not hang. */
const SILENCE_MAX_MS = 300_000;
/** Almost nothing outlives the boot that made it. */
const NODE_OPTIONS = ["--max-semi-space-size=64"];

/** What a process says of its piece: the last is its result, or an error that came out of it. */
export type Reply =
	| { violation: Violation }
	| { done: number; all: number }
	| { result: unknown }
	| { error: string };

export interface PoolOptions {
	/** In the order in which they begin. */
	tasks: readonly Task[];
	onViolation(task: Task, violation: Violation): void;
	onProgress(task: Task, share: number): void;
	onResult(task: Task, result: unknown): void;
	/** A piece that cannot be searched to its end: an error came out of it, its process ended, or it hangs. */
	onLost(task: Task, why: string): void;
	/** Asked after each violation: nothing more is to be searched. */
	isEnough(): boolean;
}

/** Searches all pieces, with a process for each core. */
export async function searchAll(options: PoolOptions): Promise<void> {
	const tasks = [...options.tasks];
	const processes = Math.min(PROCESSES_MAX, availableParallelism(), tasks.length);
	await Promise.all(Array.from({ length: processes }, () => serve(tasks, options)));
}

/** One process after the other, until no task is left; one that is lost takes its piece with it. */
async function serve(tasks: Task[], options: PoolOptions): Promise<void> {
	while (tasks.length > 0 && !options.isEnough()) {
		const child = fork(new URL("./piece-process.js", import.meta.url), [], { execArgv: NODE_OPTIONS });
		try {
			for (let task = tasks.shift(); task && !options.isEnough(); task = tasks.shift())
				if (!(await searchOne(child, task, options))) break;
		} finally {
			child.removeAllListeners();
			child.kill("SIGKILL");
		}
	}
}

/** False where the process is of no use any more. */
function searchOne(child: ChildProcess, task: Task, options: PoolOptions): Promise<boolean> {
	return new Promise((resolve) => {
		let silence: NodeJS.Timeout;
		const end = (isUsable: boolean): void => {
			clearTimeout(silence);
			clearInterval(enough);
			child.removeAllListeners();
			resolve(isUsable);
		};
		const lose = (why: string): void => {
			options.onLost(task, why);
			end(false);
		};
		const listen = (): void => {
			clearTimeout(silence);
			silence = setTimeout(
				() => lose(`it hangs: nothing was heard of it for ${SILENCE_MAX_MS} ms`),
				SILENCE_MAX_MS,
			);
		};
		// Another process may have found what is enough.
		const enough = setInterval(() => {
			if (options.isEnough()) end(false);
		}, 50);
		child.on("message", (reply: Reply) => {
			listen();
			if ("violation" in reply) options.onViolation(task, reply.violation);
			else if ("result" in reply) {
				options.onResult(task, reply.result);
				return end(true);
			} else if ("error" in reply) return lose(reply.error);
			else options.onProgress(task, reply.done / Math.max(1, reply.all));
			if (options.isEnough()) end(false);
		});
		child.once("error", (error) => lose(error.message));
		child.once("exit", (status, signal) => lose(`its process ended with ${signal ?? status}`));
		listen();
		child.send(task);
	});
}
