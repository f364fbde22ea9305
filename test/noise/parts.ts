import { atNoise, atNoiseInSmall } from "./at-noise.js";
import { calendar, clockFaults, clockRegisters, markBitPairs, markBits } from "./clocks.js";
import { inputs } from "./inputs.js";
import type { Part } from "./part.js";
import { smpNoise } from "./smp-noise.js";
import { splits } from "./splits.js";
import { urcs } from "./urcs.js";
import { WdsiPart } from "./wdsi.js";
import { xmodemNoise } from "./xmodem-noise.js";

/** Every family of cases. Made at the call, for some find out first what there is to be disturbed. */
export function noiseParts(): readonly Part[] {
	return [
		atNoise,
		atNoiseInSmall,
		new WdsiPart(),
		splits,
		urcs,
		smpNoise,
		xmodemNoise,
		inputs,
		calendar,
		markBits,
		markBitPairs,
		clockFaults,
		clockRegisters,
	];
}
