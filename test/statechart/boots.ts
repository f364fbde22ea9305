import { type ChartInput, inputOf } from "./chart.js";
import { ATTEMPTS_MAX, FRESH, type Image, orderOf, type World } from "./world.js";

/** How a boot begins. */
export interface Boot {
	label: string;
	input: ChartInput;
	world: World;
}

/** What the next start of a processor runs: an image on trial goes back at any reset. */
const AFTER_RESET: Readonly<Record<Image, Image>> = {
	old: "old",
	candidate: "candidate",
	staged: "trial",
	trial: "old",
	new: "new",
	back: "old",
};

/** What lives in RAM is gone. */
const FORGOTTEN: Partial<World> = {
	asksOthers: "none",
	asksModem: "none",
	asksStatus: false,
	before: "unasked",
	known: "accepted",
	again: "taken",
	wrongSize: false,
	due: 0,
	resumedAt: "none",
	shut: false,
	counted: false,
	sent: false,
};

/** The boots that may follow when the power goes: off for long, or briefly. The modem's own installer may go on. */
export function bootsAfterCut(cut: World): Boot[] {
	return boots({
		...cut,
		...FORGOTTEN,
		session: false,
		own: AFTER_RESET[cut.own],
		other: AFTER_RESET[cut.other],
		third: AFTER_RESET[cut.third],
		token: "none",
	});
}

/** Our own MCU started again on purpose, nothing else did; there may be time left for an install or not. */
export function bootsAfterRestart(before: World): Boot[] {
	const { token, listed } = before;
	const world: World = {
		...before,
		...FORGOTTEN,
		own: AFTER_RESET[before.own],
		token: "none",
		due: listed,
		resumedAt: token,
		counted: true,
	};
	const resumeAt = token === "trial" || token === "rejecting" ? token : undefined;
	const given = input(world, resumeAt ? "open" : "recover", resumeAt);
	return [true, false].map((hasTime) => ({ label: "goes on", input: { ...given, hasTime }, world }));
}

function boots(world: World): Boot[] {
	if (world.step !== "none") {
		const recovering: World = { ...world, due: world.listed, counted: true };
		return [{ label: "recovers", input: input(recovering, "recover"), world: recovering }];
	}
	const { modem } = orderOf(world);
	const began: World = { ...world, listed: 0, began: world.version };
	const closed: Boot = { label: "stays closed", input: input(began, "closed"), world: began };
	if (world.inForce && (!modem || world.seen === "to")) return [closed];
	if (world.attempts >= ATTEMPTS_MAX) return [closed];
	return [closed, { label: "opens", input: input(began, "open"), world: began }];
}

function input(
	world: World,
	window: ChartInput["window"],
	resumeAt: "trial" | "rejecting" | undefined = undefined,
): ChartInput {
	const matched = world.package === "matched" || world.package === "downloaded";
	const { isLocal, adopt } = orderOf(world);
	return inputOf({
		window,
		resumeAt,
		isLocal,
		adopt,
		accepted: matched || world.package === "accepted",
		matched,
		foreign: world.package === "foreign",
		reportOwed: world.reportOwed,
	});
}

const BOTH = [false, true] as const;
const IMAGES_FOUND = ["old", "new"] as const;

/**
 * What a new order may find: whatever earlier orders left on the modem and in the journal, and elements that are at its
 * version already.
 */
export function firstBoots(order: number): Boot[] {
	const { own, other, third, modem } = orderOf({ ...FRESH, order });
	let worlds: World[] = [{ ...FRESH, order }];
	const each = <Name extends keyof World>(name: Name, values: readonly World[Name][]): void => {
		worlds = worlds.flatMap((world) => values.map((value) => ({ ...world, [name]: value })));
	};
	each(
		"held",
		modem
			? ["none", "ours-offered", "ours-part", "ours-down", "foreign-offered", "foreign-part", "foreign-down"]
			: ["none", "foreign-down"],
	);
	each("package", ["none", "foreign"]);
	if (modem) each("version", ["from", "to", "other"]);
	if (modem) each("reportOwed", BOTH);
	if (modem) each("installMayResume", BOTH);
	if (own) each("own", IMAGES_FOUND);
	if (other) each("other", IMAGES_FOUND);
	if (third) each("third", IMAGES_FOUND);
	return worlds.flatMap((world) => bootsAfterCut(world));
}
