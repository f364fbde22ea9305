import type { Request } from "../modem/requests.js";

/** Replies that are under way: one a kind of request at a time, so that a flood of requests makes no flood of replies. */
export class Replies {
	readonly #pending = new Set<Request>();

	/** How many replies the modem has not answered yet. */
	get pending(): number {
		return this.#pending.size;
	}

	/** Calls `reply` unless one to this kind of request is under way; it is until `done`. What `reply` throws passes. */
	once(request: Request, reply: (done: () => void) => void): void {
		if (this.#pending.has(request)) return;
		this.#pending.add(request);
		try {
			reply(() => this.#pending.delete(request));
		} catch (error) {
			this.#pending.delete(request);
			throw error;
		}
	}

	/** The modem is gone: no answer comes any more. */
	clear(): void {
		this.#pending.clear();
	}
}
