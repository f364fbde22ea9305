/**
 * Evaluated before xstate so that xstate can be preloaded into flash; `after-xstate.ts` undoes it.
 *
 * - xstate keeps a module-level WeakMap as a cache. Preloaded, it would lie in read-only memory and refuse the first
 *   `set`, so for as long as xstate loads a stand-in takes its place that makes its store on the first use.
 * - xstate binds `console.log` while it loads; XS has no console.
 */
export const displaced = Object.freeze({
	WeakMap: globalThis.WeakMap,
	console: (globalThis as { console?: unknown }).console,
});

const RealWeakMap = displaced.WeakMap;

class LateWeakMap<Key extends WeakKey, Value> {
	#store: WeakMap<Key, Value> | undefined;

	get(key: Key): Value | undefined {
		return this.#store?.get(key);
	}

	has(key: Key): boolean {
		return this.#store?.has(key) ?? false;
	}

	set(key: Key, value: Value): this {
		this.#store ??= new RealWeakMap();
		this.#store.set(key, value);
		return this;
	}

	delete(key: Key): boolean {
		return this.#store?.delete(key) ?? false;
	}
}

function ignore(): void {}

Object.assign(globalThis, { WeakMap: LateWeakMap });
if (displaced.console === undefined)
	Object.assign(globalThis, { console: { log: ignore, warn: ignore, error: ignore } });
