import { not } from "../../../modules/window/preload/xstate.js";

/** The opposite of a guard, as it stands in a transition. */
export function evaluateGuardOf(guard: unknown): unknown {
	return not(guard as never);
}
