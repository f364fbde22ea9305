import type { ProductEvent } from "../../modules/window/events.js";

import { EXIT_INPUT, EXIT_OK } from "./exit-status.js";

const EXIT_CLOSED = 3;
const EXIT_NOT_UPDATED = 4;
const EXIT_MIXED = 5;

/** The exit status of `run` from the events of its boot: the first row that applies. */
export function runStatus(events: readonly ProductEvent[]): number {
	for (const { holds, status } of ROWS) if (events.some(holds)) return status;
	return EXIT_CLOSED;
}

const ROWS: readonly { holds: (event: ProductEvent) => boolean; status: number }[] = [
	{ holds: (event) => event.event === "order" && event.outcome === "refused", status: EXIT_INPUT },
	{ holds: (event) => event.event === "closed" && event.outcome === "mixed", status: EXIT_MIXED },
	{ holds: (event) => event.event === "recovered" && event.set === "mixed", status: EXIT_MIXED },
	{ holds: (event) => event.event === "recovered" && event.set === "new", status: EXIT_OK },
	{
		holds: (event) =>
			event.event === "closed" && (event.outcome === "updated" || event.outcome === "current"),
		status: EXIT_OK,
	},
	{ holds: (event) => event.event === "recovered" || event.event === "closed", status: EXIT_NOT_UPDATED },
];
