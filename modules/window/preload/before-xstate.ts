/**
 * Evaluated before xstate so that xstate can be preloaded into flash; `after-xstate.ts` undoes it.
 *
 * - xstate keeps a module-level WeakMap as a cache. Preloaded, it lies in read-only memory and refuses `set`, and a
 *   WeakMap in RAM refuses a key that lies in flash (xsMapSet.c of XS 17.9). So while xstate loads a stand-in takes its
 *   place: what is set while loading, for machines in flash, stays in a first store; once that refuses, a second one,
 *   in RAM, takes what is set for machines made later.
 * - xstate binds `console.log` while it loads; XS has no console.
 */
export const displaced = Object.freeze({
	WeakMap: globalThis.WeakMap,
	console: (globalThis as { console?: unknown }).console,
});

const RealWeakMap = displaced.WeakMap;

class LateWeakMap<Key extends WeakKey, Value> {
	readonly #early = new RealWeakMap<Key, Value>();
	#late: WeakMap<Key, Value> | undefined;

	get(key: Key): Value | undefined {
		return this.#late?.get(key) ?? this.#early.get(key);
	}

	has(key: Key): boolean {
		return this.#late?.has(key) || this.#early.has(key);
	}

	set(key: Key, value: Value): this {
		try {
			this.#early.set(key, value);
		} catch {
			this.#late ??= new RealWeakMap();
			this.#late.set(key, value);
		}
		return this;
	}

	delete(key: Key): boolean {
		return this.#late?.delete(key) || this.#early.delete(key);
	}
}

function ignore(): void {}

Object.assign(globalThis, { WeakMap: LateWeakMap });
if (displaced.console === undefined)
	Object.assign(globalThis, { console: { log: ignore, warn: ignore, error: ignore } });
