/** What is loaded into the XS engine: every case of the noise, by its part's name and its number. */
import { hashOfLog, type Part, runCase } from "../noise/part.js";
import { noiseParts } from "../noise/parts.js";

export type CaseName = readonly [part: string, number: number];

/** Runs cases by name; the parts are made once. */
export class Sample {
	readonly #parts: readonly Part[] = noiseParts();

	part(name: string): Part {
		const part = this.#parts.find((each) => each.name === name);
		if (!part) throw new RangeError(`Expected ${this.#parts.map((each) => each.name).join(", ")}, got ${name}`);
		return part;
	}

	/** The hash of each case's log, faults included. */
	hashes(names: readonly CaseName[]): string[] {
		return names.map((name) => hashOfLog(this.log(name)));
	}

	log([name, number]: CaseName): string[] {
		const { faults, log } = runCase(this.part(name), number);
		return [...log, ...faults];
	}
}

export function newSample(): Sample {
	return new Sample();
}
