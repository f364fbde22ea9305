/**
 * Stories by chance: an update of a set, by any product, with any faults of its elements, whose power is cut up to three times
 * at any instant. The same seed is the same story: `node dist/test/set/stories.js FIRST COUNT` tells `COUNT` of them.
 */
import type { Behaviour } from "../../hosts/emulator/behaviour.js";
import type { ImageConduct, ProcessorBehaviour } from "../../hosts/emulator/processor-behaviour.js";
import { BRIEF_OFF_MS, LONG_OFF_MS, MINUTE_MS } from "../support/bench.js";
import { OTHERS, type Other, SetBench } from "../support/set-bench.js";
import { type Boot, watchBoot } from "./watch.js";

const CUTS_MAX = 3;
/** Boots after the last cut, in which whatever can be whole has become so. */
const BOOTS_AFTER = 4;
/** An undisturbed update is over by then. */
const UPDATE_MS = 8 * MINUTE_MS;

export interface Story {
	seed: number;
	/** What was done, for people. */
	told: string[];
	/** The boots that came to their release. */
	boots: Boot[];
	faults: string[];
	/** After the last boot. */
	side: "old" | "new" | "mixed";
	/** Nothing was wrong with the product but its power. */
	isSound: boolean;
}

/** Numbers by chance, the same for the same seed: xorshift, stirred, for seeds that follow each other. */
function chance(seed: number): (below: number) => number {
	let state = Math.imul(seed + 1, 0x9e3779b1) | 0 || 1;
	return (below) => {
		for (let i = 0; i < 3; i++) {
			state ^= state << 13;
			state ^= state >>> 17;
			state ^= state << 5;
		}
		return (state >>> 0) % below;
	};
}

const CONDUCTS: readonly ImageConduct[] = ["silent", "crashes", "keeps-itself"];
const SOUND_PROCESSORS: readonly Partial<ProcessorBehaviour>[] = [
	{},
	{ bootloader: "swap-scratch", frugal: true, indefinite: false },
	{ erasesPending: true, errors: "legacy" },
	{ noise: "log", answerDelayMs: 40 },
	{ swapMs: 2_000 },
	{ swapMs: 28_000, bootMs: 1_000 },
];
const SOUND_MODEMS: readonly Partial<Behaviour>[] = [
	{},
	{ cutInstall: "start" },
	{ cutInstall: "bootloader" },
	{ cutInstall: "lost" },
	{ installMs: 20_000, resultDelayMs: 0 },
	{ installAskedAfterDownload: false },
	{ downloadAfterPowerLoss: "restarts" },
];
const ODD_PROCESSORS: readonly Partial<ProcessorBehaviour>[] = [
	...CONDUCTS.map((conduct): Partial<ProcessorBehaviour> => ({ images: { "1.1.0": conduct } })),
	{ bootloader: "overwrite" },
	{ noDowngrade: true },
	{ slotBytes: 4_096 },
];
const ODD_MODEMS: readonly Partial<Behaviour>[] = [
	{ install: "fail" },
	{ install: "silent" },
	{ install: "wrong" },
	{ install: "hang" },
];

export function tellStory(seed: number): Story {
	const next = chance(seed);
	const pick = <T>(from: readonly T[]): T => from[next(from.length)] as T;
	const model = pick(["HL7692", "HL7800"] as const);
	const source = pick(["avms", "local", "none", "avms"] as const);
	let others: Other[] = OTHERS.filter(() => next(4) > 0);
	if (others.length === 0) others = ["self"];
	const isSound = next(3) > 0;
	const behaviours: Partial<Record<Other, Partial<ProcessorBehaviour>>> = {};
	for (const name of others) behaviours[name] = pick(SOUND_PROCESSORS);
	let behaviour = pick(SOUND_MODEMS);
	if (!isSound) {
		if (next(2) === 0) behaviour = pick(ODD_MODEMS);
		else behaviours[pick(others)] = pick(ODD_PROCESSORS);
	}
	const told = [JSON.stringify({ model, source, others, behaviours, behaviour })];
	const bench = new SetBench({ model, source, others, behaviours, bench: { behaviour } });
	bench.orderedThenOff(LONG_OFF_MS);
	const boots: Boot[] = [];
	const faults: string[] = [];
	for (let cuts = next(CUTS_MAX + 1); cuts > 0; cuts--) {
		bench.forget();
		bench.on();
		const onForMs = next(pick([2_000, 30_000, 90_000, UPDATE_MS]));
		bench.run(onForMs);
		const offMs = pick([BRIEF_OFF_MS, 500, LONG_OFF_MS]);
		const names = bench.events.map(({ event }) => event).filter((event) => event !== "progress");
		told.push(`on for ${onForMs} ms (${names.slice(-6)}), off for ${offMs} ms`);
		bench.cut(offMs);
	}
	for (let boot = 1; boot <= BOOTS_AFTER; boot++) {
		const watched = watchBoot(bench);
		boots.push(watched);
		faults.push(...watched.faults.map((fault) => `boot ${boot}: ${fault}`));
		told.push(`boot ${boot}: ${watched.said}, ${JSON.stringify(watched.versions)}`);
		bench.cut(boot % 2 === 0 ? LONG_OFF_MS : BRIEF_OFF_MS);
	}
	const { side } = bench;
	if (isSound && side === "mixed") faults.push(`mixed after ${BOOTS_AFTER} boots`);
	return { seed, told, boots, faults, side, isSound };
}

const [, file = "", first, count] = process.argv;
if (file.endsWith("stories.js")) {
	const ends = new Map<string, number>();
	for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
		let line: string;
		try {
			const { faults, told, side, isSound } = tellStory(seed);
			line = `${isSound ? "sound" : "odd"} ${side}`;
			if (faults.length > 0) console.log(seed, faults, told);
		} catch (error) {
			line = "threw";
			console.log(seed, error);
		}
		ends.set(line, (ends.get(line) ?? 0) + 1);
	}
	console.log(
		[...ends]
			.sort()
			.map(([end, times]) => `${end}: ${times}`)
			.join(", "),
	);
}
