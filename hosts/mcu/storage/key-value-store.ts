import type { Store } from "../../../modules/io/store.js";
import type { KeyValue, KeyValueDomain } from "./key-value.js";

/** The longest key that every medium takes: ESP-IDF, "Non-volatile Storage Library", "Keys and Values". */
export const KEY_CHARS_MAX = 15;

/** A key or a value that the medium does not take, or a value in it that is none of ours. */
export class KeyValueError extends Error {
	override name = "KeyValueError";
}

export interface KeyValueStoreOptions {
	keyValue: KeyValue;
	/** The domain; at most 15 characters on ESP32, 31 on parts with the SDK's own flash format. */
	path: string;
	/** The longest value that the medium takes; default: only the medium knows. The SDK's own flash format takes 63 bytes. */
	valueBytesMax?: number;
}

/** ECMA-419 key-value storage as a Store. Throws what the medium throws. */
export class KeyValueStore implements Store {
	#domain: KeyValueDomain | undefined;
	readonly #valueBytesMax: number;

	constructor({ keyValue, path, valueBytesMax }: KeyValueStoreOptions) {
		this.#valueBytesMax = valueBytesMax ?? Number.POSITIVE_INFINITY;
		this.#domain = keyValue.open({ path, mode: "r+", format: "buffer" });
	}

	/** May be called twice. */
	close(): void {
		this.#domain?.close();
		this.#domain = undefined;
	}

	/** Throws KeyValueError where the key holds a value of another format. */
	read(key: string): ArrayBuffer | undefined {
		const value = this.#openFor(key).read(key);
		if (value === undefined || value instanceof ArrayBuffer) return value;
		throw new KeyValueError(`Expected an ArrayBuffer under ${key}, got ${typeof value}`);
	}

	/** Throws KeyValueError for a value that is too long. */
	write(key: string, value: ArrayBuffer): void {
		const domain = this.#openFor(key);
		if (value.byteLength > this.#valueBytesMax)
			throw new KeyValueError(
				`Expected at most ${this.#valueBytesMax} bytes for ${key}, got ${value.byteLength}`,
			);
		domain.write(key, value);
	}

	delete(key: string): void {
		this.#openFor(key).delete(key);
	}

	#openFor(key: string): KeyValueDomain {
		if (key.length === 0 || key.length > KEY_CHARS_MAX)
			throw new KeyValueError(`Expected a key of 1 to ${KEY_CHARS_MAX} characters, got ${key}`);
		if (!this.#domain) throw new KeyValueError("Expected open storage, got closed storage");
		return this.#domain;
	}
}
