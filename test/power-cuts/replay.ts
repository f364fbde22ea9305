import { Boot, type BootEnd, type CutPoint, type Write } from "./boot.js";
import type { Truth } from "./checker/truth.js";
import { type Cut, OFF_MS, type Seed, SeedError } from "./seed.js";
import type { Snapshot } from "./snapshot.js";
import { beginning } from "./story.js";
import { tornSnapshot } from "./tears.js";
import type { World } from "./world.js";

export interface ReplayedBoot {
	/** What the boot was, in words. */
	title: string;
	lines: string[];
	violations: BootEnd["violations"];
}

type Step = Cut & Pick<Seed, "switchOffAtMs">;

/** Plays the way of a seed once more, and gives every boot with what was said and what was on the wires. */
export function replay(world: World, { way, off, switchOffAtMs }: Seed): ReplayedBoot[] {
	let state = beginning(world);
	const boots: ReplayedBoot[] = [];
	const last: Step = { off, at: "end", ...(switchOffAtMs === undefined ? {} : { switchOffAtMs }) };
	[...way, last].forEach((step: Step, number) => {
		const lines: string[] = [];
		let next: { snapshot: Snapshot; truth: Truth } | undefined;
		const { end, place } = playUntil(world, state, step, lines, (found) => {
			next = found;
		});
		const title = `boot ${number + 1}, ${OFF_MS[step.off]} ms off, ${endOf(step, place)}: ${end.said}, ${end.side}`;
		boots.push({ title, lines, violations: end.violations });
		state = next ?? { snapshot: end.snapshot, truth: end.truth };
	});
	return boots;
}

/** How the boot ended, in words. */
function endOf({ at, tear, switchOffAtMs }: Step, place: string): string {
	if (switchOffAtMs !== undefined) return `switched off after ${switchOffAtMs} ms`;
	return at === "end" ? "to its end" : `cut at point ${at}, ${place}${tear ? `, torn ${tear}` : ""}`;
}

function playUntil(
	world: World,
	state: { snapshot: Snapshot; truth: Truth },
	{ off, at, tear, switchOffAtMs }: Step,
	lines: string[],
	found: (state: { snapshot: Snapshot; truth: Truth }) => void,
): { end: BootEnd; place: string } {
	let place = "";
	const onPoint = (point: CutPoint): boolean => {
		if (tear !== undefined || point.ordinal !== at) return false;
		place = point.place;
		found(point.take());
		return true;
	};
	const onWrite = (write: Write): boolean => {
		if (tear === undefined || write.ordinal !== at) return false;
		place = `write of ${write.key}`;
		const taken = write.take();
		found({ ...taken, snapshot: tornSnapshot(taken.snapshot, write, tear) });
		return true;
	};
	const end = new Boot({
		world,
		...state,
		offMs: OFF_MS[off],
		bytewise: true,
		...(switchOffAtMs === undefined ? {} : { switchOffAtMs }),
		onPoint,
		onWrite,
		onTrace: (atMs, text) => lines.push(`${String(Math.round(atMs)).padStart(8)} ${text}`),
	}).run();
	if (at !== "end" && place === "")
		throw new SeedError(`Expected a boot with a cut point ${at}, got ${end.points} points`);
	return { end, place };
}
