import type { Direction } from "../../hosts/emulator/wire.js";
import { ElementError } from "../../modules/elements/element-error.js";
import { NEW_IMAGE, OLD_IMAGE, ProcessorBench, type Verb } from "../smp/processor-bench.js";
import type { CaseResult, Cases } from "./cases.js";
import { fillNoise, NOISE_KINDS } from "./noise-blocks.js";
import { Xorshift } from "./xorshift.js";

const VERBS: readonly Verb[] = ["upload", "install", "accept", "reject", "clean", "start"];
const STEPS_MAX = 6;
const MINUTE_MS = 60_000;
/** A verb tries each request a few times; whatever the line does, it has an end by then. */
const VERB_MS = 30 * MINUTE_MS;
const TIMER_MS = 100;
/** One piece in so many is lost, one is cut off, and in the place of one the piece before it comes again. */
const PIECES_EVERY = [100, 500, 4_000, 20_000] as const;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * A processor and the element that drives it, with noise on their line: bytes lost, changed, put in, doubled, cut, late, and
 * bursts of everything else. Each verb ends once, well or with a named error; what it says is true; and no byte of another
 * image ever counts as the ordered one.
 */
export const smpNoise: Cases = {
	name: "smp",
	run(number): CaseResult {
		const random = new Xorshift(number);
		const every = random.pick([500, 2_000, 10_000, 50_000]);
		const piecesEvery = random.pick(PIECES_EVERY);
		const faults: string[] = [];
		const log: string[] = [];
		let noiseBytes = 0;
		let quiet = false;
		const kept: Record<Direction, Bytes> = { "to-modem": new Uint8Array(0), "to-host": new Uint8Array(0) };
		const bench = new ProcessorBench({
			behaviour: { noise: random.oneIn(3) ? "log" : "none", indefinite: random.oneIn(2) },
			disturb: (direction, bytes) => {
				if (quiet) return bytes;
				const disturbed = random.oneIn(piecesEvery)
					? kept[direction]
					: disturb(bytes, every, piecesEvery, random);
				kept[direction] = bytes;
				noiseBytes += bytes.length;
				return disturbed;
			},
		});
		const burst = (): void => {
			if (quiet) return;
			const block = new Uint8Array(1 + random.below(600));
			fillNoise(block, random.pick(NOISE_KINDS), random);
			noiseBytes += block.length;
			bench.wire.toHost(block.buffer);
			bench.clock.setTimeout(burst, random.below(20) * TIMER_MS);
		};
		if (random.oneIn(2)) burst();
		for (let step = 0; step < STEPS_MAX; step++) {
			const verb = step < 2 ? (VERBS[step] as Verb) : random.pick(VERBS);
			let ends = 0;
			let error: ElementError | undefined;
			bench.begin(verb, verb === "reject" ? OLD_IMAGE : NEW_IMAGE, (end) => {
				ends++;
				error = end;
			});
			if (!bench.clock.runUntil(() => ends > 0, VERB_MS)) {
				faults.push(`P8: ${verb} did not end in ${VERB_MS} ms`);
				break;
			}
			if (ends !== 1) faults.push(`P8: ${verb} ended ${ends} times`);
			log.push(`${bench.clock.now()} ${verb} ${error ? `${error.reason}: ${error.message}` : "ok"}`);
			if (
				error &&
				(!(error instanceof ElementError) || error.reason.length === 0 || error.message.length < 10)
			)
				faults.push(`P8: ${verb} failed with ${String(error)}`);
			checkFlash(bench, verb, error === undefined, faults);
		}
		quiet = true;
		bench.clock.advance(10 * MINUTE_MS);
		const { state } = bench;
		log.push(state);
		if (!/^[a-z]+ 1\.[01]\.0\//.test(state)) faults.push(`P7: once the line is quiet: ${state}`);
		return { faults, log, noiseBytes };
	},
};

/** What the emulated processor's own flash holds, compared with what was said of it. */
function checkFlash(bench: ProcessorBench, verb: Verb, isOk: boolean, faults: string[]): void {
	const { slots } = bench.flash;
	const holds = (slot: 0 | 1, image: Bytes): boolean => isAt(slots[slot], image);
	if (!holds(0, OLD_IMAGE) && !holds(0, NEW_IMAGE)) faults.push(`P5: after ${verb} another image runs`);
	if (!isOk) return;
	if (verb === "upload" && !holds(0, NEW_IMAGE) && !holds(1, NEW_IMAGE))
		faults.push("P5: an upload ended well, and the image is not there");
	if ((verb === "install" || verb === "accept") && !holds(0, NEW_IMAGE))
		faults.push(`P5: ${verb} ended well, and the new image does not run`);
	if (verb === "reject" && !holds(0, OLD_IMAGE))
		faults.push("P7: a reject ended well, and the old image does not run");
}

function isAt(slot: Uint8Array | undefined, image: Uint8Array): boolean {
	if (!slot || slot.length < image.length) return false;
	for (let i = 0; i < image.length; i++) if (slot[i] !== image[i]) return false;
	return true;
}

/** Bytes that get lost, changed in a bit, doubled, or have others put before them; undefined: all are lost. */
function disturb(bytes: Bytes, every: number, piecesEvery: number, random: Xorshift): Bytes | undefined {
	if (random.oneIn(piecesEvery)) return undefined;
	if (random.oneIn(piecesEvery)) return bytes.slice(0, random.below(bytes.length));
	const out: number[] = [];
	for (const byte of bytes) {
		if (!random.oneIn(every)) {
			out.push(byte);
			continue;
		}
		switch (random.below(4)) {
			case 0:
				break;
			case 1:
				out.push(byte ^ (1 << random.below(8)));
				break;
			case 2:
				out.push(byte, byte);
				break;
			default:
				out.push(random.below(256), byte);
		}
	}
	return Uint8Array.from(out);
}
