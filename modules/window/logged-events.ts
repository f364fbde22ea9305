import type { LogEntry } from "../log/event-log.js";
import type { ProductEvent } from "./events.js";

/** All that may be logged. */
export type LoggableEvent = ProductEvent;

type Name = LoggableEvent["event"];
type Logged = Partial<LogEntry> | undefined;
type Told<N extends Name> = Extract<LoggableEvent, { event: N }>;

const step = (event: Told<"staged" | "installed" | "accepted" | "rejected">): Logged => ({
	detail: `${event.element} ${event.version}`,
	lasting: true,
});

/**
 * Which events are logged, and as what; what is not here, or gives nothing, is not: states, progress, and what follows from the
 * rest. One write each.
 */
const LOGGED: { readonly [N in Name]?: (event: Told<N>) => Logged } = Object.freeze({
	order: (event: Told<"order">): Logged =>
		event.outcome === "in-force"
			? undefined
			: {
					reason: event.outcome === "refused" ? event.reason : event.outcome,
					detail: event.outcome === "refused" ? event.message : "",
					// A file that is refused is offered at each boot again.
					lasting: event.outcome === "accepted",
				},
	decided: ({ window, reason, offTime }: Told<"decided">): Logged => ({
		reason,
		detail: `${window}, off ${"atLeast" in offTime ? `${offTime.atLeast} ms` : offTime.unknown}`,
		lasting: window !== "closed",
	}),
	// The begin of a trial or an install; a power cut may leave it the last word.
	progress: ({ element, phase, percent }: Told<"progress">): Logged =>
		(phase === "trial" || phase === "install") && percent === 0
			? { event: phase, detail: element, lasting: true }
			: undefined,
	refused: ({ request, by, minutes }: Told<"refused">): Logged => ({
		reason: request,
		detail: by === "delay" ? `delayed ${minutes} min` : by,
		lasting: by === "refusal",
	}),
	element: ({ element, from, to, is, outcome }: Told<"element">): Logged => ({
		reason: outcome,
		detail: `${element} ${from || "?"} -> ${to}, is ${is || "?"}`,
		lasting: true,
	}),
	closed: ({ outcome, reason }: Told<"closed">): Logged => ({ reason, detail: outcome, lasting: true }),
	recovered: ({ set, reason }: Told<"recovered">): Logged => ({ reason, detail: set, lasting: true }),
	unguarded: ({ reason }: Told<"unguarded">): Logged => ({ reason }),
	uninvited: ({ element, from, is }: Told<"uninvited">): Logged => ({
		detail: `${element} ${from} -> ${is}`,
		lasting: true,
	}),
	prefetched: ({ element }: Told<"prefetched">): Logged => ({ detail: element, lasting: true }),
	staged: step,
	installed: step,
	accepted: step,
	rejected: step,
	restart: ({ element }: Told<"restart">): Logged => ({ detail: element, lasting: true }),
});

/** The event as an entry of the log; undefined where it is none. */
export function logged(event: LoggableEvent): LogEntry | undefined {
	const entry = (LOGGED[event.event] as ((event: LoggableEvent) => Logged) | undefined)?.(event);
	return entry && { event: event.event, reason: "", detail: "", lasting: false, ...entry };
}
