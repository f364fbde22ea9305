/**
 * Weeks of a product's life, to be metered in XS: each is the same, with an update in the first. What the harness itself writes
 * down is let go of after each.
 */
import { BRIEF_OFF_MS, HOUR_MS, Life, LONG_OFF_MS, MINUTE_MS } from "../noise/life.js";
import { fillNoise, latin1, NOISE_KINDS } from "../noise/noise-blocks.js";
import { Xorshift } from "../noise/xorshift.js";
import type { Measured } from "../xs/measure.js";

/** A year of one family, and enough of the other to see that it is no different. */
const WEEKS = { HL7692: 12, HL7800: 52 } as const;
const BRIEF_BOOTS = 3;
const LONG_BOOTS = 1;
const NOISE_BLOCKS = 10;
const BLOCK_BYTES = 1_152;

function week(life: Life, random: Xorshift): void {
	for (let boot = 0; boot < BRIEF_BOOTS + LONG_BOOTS; boot++) {
		life.on();
		life.until("released", HOUR_MS);
		life.run(MINUTE_MS);
		if (boot === 1) life.product.server.notify();
		if (boot === 2) life.noise(latin1("\r\n+WDSI: 3\r\n\r\n+WDSI: 24\r\n\r\n+KSUP: 0\r\n"));
		if (boot === 3) noise(life, random);
		life.run(MINUTE_MS);
		if (boot % 2 === 0) life.off(boot < BRIEF_BOOTS ? BRIEF_OFF_MS : LONG_OFF_MS);
		else life.cut(boot < BRIEF_BOOTS ? BRIEF_OFF_MS : LONG_OFF_MS);
	}
	life.forget();
	if (life.watch.faults.length > 0) throw new RangeError(life.watch.faults.join());
}

function noise(life: Life, random: Xorshift): void {
	const block = new Uint8Array(BLOCK_BYTES);
	for (let i = 0; i < NOISE_BLOCKS; i++) {
		fillNoise(block, NOISE_KINDS[i % NOISE_KINDS.length] as (typeof NOISE_KINDS)[number], random);
		life.noise(block);
		life.run(100);
	}
}

function lifeOf(model: "HL7692" | "HL7800"): Record<string, () => void> {
	const random = new Xorshift(1);
	const life = new Life({ model });
	const steps: Record<string, () => void> = {
		order: () => {
			life.job();
			life.orderedThenOff(LONG_OFF_MS);
		},
	};
	for (let number = 1; number <= WEEKS[model]; number++) steps[`week ${number}`] = () => week(life, random);
	return steps;
}

export const measured: Measured = {
	HL7692: () => lifeOf("HL7692"),
	HL7800: () => lifeOf("HL7800"),
};
