import type { ElementReason } from "../elements/element-error.js";
import type { Request } from "../modem/requests.js";
import type { Decision } from "./decide.js";

export type ElementOutcome = "updated" | "current" | "failed" | "wrong-version";

export type ClosedOutcome = "updated" | "current" | "failed" | "deadline" | "mixed";

/** A window that goes on after a planned restart was decided before it. */
export type DecidedReason = Exclude<Decision["reason"], "restarted">;

/** What a boot says of itself. Durations are milliseconds; the host adds `at`, ms since start. */
export type ProductEvent =
	| { event: "order"; outcome: "accepted" | "in-force" }
	| { event: "order"; outcome: "refused"; reason: string; message: string }
	| {
			event: "decided";
			window: Decision["window"];
			reason: DecidedReason;
			offTime: { atLeast: number } | { unknown: string };
			opensFrom: number;
	  }
	| { event: "released" }
	| { event: "state"; value: unknown }
	| { event: "progress"; element: string; phase: "download" | "write" | "trial" | "install"; percent: number }
	| { event: "refused"; request: Request; by: "delay" | "refusal"; minutes: number }
	| {
			event: "element";
			element: string;
			from: string;
			to: string;
			is: string;
			outcome: ElementOutcome;
			/** What went wrong with it, and what is to be done. */
			reason?: ElementReason;
			message?: string;
			remedy?: string;
	  }
	/** What an element beside the modem went through. */
	| { event: "staged" | "installed" | "accepted" | "rejected"; element: string; version: string }
	/** Our own MCU starts again on purpose; the window goes on in its next boot. */
	| { event: "restart"; element: string }
	| { event: "closed"; outcome: ClosedOutcome; reason: string }
	| { event: "recovered"; set: "old" | "new" | "mixed"; reason: string }
	| { event: "armed" }
	| { event: "unguarded"; reason: string }
	| { event: "uninvited"; element: string; from: string; is: string }
	| { event: "prefetched"; element: string }
	| { event: "session"; purpose: "prefetch" | "report" };
