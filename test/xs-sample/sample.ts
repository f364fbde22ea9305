/** What is loaded into the XS engine: every case of every kind of search, by its family's name and its number. */
import { allCases } from "../noise/all-cases.js";
import { type CaseResult, type Cases, hashOfLog, runCase } from "../noise/cases.js";
import { type SignedOrders, takeSigned } from "../support/signing.js";
import { chartWalks } from "./chart-walks.js";
import { cuts, cutsOrders } from "./cuts.js";
import { lifeOrders, lives } from "./lives.js";

export type CaseName = readonly [family: string, number: number];

const OWN: readonly Cases[] = [cuts, chartWalks, lives];

/** Runs cases by name. */
export class Sample {
	/** Made once: what some find out at their first case takes a second in XS. */
	#noise: readonly Cases[] | undefined;

	/** Throws RangeError where there is none of this name. */
	cases(family: string): Cases {
		const own = OWN.find(({ name }) => name === family);
		if (own) return own;
		this.#noise ??= allCases();
		const noise = this.#noise.find(({ name }) => name === family);
		if (noise) return noise;
		const names = [...OWN, ...this.#noise].map(({ name }) => name).join(", ");
		throw new RangeError(`Expected one of ${names}, got ${family}`);
	}

	/** The hash of each case's log, faults included. */
	hashes(names: readonly CaseName[]): string[] {
		return names.map((name) => hashOfLog(logOf(this.run(name))));
	}

	run([family, number]: CaseName): CaseResult {
		return runCase(this.cases(family), number);
	}

	log(name: CaseName): string[] {
		return logOf(this.run(name));
	}
}

export function logOf({ log, faults }: CaseResult): string[] {
	return [...log, ...faults];
}

/** Every order that any case asks to be signed. */
export function ordersToSign(): object[] {
	return [...cutsOrders(), ...lifeOrders()];
}

/** `signed`: all of ordersToSign(), for an engine that cannot sign. */
export function newSample(signed: SignedOrders = {}): Sample {
	takeSigned(signed);
	return new Sample();
}
