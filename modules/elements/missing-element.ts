import type { Element, ElementDone, ElementStatus } from "./element.js";
import type { ElementError } from "./element-error.js";

const BLOCK_BYTES = 1;

/** Stands in for an element that the product does not have, or whose port does not open: it answers everything with why. */
export class MissingElement implements Element {
	readonly name: string;
	readonly restarts = false;
	readonly blockBytes = BLOCK_BYTES;
	readonly #error: ElementError;

	constructor({ name, error }: { name: string; error: ElementError }) {
		this.name = name;
		this.#error = error;
	}

	query(done: (error: ElementError | undefined, status: ElementStatus | undefined) => void): void {
		done(this.#error, undefined);
	}

	start(_image: unknown, done: (error: ElementError | undefined, offsetBytes: number) => void): void {
		done(this.#error, 0);
	}

	write(_offsetBytes: number, _block: Uint8Array, done: ElementDone): void {
		done(this.#error);
	}

	finish(done: ElementDone): void {
		done(this.#error);
	}

	install(_image: unknown, done: ElementDone): void {
		done(this.#error);
	}

	accept(_image: unknown, done: ElementDone): void {
		done(this.#error);
	}

	reject(_old: unknown, done: ElementDone): void {
		done(this.#error);
	}

	clean(done: ElementDone): void {
		done(this.#error);
	}

	cancel(): void {}

	close(): void {}
}
