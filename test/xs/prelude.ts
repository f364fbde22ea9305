/**
 * Evaluated first in every XS machine. It makes the globals those of a Moddable device, keeps what the harness needs in
 * `harness`, and imitates what preloading into flash does to a program:
 *
 * - all that can be reached from the globals and from the bundle's module-level names is frozen, prototypes included;
 * - JSON.stringify refuses frozen objects and lists, as it does what lies in flash (harsher than a device,
 *   which takes those that are frozen in RAM);
 * - a Map, Set, WeakMap or WeakSet that was made while loading refuses to change, as one in read-only memory does;
 * - a WeakMap or WeakSet refuses a frozen key, for a key that lies in flash is refused (harsher than a device, which
 *   takes a frozen key that lies in RAM);
 * - an ArrayBuffer that was made while loading must not change: `harness.changed()` tells whether one did, for this
 *   engine has no read-only buffer. One that is all zeros is filled with a pattern first, so that a scratch buffer is
 *   found out that is cleared after use. (A table of zeros would be spoiled by that; say its length instead.)
 *
 * The last three hold for what the program makes with `new` and not for what the engine makes by itself.
 * Private fields and module-level `let` stay writable: on a device XS keeps changes to them in RAM.
 */
export const PRELUDE = `(() => {
"use strict";
const { harden, gc, TextEncoder } = globalThis;
// The worker has these, a device does not (or not by these names), so a program that needs them must fail.
for (const name of ["issueCommand", "print", "performance", "currentMeterLimit", "resetMeter", "TextDecoder",
	"TextEncoder", "Base64", "setImmediate", "gc", "harden", "global"])
	delete globalThis[name];

const kept = new Map();
let loading = true;
const restore = [];
const collections = [];
const buffers = [];

const refusers = new Map([
	[Map, ["set", "delete", "clear"]],
	[Set, ["add", "delete", "clear"]],
	[WeakMap, ["set", "delete"]],
	[WeakSet, ["add", "delete"]],
]);
for (const [Real, names] of refusers)
	standIn(Real, (made) => collections.push([made, names]));
for (const Real of [Uint8Array, Int8Array, Uint8ClampedArray, Uint16Array, Int16Array, Uint32Array, Int32Array,
	Float32Array, Float64Array, BigInt64Array, BigUint64Array])
	standIn(Real, (made) => buffers.push([made.buffer, undefined]));
standIn(ArrayBuffer, (made) => buffers.push([made, undefined]));

function standIn(Real, onMade) {
	const name = Real.name;
	const Recorder = function (...parameters) {
		if (new.target === undefined) return Real(...parameters);
		const made = Reflect.construct(Real, parameters, new.target === Recorder ? Real : new.target);
		if (loading) onMade(made);
		return made;
	};
	Object.setPrototypeOf(Recorder, Real);
	Object.defineProperty(Recorder, "name", { value: name });
	Object.defineProperty(Recorder, "prototype", { value: Real.prototype });
	globalThis[name] = Recorder;
	restore.push(() => { globalThis[name] = Real; });
}

const hidden = [
	function* () {}, async function () {}, async function* () {},
	[][Symbol.iterator](), ""[Symbol.iterator](), "".matchAll(/a/g),
	new Map()[Symbol.iterator](), new Set()[Symbol.iterator](),
].map(Object.getPrototypeOf);

function refuseFrozen(value) {
	if (typeof value !== "object" || value === null) return;
	if (Object.isFrozen(value)) throw new TypeError("JSON.stringify: read only value, as one that lies in flash");
	for (const key of Object.keys(value)) refuseFrozen(value[key]);
}

function bytesOf(buffer) {
	return Array.from(new Uint8Array(buffer)).join();
}

globalThis.harness = {
	freeze() {
		loading = false;
		for (const back of restore) back();
		for (const [made, names] of collections)
			for (const name of names)
				Object.defineProperty(made, name, { value() {
					throw new TypeError(name + ": this " + made[Symbol.toStringTag] + " was made while loading and is read-only in flash");
				} });
		const { stringify } = JSON;
		JSON.stringify = (value, ...rest) => {
			refuseFrozen(value);
			return stringify(value, ...rest);
		};
		for (const [prototype, name] of [[WeakMap.prototype, "set"], [WeakSet.prototype, "add"]]) {
			const method = prototype[name];
			prototype[name] = function (key, value) {
				if (Object.isFrozen(key)) throw new TypeError("key: read-only, as one that lies in flash");
				return method.call(this, key, value);
			};
		}
		for (const entry of buffers) {
			const bytes = new Uint8Array(entry[0]);
			if (bytes.every((byte) => byte === 0)) bytes.fill(0xa5);
			entry[1] = bytesOf(entry[0]);
		}
		const roots = globalThis.bundle.roots();
		for (const root of [...hidden, ...roots]) harden(root);
		harden(globalThis);
	},
	changed() {
		return buffers.some(([buffer, before]) => bytesOf(buffer) !== before);
	},
	keep(name, value) {
		kept.set(name, value);
	},
	kept(name) {
		return kept.get(name);
	},
	collect() {
		gc();
	},
	reply(value) {
		return new TextEncoder().encode(JSON.stringify(value)).buffer;
	},
};
})();`;
