import type { SetBench } from "../support/set-bench.js";

/** The window is in this state, or in one within it. */
export function isAt(bench: SetBench, state: string): boolean {
	const last = bench.of("state").at(-1) as { value?: unknown } | undefined;
	const value = last?.value;
	const open = typeof value === "object" && value !== null && "open" in value ? value.open : value;
	return open === state || (typeof open === "object" && open !== null && state in open);
}

/** Goes on until the window is there; throws where it does not come to it. */
export function untilState(bench: SetBench, state: string): void {
	if (!bench.clock.runUntil(() => isAt(bench, state), 3_600_000))
		throw new Error(`Expected the window to come to ${state}`);
}
