import type { Request } from "../modem/requests.js";
import type { Decision } from "./decide.js";

export type ElementOutcome = "updated" | "current" | "failed" | "wrong-version";

export type ClosedOutcome = "updated" | "current" | "failed" | "deadline" | "mixed";

/** What a boot says of itself. Durations are milliseconds; the host adds `at`, ms since start. */
export type ProductEvent =
	| { event: "order"; outcome: "accepted" | "in-force" }
	| { event: "order"; outcome: "refused"; reason: string; message: string }
	| {
			event: "decided";
			window: Decision["window"];
			reason: Decision["reason"];
			offTime: { atLeast: number } | { unknown: string };
			opensFrom: number;
	  }
	| { event: "released" }
	| { event: "state"; value: unknown }
	| { event: "progress"; element: string; phase: "download" | "install"; percent: number }
	| { event: "refused"; request: Request; by: "delay" | "refusal"; minutes: number }
	| { event: "element"; element: string; from: string; to: string; is: string; outcome: ElementOutcome }
	| { event: "closed"; outcome: ClosedOutcome; reason: string }
	| { event: "recovered"; set: "old" | "new" | "mixed"; reason: string }
	| { event: "armed" }
	| { event: "unguarded"; reason: string }
	| { event: "uninvited"; element: string; from: string; is: string }
	| { event: "prefetched"; element: string }
	| { event: "session"; purpose: "prefetch" | "report" };
