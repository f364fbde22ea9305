import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { chartMutants } from "./chart-mutants.js";
import { allFiles, QUICK_FILES, textMutants } from "./plan.js";

export interface MutantResult {
	id: string;
	/** What found it; "" where nothing did. */
	by: string;
	costMs: number;
}

export interface MutantsRun {
	results: MutantResult[];
	/** Tests that cannot serve: they fail in this process without a mutant. */
	unfit: string[];
}

/** A mutant that takes longer than this hangs, and that is found. */
const HANGS_MS = { quick: 30_000, full: 120_000 } as const;
const START_MS = 300_000;

/** Runs every mutant in worker processes; one that hangs is killed, and its mutant counts as found. */
export async function runMutants(options: {
	quick: boolean;
	workers?: number;
	only?: readonly string[] | undefined;
	onProgress?: (done: number, all: number) => void;
}): Promise<MutantsRun> {
	const { quick, only, onProgress, workers = Math.min(2, availableParallelism()) } = options;
	const all = [
		...chartMutants().map(({ id }) => id),
		...textMutants(quick ? QUICK_FILES : allFiles()).map(({ id }) => id),
	];
	const ids = only ? all.filter((id) => only.includes(id)) : all;
	const results: MutantResult[] = [];
	const unfit = new Set<string>();
	let at = 0;

	const work = (): Promise<void> =>
		new Promise((resolve, reject) => {
			let worker: ChildProcess;
			let timer: NodeJS.Timeout;
			let current: string | undefined;
			const told = (result: MutantResult): void => {
				results.push(result);
				onProgress?.(results.length, ids.length);
			};
			const next = (): void => {
				clearTimeout(timer);
				current = ids[at++];
				if (current === undefined) {
					worker.disconnect();
					return resolve();
				}
				const id = current;
				timer = setTimeout(
					() => {
						worker.removeAllListeners();
						worker.kill("SIGKILL");
						told({ id, by: "it hangs", costMs: HANGS_MS.quick });
						start();
					},
					HANGS_MS[quick ? "quick" : "full"],
				);
				worker.send(current);
			};
			const start = (): void => {
				worker = fork(new URL("./worker.js", import.meta.url), [quick ? "quick" : "full"], {
					execArgv: ["--max-old-space-size=4000"],
					stdio: ["ignore", "ignore", "inherit", "ipc"],
				});
				timer = setTimeout(() => reject(new Error("Expected the worker to be ready")), START_MS);
				worker.on("message", (message: MutantResult & { ready?: number; unfit?: string }) => {
					if (message.unfit !== undefined) unfit.add(message.unfit);
					else if (message.ready !== undefined) next();
					else {
						told(message);
						next();
					}
				});
				worker.on("exit", () => {
					clearTimeout(timer);
					if (current === undefined) return;
					told({ id: current, by: "it ends the process", costMs: 0 });
					start();
				});
			};
			start();
		});
	await Promise.all(Array.from({ length: Math.max(1, workers) }, work));
	return { results, unfit: [...unfit] };
}
