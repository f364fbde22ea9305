/** A piece that could not be searched to its end has a seed as well: it is searched again, here. */
import type { Part } from "./part.js";
import type { Task } from "./piece-process.js";

/** `piece/quick/1/NAME` */
export function lostSeed({ piece, share: { quick, random } }: Task): string {
	return `piece/${quick ? "quick" : "long"}/${random}/${piece}`;
}

/** Whether it breaks a promise now; undefined where the seed is not of a lost piece. What comes out of the piece is printed. */
export async function replayLost(
	part: Part,
	seed: string,
	print: (line: string) => void,
): Promise<boolean | undefined> {
	const [, length, random, piece] = /^piece\/(quick|long)\/(-?\d+)\/(.+)$/.exec(seed) ?? [];
	if (piece === undefined) return undefined;
	let isBroken = false;
	try {
		await part.run(piece, {
			quick: length === "quick",
			random: Number(random),
			report: ({ promise, what, seed: own }) => {
				isBroken = true;
				print(`${promise} is broken: ${what}\n  --seed ${part.name}:${own}`);
			},
			progress: () => {},
		});
	} catch (error) {
		print(error instanceof Error ? (error.stack ?? error.message) : String(error));
		return true;
	}
	return isBroken;
}
