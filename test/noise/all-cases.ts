import { atNoise, atNoiseInSmall } from "./at-noise.js";
import { BurstCases } from "./bursts.js";
import type { Cases } from "./cases.js";
import { calendar, clockFaults, clockRegisters, markBitPairs, markBits } from "./clocks.js";
import { inputs } from "./inputs.js";
import { Moments } from "./moments.js";
import { ResetCases } from "./resets.js";
import { smpNoise } from "./smp-noise.js";
import { splits } from "./splits.js";
import { urcs } from "./urcs.js";
import { WdsiCases } from "./wdsi.js";
import { xmodemNoise } from "./xmodem-noise.js";

/** Every family of cases. Made at the call: in XS nothing that a module makes while it is loaded can change. */
export function allCases(): readonly Cases[] {
	const moments = new Moments();
	return [
		atNoise,
		atNoiseInSmall,
		new WdsiCases(moments),
		new BurstCases(moments),
		new ResetCases(),
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
