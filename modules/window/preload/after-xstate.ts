import { Actor, StateMachine } from "xstate";
import { displaced } from "./before-xstate.js";

/**
 * Evaluated after xstate: puts back what `before-xstate.ts` displaced, and makes room for the bound methods.
 *
 * The constructors below say `this.send = this.send.bind(this)`. Preloaded, the prototype is frozen, and an assignment
 * to a name that a frozen prototype holds is an error; a setter on the prototype takes the assignment instead.
 */
const BOUND_METHODS: readonly (readonly [prototype: object, names: readonly string[]])[] = [
	[
		StateMachine.prototype,
		["transition", "getInitialSnapshot", "getPersistedSnapshot", "restoreSnapshot", "start"],
	],
	[Actor.prototype, ["send"]],
];

for (const [prototype, names] of BOUND_METHODS) for (const name of names) takeAssignment(prototype, name);

Object.assign(globalThis, { WeakMap: displaced.WeakMap });
if (displaced.console === undefined) delete (globalThis as { console?: unknown }).console;

function takeAssignment(prototype: object, name: string): void {
	const method: unknown = Reflect.get(prototype, name);
	Object.defineProperty(prototype, name, {
		configurable: true,
		enumerable: false,
		get() {
			return method;
		},
		set(value: unknown) {
			Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
		},
	});
}
