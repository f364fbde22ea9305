import { bundleForXs } from "./bundle.js";
import { PRELUDE } from "./prelude.js";
import { type XsReply, XsWorker } from "./xs-worker.js";

/** A compiled file and all that it imports, loaded into an XS machine and frozen as if it were preloaded into flash. */
export class XsProgram {
	readonly #worker: XsWorker;

	/** Made by `load`. */
	constructor(worker: XsWorker) {
		this.#worker = worker;
	}

	/** Loads the compiled file `entry` and freezes everything. The caller closes the program. */
	static async load(entry: string): Promise<XsProgram> {
		const source = await bundleForXs(entry);
		const worker = new XsWorker();
		try {
			await worker.evaluate(PRELUDE);
			await worker.evaluate(source);
			await worker.evaluate("harness.freeze()");
			return new XsProgram(worker);
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
