import { board } from "./socket.js";

/** The SDK's `timer`, as far as the firmware uses it. */
export default Object.freeze({
	set: (callback: () => void, delayMs: number) => board().setTimer(callback, delayMs),
	clear: (id: unknown) => board().clearTimer(id),
});
