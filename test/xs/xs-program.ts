import { bundleForXs } from "./bundle.js";
import { PRELUDE } from "./prelude.js";
import { type XsReply, XsWorker } from "./xs-worker.js";

/** A compiled file and all that it imports, loaded into an XS machine and frozen as if it were preloaded into flash. */
export class XsProgram {
	readonly #worker: XsWorker;
	/** What loading took: computrons, and the slots that stay; preloaded, these lie in flash. */
	readonly loading: { readonly computrons: number; readonly slots: number };

	private constructor(worker: XsWorker, loading: { computrons: number; slots: number }) {
		this.#worker = worker;
		this.loading = loading;
	}

	/** Loads the compiled file `entry` and freezes everything. The caller closes the program. */
	static async load(entry: string): Promise<XsProgram> {
		return await XsProgram.loadScript(await bundleForXs(entry));
	}

	/** As load(), of a script that bundleForXs() made. */
	static async loadScript(source: string): Promise<XsProgram> {
		const worker = new XsWorker();
		try {
			await worker.evaluate(PRELUDE);
			const before = await worker.evaluate("harness.collect()");
			const { compute } = await worker.evaluate(source);
			const after = await worker.evaluate("harness.collect()");
			await worker.evaluate("harness.freeze()");
			return new XsProgram(worker, {
				computrons: compute,
				slots: after.currentHeapCount - before.currentHeapCount,
			});
		} catch (error) {
			worker.close();
			throw error;
		}
	}

	/** Evaluates an expression in which `exports` are the file's exports; its value must be JSON. */
	async evaluate(expression: string): Promise<unknown> {
		const { text } = await this.#worker.evaluate(
			`(() => { const { exports } = bundle; return harness.reply(${expression}); })()`,
		);
		return JSON.parse(text);
	}

	/** Runs a statement in which `exports` are the file's exports, for its meter reading alone. */
	run(statement: string): Promise<XsReply> {
		return this.#worker.evaluate(`(() => { const { exports } = bundle; ${statement}; })()`);
	}

	/** Slots in use after a garbage collection. */
	async liveSlots(): Promise<number> {
		return (await this.#worker.evaluate("harness.collect()")).currentHeapCount;
	}

	/** True where an ArrayBuffer that was made while loading changed since: on a device it lies in flash. */
	async wroteToFlash(): Promise<boolean> {
		return (await this.evaluate("harness.changed()")) === true;
	}

	close(): void {
		this.#worker.close();
	}
}
