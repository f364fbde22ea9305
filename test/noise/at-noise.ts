import type { CaseResult, Cases } from "./cases.js";
import { BRIEF_OFF_MS, Life, LONG_OFF_MS, MINUTE_MS, SECOND_MS } from "./life.js";
import { fillNoise, NOISE_KINDS, type NoiseKind } from "./noise-blocks.js";
import { Xorshift } from "./xorshift.js";

/** At 115,200 bit/s, 8N1, a line brings so many bytes in 100 ms. */
const LINE_BLOCK_BYTES = 1_152;
const LINE_BLOCK_MS = 100;
/** One kind of noise after the other, each for so long at most. */
const KIND_BLOCKS_MAX = 100;
/** Of each case, on average. */
const CASE_BLOCKS = 1_800;
const SMALL_CASE_BLOCKS = 12;

const STAGES = ["guard", "window", "no-job", "recovery", "no-order"] as const;

/** 800 s for the package, and a word of it every 8 s. */
const SLOW = { downloadBytesPerSecond: 500, progressStepPercent: 1 } as const;

/** Where in the product's life the noise begins, and how long each kind of it lasts. */
export interface NoiseStory {
	model: "HL7692" | "HL7800";
	prefetch: boolean;
	stage: (typeof STAGES)[number];
	/** From power-on to the first byte of noise. */
	afterMs: number;
	/** The modem itself is silent meanwhile: its bytes are lost. */
	deaf: boolean;
	/** The download takes longer than the window. */
	slow: boolean;
	noise: readonly { kind: NoiseKind; blocks: number; blockBytes: number }[];
	seed: number;
}

/** The story that a number stands for. */
export function noiseStory(seed: number, blocks: number): NoiseStory {
	const random = new Xorshift(seed);
	const noise: { kind: NoiseKind; blocks: number; blockBytes: number }[] = [];
	for (let left = blocks; left > 0; ) {
		const count = Math.min(left, 1 + random.below(KIND_BLOCKS_MAX));
		const blockBytes = random.oneIn(4) ? 1 + random.below(64) : LINE_BLOCK_BYTES;
		noise.push({ kind: random.pick(NOISE_KINDS), blocks: count, blockBytes });
		left -= count;
	}
	return {
		model: random.pick(["HL7692", "HL7800"]),
		prefetch: random.oneIn(3),
		stage: random.pick(STAGES),
		afterMs: random.oneIn(3) ? random.below(100) : random.below(90 * SECOND_MS),
		deaf: random.oneIn(5),
		slow: random.oneIn(6),
		noise,
		seed,
	};
}

/** A whole product with noise on its modem's line, then with quiet: what it promises it keeps, and then it goes on. */
export function liveThroughNoise(story: NoiseStory): CaseResult {
	const { model, prefetch, stage, afterMs, deaf, slow, noise, seed } = story;
	const random = new Xorshift(~seed);
	const life = new Life({ model, prefetch, behaviour: slow ? SLOW : {} });
	if (stage !== "no-job") life.job();
	if (stage === "no-order") {
		life.on();
		life.run(10 * MINUTE_MS);
		life.cut(LONG_OFF_MS);
	} else if (stage === "recovery") life.cutInInstall();
	else life.orderedThenOff(stage === "guard" ? BRIEF_OFF_MS : LONG_OFF_MS);
	life.on();
	life.run(afterMs);
	if (deaf) life.toHost = () => [];
	for (const { kind, blocks, blockBytes } of noise) {
		const block = new Uint8Array(blockBytes);
		for (let i = 0; i < blocks; i++) {
			// What is the same each time need not be made again.
			if (i === 0 || kind === "random" || kind === "printable" || kind === "mutated" || kind === "hostile")
				fillNoise(block, kind, random);
			life.noise(block);
			life.run(LINE_BLOCK_MS);
		}
		life.look();
	}
	life.toHost = undefined;
	// Longer than any window, and than the time from one look of the guard at the agreements to the next.
	life.run(25 * MINUTE_MS);
	const faults = life.end();
	const { agreements } = life.product.modemFlash;
	for (const mode of ["connect", "download", "install"] as const)
		if (!agreements[mode]) faults.push(`P1: agreement ${mode} is off after the noise`);
	life.cut(LONG_OFF_MS);
	life.on();
	life.run(15 * MINUTE_MS);
	return { faults: life.end(), log: life.log, noiseBytes: life.noiseBytes };
}

/** About 1.7 MB of noise each. */
export const atNoise: Cases = {
	name: "at",
	run: (number) => liveThroughNoise(noiseStory(number, CASE_BLOCKS)),
};

/** The same in small, for an engine without a compiler. */
export const atNoiseInSmall: Cases = {
	name: "at-small",
	run: (number) => liveThroughNoise(noiseStory(number, SMALL_CASE_BLOCKS)),
};
