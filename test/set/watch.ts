/** One boot of a product with a set, watched from power-on until monitoring runs, by the promises that hold for every boot. */
import { DEFAULT_POLICY } from "../../modules/window/policy.js";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../support/bench.js";
import type { SetBench, Versions } from "../support/set-bench.js";

/** Planned restarts of one boot: one for the trial, one to go back. */
const RESTARTS_MAX = 2;
/** Each restart costs the time until the firmware runs again, which nobody measures. */
const RESTARTS_MS = 2 * SECOND_MS;
const OPEN_MAX_MS =
	DEFAULT_POLICY.windowMs + DEFAULT_POLICY.reportWithinMs + DEFAULT_POLICY.endWithinMs + RESTARTS_MS;
const RECOVERY_MAX_MS = DEFAULT_POLICY.recoverWithinMs + RESTARTS_MS;
const RELEASED_WITHIN_MS: Readonly<Record<string, number>> = {
	open: OPEN_MAX_MS,
	recover: RECOVERY_MAX_MS,
	closed: 0,
};
const MONITORED_MS = 3 * MINUTE_MS;

export interface Boot {
	/** `closed`, `open updated`, `recover old` and so on. */
	said: string;
	/** What the set is when monitoring starts. */
	side: "old" | "new" | "mixed";
	versions: Versions;
	/** From power-on until monitoring starts. */
	releasedAfterMs: number;
	restarts: number;
	faults: string[];
}

/** What the boot says that goes on; it has come to its release. */
export function bootOf(bench: SetBench, onMs: number): Boot {
	const [decided] = bench.of("decided");
	const window = decided?.window ?? "";
	const end = bench.of("closed")[0]?.outcome ?? bench.of("recovered")[0]?.set ?? "";
	const said = `${window} ${end}`.trim();
	const { side, versions } = bench;
	const releasedAfterMs = (bench.of("released")[0]?.at ?? Number.NaN) - onMs;
	const restarts = bench.of("restart").length;
	const faults: string[] = [];
	const expect = (isSo: boolean, what: string) => {
		if (!isSo) faults.push(`${said}: ${what}`);
	};
	for (const name of ["decided", "released"] as const)
		expect(bench.of(name).length === 1, `${bench.of(name).length} ${name}`);
	expect(bench.of("closed").length === (window === "open" ? 1 : 0), `${bench.of("closed").length} closed`);
	expect(
		bench.of("recovered").length === (window === "recover" ? 1 : 0),
		`${bench.of("recovered").length} recovered`,
	);
	const elements = bench.of("element").map(({ element }) => element);
	expect(new Set(elements).size === elements.length, `element told twice: ${elements}`);
	expect(restarts <= RESTARTS_MAX, `${restarts} restarts`);
	// A modem in a version that nobody ordered was told in the boot that found it; what can go on is an order's.
	expect(
		side !== "mixed" || end === "mixed" || !bench.isModemKnown,
		`${JSON.stringify(versions)} when monitoring starts`,
	);
	expect(end === "mixed" || !bench.journal.open, "the journal is open");
	expect(
		releasedAfterMs <= (RELEASED_WITHIN_MS[window] ?? 0) + RESTARTS_MS * restarts,
		`released after ${releasedAfterMs} ms`,
	);
	return { said, side, versions, releasedAfterMs, restarts, faults };
}

/** Power comes, and stays until monitoring has run for some minutes. */
export function watchBoot(bench: SetBench): Boot {
	bench.forget();
	const onMs = bench.clock.now();
	bench.on();
	const isReleased = bench.of("released").length > 0 || bench.until("released", 2 * HOUR_MS);
	const boot = bootOf(bench, onMs);
	if (!isReleased) boot.faults.push("never released");
	const before = JSON.stringify(bench.versions);
	bench.run(MONITORED_MS);
	const after = JSON.stringify(bench.versions);
	// A swap that a released recovery left alone may end.
	if (!boot.said.endsWith("mixed") && after !== before)
		boot.faults.push(`${boot.said}: ${before} became ${after} while monitoring`);
	return boot;
}
