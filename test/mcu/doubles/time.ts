import { board } from "./socket.js";

/** The SDK's `time`, as far as the firmware uses it. */
export default Object.freeze({
	get ticks() {
		return board().ticks();
	},
	/** 32-bit arithmetic, as in modTime.c. */
	delta: (start: number, end: number) => (end - start) | 0,
});
