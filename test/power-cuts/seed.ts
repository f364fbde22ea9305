export const OFFS = Object.freeze(["brief", "long"] as const);
export type Off = (typeof OFFS)[number];
export const OFF_MS: Readonly<Record<Off, number>> = Object.freeze({ brief: 2_000, long: 720_000 });

/** One boot on the way, and where the power was cut in it. */
export interface Cut {
	off: Off;
	/** The ordinal of the cut point; `end`: the boot came to its quiet end. */
	at: number | "end";
	/** How the write was torn, where one was. */
	tear?: string;
}

export interface Seed {
	world: string;
	way: Cut[];
	/** How long the product was off before the last boot. */
	off: Off;
	/** The last boot ends with an orderly power-off, at this instant of it. */
	switchOffAtMs?: number;
}

export class SeedError extends Error {
	override name = "SeedError";
}

/**
 * `WORLD/b17.l203m5.be/l`: a brief time off and a cut at point 17, a long one and a write torn there, ... , and a boot after a
 * long one; `l@2500`: which is switched off in order after 2500 ms.
 */
export function seedOf(world: string, way: readonly Cut[], off: Off, switchOffAtMs?: number): string {
	const steps = way.map(({ off, at, tear }) => `${off[0]}${at === "end" ? "e" : at}${tear ?? ""}`);
	return `${world}/${steps.join(".")}/${off[0]}${switchOffAtMs === undefined ? "" : `@${switchOffAtMs}`}`;
}

const offOf = (letter: string | undefined): Off => (letter === "b" ? "brief" : "long");

/** Throws SeedError. */
export function parseSeed(text: string): Seed {
	const match = /^([^/]+)\/((?:[bl](?:e|\d+)(?:[sm]\d+)?\.?)*)\/([bl])(?:@(\d+(?:\.\d+)?))?$/.exec(text);
	if (!match) throw new SeedError(`Expected a seed as \`WORLD/b17.l203m5/l\`, got ${JSON.stringify(text)}`);
	const [, world = "", steps = "", off, atMs] = match;
	const way = steps
		.split(".")
		.filter(Boolean)
		.map((step): Cut => {
			const [, letter, at = "", tear] = /^([bl])(e|\d+)([sm]\d+)?$/.exec(step) ?? [];
			return { off: offOf(letter), at: at === "e" ? "end" : Number(at), ...(tear ? { tear } : {}) };
		});
	return { world, way, off: offOf(off), ...(atMs === undefined ? {} : { switchOffAtMs: Number(atMs) }) };
}
