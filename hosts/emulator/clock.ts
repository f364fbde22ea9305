/** The time that everything here lives in: milliseconds that only count up, and timers in them. */
export interface Clock {
	now(): number;
	setTimeout(callback: () => void, delayMs: number): unknown;
	clearTimeout(id: unknown): void;
}
