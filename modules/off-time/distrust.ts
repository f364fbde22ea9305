import type { Store } from "../io/store.js";
import { bytesFromAscii } from "../storage/bytes.js";

const KEY = "distrust";
const REASON_CHARS_MAX = 48;

/** The flag could not be set, or not taken away. */
export class DistrustError extends Error {
	override name = "DistrustError";
}

/**
 * "Do not believe the mark": a flag in another medium than the mark. Whatever is under its key sets it, a torn value
 * and an empty one too, and so does a medium that cannot be read.
 */
export class Distrust {
	readonly #store: Store;

	constructor({ store }: { store: Store }) {
		this.#store = store;
	}

	isSet(): boolean {
		try {
			return this.#store.read(KEY) !== undefined;
		} catch {
			return true;
		}
	}

	/** Writes nothing where it is set already, so that a lasting fault does not wear the medium. Throws DistrustError. */
	set(reason: string): void {
		try {
			if (this.#store.read(KEY) !== undefined) return;
			this.#store.write(KEY, bytesFromAscii(printable(reason)).buffer);
			if (this.#store.read(KEY) !== undefined) return;
		} catch (error) {
			throw new DistrustError(`Could not set the distrust flag: ${(error as Error).message}`);
		}
		throw new DistrustError("Expected the distrust flag to read back as set, got nothing");
	}

	/** Throws DistrustError where the flag is still there afterwards. */
	clear(): void {
		try {
			this.#store.delete(KEY);
			if (this.#store.read(KEY) === undefined) return;
		} catch (error) {
			throw new DistrustError(`Could not clear the distrust flag: ${(error as Error).message}`);
		}
		throw new DistrustError("Expected the distrust flag to be gone, it is still set");
	}
}

/** The reason is for whoever reads the flag's medium: shortened, and with "?" for what is not ASCII. */
function printable(reason: string): string {
	let text = "";
	for (const char of reason.slice(0, REASON_CHARS_MAX)) text += char >= " " && char <= "~" ? char : "?";
	return text;
}
