/**
 * What a power cut leaves behind: an update of four elements is run once to learn its steps, then once more up to the middle of
 * each, and the power is cut there, for a moment and for long. The next boot tells the rest.
 */
import { shownDuration } from "../../hosts/node/shown-duration.js";
import { watchBoot } from "../set/watch.js";
import { BRIEF_OFF_MS, LONG_OFF_MS } from "../support/bench.js";
import { VERSIONS } from "../support/orders.js";
import { SetBench } from "../support/set-bench.js";

const MODEL = "HL7800";

/** The steps of an update, by what begins each. */
interface Step {
	name: string;
	beginsMs: number;
	endsMs: number;
}

function begun(): { bench: SetBench; startMs: number } {
	const bench = new SetBench({ model: MODEL });
	bench.orderedThenOff(LONG_OFF_MS);
	const startMs = bench.clock.now();
	bench.on();
	return { bench, startMs };
}

function stepsOf(): Step[] {
	const { bench, startMs } = begun();
	if (bench.of("released").length === 0) bench.until("released");
	const endMs = bench.clock.now() - startMs;
	const steps: Step[] = [];
	for (const { value, at } of bench.of("state")) {
		const name = nameOf(value);
		if (name === "closed") continue;
		const last = steps.at(-1);
		if (last?.name === name) continue;
		if (last) last.endsMs = at - startMs;
		steps.push({ name, beginsMs: at - startMs, endsMs: endMs });
	}
	// What takes no time cannot be cut in.
	return steps.filter(({ beginsMs, endsMs }) => endsMs > beginsMs);
}

/** `open.staging.downloading` is `staging.downloading`. */
function nameOf(value: unknown): string {
	if (typeof value === "string") return value;
	const [[key, inner] = ["", ""]] = Object.entries(value as object);
	return key === "open" ? nameOf(inner) : `${key}.${nameOf(inner)}`;
}

export interface Cut {
	step: string;
	/** From the window's opening. */
	cutMs: number;
	offMs: number;
	said: string;
	side: "old" | "new" | "mixed";
	versions: string;
	releasedAfterMs: number;
	faults: string[];
}

let made: Cut[] | undefined;

/** One for the middle of each step and each off-time; made once. */
export function powerCuts(): readonly Cut[] {
	if (made) return made;
	const cuts: Cut[] = [];
	for (const { name, beginsMs, endsMs } of stepsOf())
		for (const offMs of [BRIEF_OFF_MS, LONG_OFF_MS]) {
			const { bench } = begun();
			const cutMs = Math.floor((beginsMs + endsMs) / 2);
			bench.run(cutMs);
			bench.cut(offMs);
			const { said, side, versions, releasedAfterMs, faults } = watchBoot(bench);
			const { modem = "", ...others } = versions;
			const each = [...Object.values(others), wordOf(modem)].join(", ");
			cuts.push({ step: name, cutMs, offMs, said, side, versions: each, releasedAfterMs, faults });
		}
	made = cuts;
	return cuts;
}

const wordOf = (version: string): string =>
	version === VERSIONS[MODEL][1] ? "new" : version === VERSIONS[MODEL][0] ? "old" : version;

/** For people, as Markdown. */
export function powerCutTable(): string {
	const cuts = powerCuts();
	const rows = cuts
		.filter(({ offMs }) => offMs === BRIEF_OFF_MS)
		.map((brief) => {
			const long = cuts.find((cut) => cut.step === brief.step && cut !== brief) as Cut;
			return `| \`${brief.step}\` | ${shownSeconds(brief.cutMs)} | ${shownBoot(brief)} | ${shownBoot(long)} |`;
		});
	return [
		`| cut in | after | next boot, off for ${shownDuration(BRIEF_OFF_MS)} | next boot, off for ${shownDuration(LONG_OFF_MS)} |`,
		"|---|---|---|---|",
		...rows,
		"",
	].join("\n");
}

function shownBoot({ said, side, versions, releasedAfterMs }: Cut): string {
	const set = side === "mixed" ? versions : `all ${side}`;
	return `\`${said}\`: ${set}, monitoring after ${shownSeconds(releasedAfterMs)}`;
}

const shownSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
