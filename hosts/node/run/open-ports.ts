/** Ports that were opened and are not closed yet: a locked device can be opened again only when it is. */
export class OpenPorts {
	readonly #open = new Set<object>();
	#waiting: (() => void) | undefined;

	opened(port: object): void {
		this.#open.add(port);
	}

	closed(port: object): void {
		this.#open.delete(port);
		if (this.#open.size > 0) return;
		const done = this.#waiting;
		this.#waiting = undefined;
		done?.();
	}

	/** Calls `done` on a later turn, as soon as none is open. */
	whenClosed(done: () => void): void {
		if (this.#open.size === 0) setImmediate(done);
		else this.#waiting = () => setImmediate(done);
	}
}
