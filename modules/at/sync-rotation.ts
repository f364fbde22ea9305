import type { SyncQuery } from "./sync-query.js";

/**
 * Chooses the identity query that a Channel sends to find its place again. One that may still be answered late is
 * not chosen; the one that worked last comes first, for some firmware knows only some of them.
 */
export class SyncRotation {
	readonly #queries: readonly SyncQuery[];
	readonly #lateAnswerMs: number;
	/** For each query the instant from which no late answer to it is expected any more. */
	readonly #freeFromMs: number[];
	#first = 0;

	constructor(queries: readonly SyncQuery[], lateAnswerMs: number) {
		if (queries.length === 0) throw new RangeError("Expected at least one sync query, got none");
		this.#queries = queries;
		this.#lateAnswerMs = lateAnswerMs;
		this.#freeFromMs = queries.map(() => 0);
	}

	/** A query that is safe to send now; undefined while every one of them may still be answered late. */
	next(nowMs: number): SyncQuery | undefined {
		for (let i = 0; i < this.#queries.length; i++) {
			const index = (this.#first + i) % this.#queries.length;
			if ((this.#freeFromMs[index] as number) <= nowMs) return this.#queries[index];
		}
		return undefined;
	}

	/** `command` was sent at `sentAtMs` and has no answer: what answers like it has to wait. */
	unanswered(command: string, sentAtMs: number): void {
		this.#queries.forEach((query, index) => {
			if (query.command === command || query.alike.includes(command))
				this.#freeFromMs[index] = sentAtMs + this.#lateAnswerMs;
		});
	}

	/** The modem does not know the query: others come first from now on. */
	refused(query: SyncQuery): void {
		this.#first = (this.#queries.indexOf(query) + 1) % this.#queries.length;
	}

	/** The query's own line and its OK came. The modem answers in order: nothing sent earlier will be answered now. */
	answered(query: SyncQuery): void {
		this.#first = this.#queries.indexOf(query);
		this.#freeFromMs.fill(0);
	}
}
