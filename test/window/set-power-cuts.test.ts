/**
 * P7: the power is cut at every instant of an update of four elements. Method: the update is run once to learn how long it
 * takes and when something happens; then it is run again up to each instant, the power is cut, briefly or for long, and the boots
 * after it are watched: when monitoring is released the set is all old or all new, or the boot has said `mixed`.
 */
import test from "ava";
import { BRIEF_OFF_MS, HOUR_MS, LONG_OFF_MS, MINUTE_MS } from "../support/bench.js";
import { SetBench, type SetOptions } from "../support/set-bench.js";

/** Boots after which every set has to be whole again. */
const BOOTS_MAX = 4;

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
	let lastMs = 0;
	for (const { at } of [...bench.events, ...bench.sent].sort((a, b) => a.at - b.at)) {
		const sinceMs = at - startMs;
		for (let ms = lastMs; ms < sinceMs; ms += 3_000) instants.add(ms);
		for (const around of [-1, 0, 1]) if (sinceMs + around > 0) instants.add(sinceMs + around);
		lastMs = sinceMs;
	}
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
			faults.push(`boot ${boot}, ${said}: ${atRelease} became ${JSON.stringify(bench.versions)} while monitoring`);
		if (!isMixed && bench.journal.open) faults.push(`boot ${boot}, ${said}: the journal is open`);
		bench.cut(boot % 2 === 0 ? LONG_OFF_MS : BRIEF_OFF_MS);
	}
	if (bench.side === "mixed") faults.push(`mixed after ${BOOTS_MAX} boots`);
	return { first, side, faults };
}

for (const model of ["HL7800", "HL7692"] as const)
	for (const source of ["avms", "local", "none"] as const)
		test(`P7: a cut at any instant of an ${model}'s set, the modem by ${source}, leaves it old or new`, (t) => {
			const options: SetOptions = { model, source };
			const seen: Record<string, number> = {};
			for (const instantMs of instantsOf(options))
				for (const offMs of [BRIEF_OFF_MS, LONG_OFF_MS]) {
					const { first, side, faults } = cutAt(options, instantMs, offMs);
					const what = `${offMs === BRIEF_OFF_MS ? "brief" : "long"} cut: ${first}, ${side}`;
					seen[what] = (seen[what] ?? 0) + 1;
					t.deepEqual(faults, [], `cut after ${instantMs} ms for ${offMs} ms: ${first}`);
				}
			t.log(seen);
		});
