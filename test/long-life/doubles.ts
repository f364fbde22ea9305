/** What stands in for the SDK's `time`, so that a test moves it: ticks are 32 bits wide and signed, as an MCU's. */
export const moved = { ticks: 0, timers: 0 };

/** The SDK's `time`. */
const Time = Object.freeze({
	get ticks(): number {
		return moved.ticks | 0;
	},
	/** 32-bit arithmetic, as in modTime.c. */
	delta: (start: number, end: number) => (end - start) | 0,
	/** The SDK's `timer`. */
	set: () => ++moved.timers,
	clear: () => {},
});

export default Time;
