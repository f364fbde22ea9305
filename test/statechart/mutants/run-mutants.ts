import { type ChildProcess, fork } from "node:child_process";
import { chartMutants } from "./chart-mutants.js";
import { allFiles, QUICK_FILES, textMutants } from "./plan.js";
import type { FromWorker, ToWorker } from "./worker.js";

export interface MutantResult {
	id: string;
	/** What found it; "" where nothing did. */
	by: string;
}

export interface MutantsRun {
	results: MutantResult[];
	/** Tests that cannot serve: they fail in this process without a mutant. */
	unfit: string[];
}

/** No detector takes so long: one that does with a mutant hangs, and that is found. */
const HANGS_MS = 20_000;
const START_MS = 60_000;
const IT_HANGS = "it hangs";

/** The mutants of the statechart, and those of files of modules/. */
export function mutantIds(quick: boolean): string[] {
	return [
		...chartMutants().map(({ id }) => id),
		...textMutants(quick ? QUICK_FILES : allFiles()).map(({ id }) => id),
	];
}

/** Runs mutants one by one in another process; one that hangs is killed with it, and counts as found. */
export function runMutants(options: {
	quick: boolean;
	ids: readonly string[];
	/** The ids are of detectors, which are to hold without a mutant. */
	areTests?: boolean;
	/** What found a mutant before: it is asked first. */
	foundBy?: ReadonlyMap<string, string>;
	onProgress?: (done: number, all: number) => void;
}): Promise<MutantsRun> {
	const { quick, ids, areTests = false, foundBy, onProgress } = options;
	const run: MutantsRun = { results: [], unfit: [] };

	return new Promise((resolve, reject) => {
		let worker: ChildProcess;
		let silence: NodeJS.Timeout;
		let isReady = false;
		const say = (message: ToWorker): void => void worker.send(message);
		const end = (): void => {
			clearTimeout(silence);
			worker.removeAllListeners();
			worker.kill("SIGKILL");
		};
		const next = (): void => {
			onProgress?.(run.results.length, ids.length);
			const id = ids[run.results.length];
			if (id !== undefined) return say(areTests ? { test: id } : { mutant: id, foundBy: foundBy?.get(id) });
			end();
			resolve(run);
		};
		/** The mutant that was running is found, and the next one needs another process. */
		const lose = (by: string): void => {
			end();
			if (!isReady) return reject(new Error(`Expected the process of the mutants to be ready, but ${by}`));
			const id = ids[run.results.length];
			if (id !== undefined) run.results.push({ id, by });
			start();
		};
		const listen = (): void => {
			clearTimeout(silence);
			silence = setTimeout(() => lose(IT_HANGS), isReady ? HANGS_MS : START_MS);
		};
		const hear = (message: FromWorker): void => {
			if ("unfit" in message) run.unfit.push(message.unfit);
			else if ("ready" in message) isReady = true;
			else if ("id" in message) run.results.push(message);
			listen();
			if ("id" in message || "ready" in message) next();
		};
		const start = (): void => {
			isReady = false;
			worker = fork(new URL("./worker.js", import.meta.url), [], {
				execArgv: ["--max-old-space-size=4000"],
				stdio: ["ignore", "ignore", "inherit", "ipc"],
			});
			worker.on("message", hear);
			worker.on("exit", () => lose("it ends the process"));
			say({ quick });
			listen();
		};
		start();
	});
}
