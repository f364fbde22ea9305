import type { Model } from "../../hosts/emulator/families.js";
import type { Wire } from "../../hosts/emulator/wire.js";
import { BRIEF_OFF_MS, LONG_OFF_MS, MINUTE_MS } from "../support/bench.js";
import { OTHERS } from "../support/set-bench.js";
import type { CaseResult, Cases } from "./cases.js";
import { fillNoise, NOISE_KINDS } from "./noise-blocks.js";
import { SetLife } from "./set-life.js";
import { Xorshift } from "./xorshift.js";

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
		const life = new SetLife({
			model,
			source: random.pick(["avms", "local", "none"]),
			others: random.pick([OTHERS, ["sensor", "display"], ["sensor"], ["self"], ["sensor", "self"]]),
		});
		const { bench } = life;
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

		const boot = (offMs: number): void => {
			life.on();
			if (!quiet && random.oneIn(2)) bench.run(random.below(4 * MINUTE_MS));
			else life.untilReleased();
			life.cut(offMs);
		};
		quiet = false;
		for (let i = 0; i < BOOTS_NOISY; i++) boot(random.oneIn(3) ? BRIEF_OFF_MS : LONG_OFF_MS);
		quiet = true;
		for (let i = 0; i < BOOTS_QUIET; i++) boot(i === 0 ? BRIEF_OFF_MS : LONG_OFF_MS);
		life.end();
		return { faults: life.faults, log: life.log, noiseBytes };
	},
};
