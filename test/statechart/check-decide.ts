import { UNKNOWN_REASONS } from "../../modules/off-time/reasons.js";
import type { JournalRecord, SetStep } from "../../modules/set/journal.js";
import { decide, type Facts } from "../../modules/window/decide.js";
import type { Violation } from "./explore.js";

const THRESHOLD_MS = 600_000;
const ATTEMPTS_MAX = 3;
const DIGEST = "the-order";

const OFF_TIMES: readonly Facts["offTime"][] = [
	...UNKNOWN_REASONS.map((unknown) => ({ unknown })),
	...[Number.NaN, -1, 0, THRESHOLD_MS - 1, THRESHOLD_MS, THRESHOLD_MS + 1, 1e12].map((atLeastMs) => ({
		atLeastMs,
	})),
];
const ORDERS: readonly Facts["order"][] = [
	undefined,
	{ digest: DIGEST, modem: undefined },
	{ digest: DIGEST, modem: { to: "new" } },
];

function journals(): (JournalRecord | undefined)[] {
	const records: (JournalRecord | undefined)[] = [undefined];
	for (const step of ["none", "trial", "commit", "sent"] as const satisfies readonly SetStep[])
		for (const order of ["", DIGEST, "another"])
			for (const inForce of ["", DIGEST, "another"])
				for (const seen of ["", "old", "new"])
					for (const attempts of [0, ATTEMPTS_MAX - 1, ATTEMPTS_MAX, ATTEMPTS_MAX + 1])
						records.push({
							order,
							element: "modem",
							from: "old",
							to: "new",
							others: [],
							step,
							restart: null,
							package: "none",
							installMayResume: false,
							reportOwed: false,
							inForce,
							seen,
							attempts,
							prefetchedAtMs: 0,
						});
	return records;
}

/** What the design says of a boot, in its own order (section 4, "Boot"). */
function expected({ offTime, journal, order, restarted }: Facts): string {
	if (!journal) return "closed journal-damaged";
	const isOpen = journal.step !== "none";
	if (isOpen) return restarted ? "open restarted" : "recover journal-open";
	const isInForce =
		order &&
		journal.inForce === order.digest &&
		(order.modem === undefined || journal.seen === order.modem.to);
	if (order === undefined || isInForce) return "closed nothing-to-do";
	if (journal.attempts >= ATTEMPTS_MAX && journal.order === order.digest) return "closed given-up";
	if ("unknown" in offTime) return `closed ${offTime.unknown}`;
	return offTime.atLeastMs >= THRESHOLD_MS ? "open off-long-enough" : "closed off-too-short";
}

/** Every combination of what a boot may know, at the edges of what is a number. */
export function checkDecide(): { facts: number; violations: Violation[] } {
	const violations: Violation[] = [];
	let facts = 0;
	for (const journal of journals())
		for (const order of ORDERS)
			for (const offTime of OFF_TIMES)
				for (const restarted of [false, true]) {
					facts++;
					const given: Facts = {
						offTime,
						thresholdMs: THRESHOLD_MS,
						journal,
						order,
						attemptsMax: ATTEMPTS_MAX,
						restarted,
					};
					const { window, reason } = decide(given);
					const wanted = expected(given);
					const isProven = "atLeastMs" in offTime && offTime.atLeastMs >= THRESHOLD_MS;
					const isOpenUnproven =
						window === "open" && !isProven && !(restarted && journal && journal.step !== "none");
					if (`${window} ${reason}` === wanted && !isOpenUnproven) continue;
					violations.push({
						promise: "P2",
						message: `Expected ${wanted}, got ${window} ${reason}`,
						story: [JSON.stringify(given)],
					});
				}
	return { facts, violations };
}
