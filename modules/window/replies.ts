import type { Request } from "../modem/requests.js";

/** What is asked again and again. */
type Kind = Request | "status";

/**
 * Replies to requests, and questions, that are under way: one of a kind at a time, so that a flood of indications makes
 * no flood of commands.
 */
export class Replies {
	readonly #pending = new Set<Kind>();

	/** How many replies the modem has not answered yet. */
	get pending(): number {
		return this.#pending.size;
	}

	/** Calls `reply` unless one of this kind is under way; it is until `done`. What `reply` throws passes. */
	once(kind: Kind, reply: (done: () => void) => void): void {
		if (this.#pending.has(kind)) return;
		this.#pending.add(kind);
		try {
			reply(() => this.#pending.delete(kind));
		} catch (error) {
			this.#pending.delete(kind);
			throw error;
		}
	}

	/** The modem is gone: no answer comes any more. */
	clear(): void {
		this.#pending.clear();
	}
}
