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

/** Its second store is a variable of a closure: of what lies in flash, XS lets that change, and no #private field. */
class LateWeakMap<Key extends WeakKey, Value> {
	readonly get: (key: Key) => Value | undefined;
	readonly has: (key: Key) => boolean;
	readonly set: (key: Key, value: Value) => this;
	readonly delete: (key: Key) => boolean;

	constructor() {
		const early = new RealWeakMap<Key, Value>();
		let late: WeakMap<Key, Value> | undefined;
		this.get = (key) => late?.get(key) ?? early.get(key);
		this.has = (key) => late?.has(key) || early.has(key);
		this.set = (key, value) => {
			try {
				early.set(key, value);
			} catch {
				late ??= new RealWeakMap();
				late.set(key, value);
			}
			return this;
		};
		this.delete = (key) => late?.delete(key) || early.delete(key);
	}
}

function ignore(): void {}

Object.assign(globalThis, { WeakMap: LateWeakMap });
if (displaced.console === undefined)
	Object.assign(globalThis, { console: { log: ignore, warn: ignore, error: ignore } });
