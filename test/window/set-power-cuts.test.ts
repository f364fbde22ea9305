// Requirements: P7, R5
/**
 * P7: the power is cut in an update of four elements, two of them processors; the search of test/power-cuts, which cuts
 * everywhere, has one. Method: the update is run once to learn how long it takes and when something happens; then it is run again up
 * to an instant, the power is cut, briefly or for long, and the boots after it are watched: when monitoring is released the
 * set is all old or all new, or the boot has said `mixed`. Every twelfth instant, in a whole run each: test/support/share.ts.
 */
import test from "ava";
import { BRIEF_OFF_MS, HOUR_MS, LONG_OFF_MS, MINUTE_MS } from "../support/bench.js";
import { SetBench, type SetOptions } from "../support/set-bench.js";
import { shareOf } from "../support/share.js";

/** Boots after which every set has to be whole again. */
const BOOTS_MAX = 4;
const CUT_EVERY = 12;

interface After {
	/** What the first boot after the cut came to. */
	first: string;
	/** What the set is when monitoring is released in it. */
	side: string;
	faults: string[];
}

/** Instants worth a cut, in ms from the window's opening: around everything that happens, and in between. */
function instantsOf(options: SetOptions): number[] {
	const bench = new SetBench(options);
	bench.orderedThenOff(LONG_OFF_MS);
	const startMs = bench.clock.now();
	bench.on();
	if (!bench.until("released")) throw new Error("Expected the update to end");
	const instants = new Set<number>();
	const moments = bench.events.filter(({ event }) => event !== "progress").map(({ at }) => at - startMs);
	moments.forEach((ms, i) => {
		for (const around of [-1, 0, 1]) instants.add(Math.max(0, ms + around));
		// Long waits are cut in the middle as well.
		instants.add(Math.floor((ms + (moments[i + 1] ?? ms)) / 2));
	});
	return [...instants].sort((a, b) => a - b);
}

function cutAt(options: SetOptions, instantMs: number, offMs: number): After {
	const bench = new SetBench(options);
	bench.orderedThenOff(LONG_OFF_MS);
	bench.on();
	bench.run(instantMs);
	bench.cut(offMs);
	const faults: string[] = [];
	let first = "";
	let side = "";
	for (let boot = 1; boot <= BOOTS_MAX; boot++) {
		bench.forget();
		const onMs = bench.clock.now();
		bench.on();
		if (bench.of("released").length === 0 && !bench.until("released", 2 * HOUR_MS))
			return { first: "never released", side: bench.side, faults: ["never released"] };
		const { window } = bench.the("decided");
		const end = bench.of("closed")[0]?.outcome ?? bench.of("recovered")[0]?.set ?? "";
		const said = `${window} ${end}`.trim();
		if (boot === 1) {
			first = said;
			side = bench.side;
		}
		const isMixed = end === "mixed";
		if (bench.side === "mixed" && !isMixed)
			faults.push(`boot ${boot}, ${said}: ${JSON.stringify(bench.versions)} at the release`);
		if (window === "recover" && bench.clock.now() - onMs > 60_000)
			faults.push(`boot ${boot}: released after ${bench.clock.now() - onMs} ms`);
		const atRelease = JSON.stringify(bench.versions);
		bench.run(3 * MINUTE_MS);
		if (!isMixed && JSON.stringify(bench.versions) !== atRelease)
			faults.push(
				`boot ${boot}, ${said}: ${atRelease} became ${JSON.stringify(bench.versions)} while monitoring`,
			);
		if (!isMixed && bench.journal.open) faults.push(`boot ${boot}, ${said}: the journal is open`);
		bench.cut(boot % 2 === 0 ? LONG_OFF_MS : BRIEF_OFF_MS);
	}
	if (bench.side === "mixed") faults.push(`mixed after ${BOOTS_MAX} boots`);
	return { first, side, faults };
}

const SETS: readonly SetOptions[] = [
	{ model: "HL7800", source: "avms" },
	{ model: "HL7692", source: "local" },
];

for (const options of SETS) {
	const { model, source } = options;
	test(`P7: a cut in an update of two processors, our own MCU and an ${model} by ${source} leaves them old or new`, (t) => {
		const seen = new Set<string>();
		for (const instantMs of shareOf(instantsOf(options), CUT_EVERY))
			for (const offMs of [BRIEF_OFF_MS, LONG_OFF_MS]) {
				const { first, side, faults } = cutAt(options, instantMs, offMs);
				seen.add(`${first}, ${side}`);
				t.deepEqual(faults, [], `cut after ${instantMs} ms for ${offMs} ms: ${first}`);
			}
		for (const expected of ["closed, old", "open updated, new", "recover old, old", "closed, new"])
			t.true(seen.has(expected), `${expected} among ${[...seen].join("; ")}`);
	});
}
