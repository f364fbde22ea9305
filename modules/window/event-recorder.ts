import type { LogEntry } from "../log/event-log.js";
import { type LoggableEvent, logged } from "./logged-events.js";

/** A boot says less than that before it releases monitoring; what is more is dropped. */
const WAITING_MAX = 8;

/**
 * Writes what happens into the log, and keeps it back where monitoring goes first (P3): what a boot says before its decision waits for
 * that; where the window stays closed, for `released`. In an open window and in a recovery each entry is written at once, before
 * the next step, for the power may go in between.
 */
export class EventRecorder {
	readonly #log: { append(entry: LogEntry): void };
	readonly #waiting: LogEntry[] = [];
	#isFree = false;

	constructor({ log }: { log: { append(entry: LogEntry): void } }) {
		this.#log = log;
	}

	/** Takes every event of the boot, in order, after whoever acts on `released` has acted. Never throws. */
	hear(event: LoggableEvent): void {
		const entry = logged(event);
		if (entry && this.#isFree) return this.#log.append(entry);
		if (entry && this.#waiting.length < WAITING_MAX) this.#waiting.push(entry);
		// A window that goes on after a planned restart says no decision, but its states. What is said before our own MCU starts
		// again would be lost with it.
		const mayWrite =
			event.event === "released" ||
			event.event === "state" ||
			event.event === "restart" ||
			(event.event === "decided" && event.window !== "closed");
		if (!mayWrite) return;
		this.#isFree = true;
		for (const waiting of this.#waiting.splice(0)) this.#log.append(waiting);
	}
}
