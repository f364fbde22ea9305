import type { Model } from "../../hosts/emulator/families.js";
import type { Wire } from "../../hosts/emulator/wire.js";
import { BRIEF_OFF_MS, HOUR_MS, LONG_OFF_MS, MINUTE_MS } from "../support/bench.js";
import { OTHERS, SetBench } from "../support/set-bench.js";
import type { CaseResult, Cases } from "./cases.js";
import { fillNoise, NOISE_KINDS } from "./noise-blocks.js";
import { Xorshift } from "./xorshift.js";

const QUICK = {
	installMs: 20_000,
	bootMs: 5_000,
	progressStepPercent: 20,
	startRequestDelayMs: 4_000,
} as const;
const POLICY = { windowMs: 20 * MINUTE_MS, installMs: 4 * MINUTE_MS, downloadStallMs: MINUTE_MS } as const;
const RELEASE_MS = POLICY.windowMs + 10 * MINUTE_MS;
const BOOTS_NOISY = 3;
const BOOTS_QUIET = 4;

/** Some bytes get lost, changed, doubled, or others come before them. */
function disturbed(bytes: ArrayBuffer, every: number, random: Xorshift): ArrayBuffer {
	const out: number[] = [];
	for (const byte of new Uint8Array(bytes)) {
		if (!random.oneIn(every)) {
			out.push(byte);
			continue;
		}
		const change = random.below(4);
		if (change === 1) out.push(byte ^ (1 << random.below(8)));
		else if (change === 2) out.push(byte, byte);
		else if (change === 3) out.push(random.below(256), byte);
	}
	return Uint8Array.from(out).buffer;
}

/**
 * A product with four elements and noise on all of its lines at once, over some boots with cuts between them; then quiet. At each
 * release the set is all-old or all-new, or the boot has said that it is mixed; once it is quiet it comes to an end, one way or
 * the other.
 */
export const setNoise: Cases = {
	name: "set",
	run(number): CaseResult {
		const random = new Xorshift(number);
		const model: Model = random.pick(["HL7692", "HL7800"]);
		const bench = new SetBench({
			model,
			source: random.pick(["avms", "local", "none"]),
			others: random.pick([OTHERS, ["sensor", "display"], ["sensor"], ["self"], ["sensor", "self"]]),
			bench: { behaviour: QUICK, policy: POLICY },
		});
		const faults: string[] = [];
		const log: string[] = [];
		const every = random.pick([300, 2_000, 20_000]);
		let quiet = true;
		let noiseBytes = 0;
		const { product, clock } = bench;
		const disturbWire = (wire: Wire, isModem: boolean): void => {
			const toHost = wire.toHost.bind(wire);
			const toModem = wire.toModem.bind(wire);
			// Commands to the modem have no check sum: what changes on their way is another command. They are left alone.
			Object.defineProperty(wire, "toHost", {
				value: (bytes: ArrayBuffer) => toHost(quiet ? bytes : disturbed(bytes, every, random)),
			});
			if (!isModem)
				Object.defineProperty(wire, "toModem", {
					value: (bytes: ArrayBuffer) => toModem(quiet ? bytes : disturbed(bytes, every, random)),
				});
			const burst = (): void => {
				if (!quiet) {
					const block = new Uint8Array(1 + random.below(400));
					fillNoise(block, random.pick(NOISE_KINDS), random);
					noiseBytes += block.length;
					toHost(block.buffer);
				}
				clock.setTimeout(burst, 1 + random.below(20_000));
			};
			burst();
		};
		disturbWire(product.wire, true);
		for (const { wire } of product.processors) disturbWire(wire, false);
		bench.orderedThenOff(LONG_OFF_MS);

		let seen = 0;
		const boot = (offMs: number): void => {
			const startMs = clock.now();
			seen = bench.events.length;
			bench.on();
			const isCut = !quiet && random.oneIn(2);
			if (isCut) bench.run(random.below(4 * MINUTE_MS));
			else {
				clock.runUntil(() => released() !== undefined, HOUR_MS);
				checkRelease(startMs);
				bench.run(2 * MINUTE_MS);
				// A set tells of each of its elements, and may have none that is a modem.
				const ofAny = bench.faults().filter((fault) => !/element|install that was sent/.test(fault));
				faults.push(...ofAny.map((fault) => `P1: ${fault}`));
			}
			for (const event of bench.events.slice(seen))
				if (event.event === "closed" || event.event === "recovered")
					log.push(`${event.at} ${event.event} ${event.reason} ${JSON.stringify(bench.versions)}`);
			bench.cut(offMs);
		};
		const released = () => bench.events.slice(seen).find(({ event }) => event === "released");
		const checkRelease = (startMs: number): void => {
			const release = released();
			if (!release) return void faults.push(`P4: not released within an hour`);
			if (release.at - startMs > RELEASE_MS) faults.push(`P4: released after ${release.at - startMs} ms`);
			const isSaid = bench.events
				.slice(seen)
				.some(
					(event) =>
						(event.event === "closed" && event.outcome === "mixed") ||
						(event.event === "recovered" && event.set === "mixed"),
				);
			// What runs at the release, before anybody can start again.
			if (bench.side === "mixed" && !isSaid)
				faults.push(`P7: released with ${JSON.stringify(bench.versions)}, and nobody said that it is mixed`);
		};
		quiet = false;
		for (let i = 0; i < BOOTS_NOISY; i++) boot(random.oneIn(3) ? BRIEF_OFF_MS : LONG_OFF_MS);
		quiet = true;
		for (let i = 0; i < BOOTS_QUIET; i++) boot(i === 0 ? BRIEF_OFF_MS : LONG_OFF_MS);
		log.push(`${bench.side} ${JSON.stringify(bench.versions)}`);
		if (bench.side === "mixed")
			faults.push(`P7: ${JSON.stringify(bench.versions)} after ${BOOTS_QUIET} quiet boots`);
		return { faults, log, noiseBytes };
	},
};
