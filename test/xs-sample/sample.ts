/** What is loaded into the XS engine: every case of the noise, by its family's name and its number. */
import { allCases } from "../noise/all-cases.js";
import { type Cases, hashOfLog, runCase } from "../noise/cases.js";

export type CaseName = readonly [family: string, number: number];

/** Runs cases by name; the families are made once. */
export class Sample {
	readonly #families: readonly Cases[] = allCases();

	/** Throws RangeError where there is none of this name. */
	cases(family: string): Cases {
		const cases = this.#families.find(({ name }) => name === family);
		if (!cases)
			throw new RangeError(
				`Expected one of ${this.#families.map(({ name }) => name).join(", ")}, got ${family}`,
			);
		return cases;
	}

	/** The hash of each case's log, faults included. */
	hashes(names: readonly CaseName[]): string[] {
		return names.map((name) => hashOfLog(this.log(name)));
	}

	log([family, number]: CaseName): string[] {
		const { faults, log } = runCase(this.cases(family), number);
		return [...log, ...faults];
	}
}

export function newSample(): Sample {
	return new Sample();
}
