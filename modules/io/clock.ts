/**
 * Time that only counts: milliseconds since the MCU started, never set, never backwards.
 * Its two timer functions are the ones that xstate's `clock` option asks for.
 */
export interface Clock {
	/** Milliseconds since start; never falls. */
	now(): number;
	setTimeout(callback: () => void, delayMs: number): unknown;
	clearTimeout(id: unknown): void;
}
