import { XsProgram } from "./xs-program.js";

/**
 * What a file exports as `measured`: by name, a function that makes the steps of one story. The steps share what they
 * need through its closure and run in the order in which they are listed, each metered for itself.
 */
export type Measured = Record<string, () => Record<string, () => void>>;

export interface Measurement {
	step: string;
	/** Bytecodes executed. */
	computrons: number;
	/**
	 * Slots taken while the step ran, garbage included. In a short step no collection runs, and this bounds its peak; in one of
	 * tens of millions of computrons some do, and it is what was there at the end.
	 */
	slotsTaken: number;
	/** Slots that are still in use after the step and a garbage collection; negative where it let go of some. */
	slotsKept: number;
}

export interface Story {
	/** Computrons and slots of loading the whole file; preloaded, they cost a device neither time nor RAM. */
	loading: { readonly computrons: number; readonly slots: number };
	steps: Measurement[];
}

/**
 * Runs the story `name` of the compiled file `entry` in a fresh XS machine with everything frozen. What the meter itself
 * costs is taken off. Strings, buffers and arrays' items are chunks, not slots, and are not counted.
 */
export async function measure(entry: string, name: string): Promise<Story> {
	return await measureIn(await XsProgram.load(entry), name);
}

/** As measure(), in a program that is loaded; it is closed afterwards. */
export async function measureIn(program: XsProgram, name: string): Promise<Story> {
	try {
		await program.run(`harness.keep("steps", exports.measured[${JSON.stringify(name)}]())`);
		await program.run(`harness.keep("nothing", { nothing() {} })`);
		const steps = (await program.evaluate(`Object.keys(harness.kept("steps"))`)) as string[];
		// The first round makes the keys that the second finds.
		await measureStep(program, "nothing", "nothing");
		const meter = await measureStep(program, "nothing", "nothing");
		const measurements: Measurement[] = [];
		for (const step of steps) {
			const raw = await measureStep(program, "steps", step);
			measurements.push({
				step,
				computrons: raw.computrons - meter.computrons,
				slotsTaken: raw.slotsTaken - meter.slotsTaken,
				slotsKept: raw.slotsKept - meter.slotsKept,
			});
		}
		return { loading: program.loading, steps: measurements };
	} finally {
		program.close();
	}
}

async function measureStep(program: XsProgram, kept: string, step: string): Promise<Measurement> {
	const before = await program.liveSlots();
	const { compute, currentHeapCount } = await program.run(
		`harness.kept("${kept}")[${JSON.stringify(step)}]()`,
	);
	const after = await program.liveSlots();
	return { step, computrons: compute, slotsTaken: currentHeapCount - before, slotsKept: after - before };
}
