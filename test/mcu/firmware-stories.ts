import type { Model } from "../../hosts/emulator/families.js";
import { consoleOrderLines } from "../../hosts/node/console-order-lines.js";
import type { Measured } from "../xs/measure.js";
import { FAULTS, type Fault } from "./faults.js";
import { setEnvelope } from "./set-order.js";
import { SimulatedBoard } from "./simulated-board.js";

export { Firmware } from "../../hosts/mcu/firmware.js";
export { FAULTS, SimulatedBoard };

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
const BRIEF_OFF_MS = 2 * SECOND_MS;
export const LONG_OFF_MS = 11 * MINUTE_MS;
/** Longer than the longest window, its report and a recovery. */
const WHOLE_WINDOW_MS = 60 * MINUTE_MS;

/** So quick that an engine without a compiler runs every story in a moment. */
const QUICK = {
	installMs: 10_000,
	bootMs: 3_000,
	progressStepPercent: 50,
	startRequestDelayMs: 4_000,
	downloadBytesPerSecond: 100_000,
	reportDelayMs: 2_000,
} as const;

interface Story {
	model: Model;
	/** A board, off, and just about to be switched on. */
	before(): SimulatedBoard;
	/** How long it is looked at after the boot, at least; at its end the guard is settled. */
	lookMs: number;
	/** What happens after the boot, while it is looked at. */
	afterwards?: (board: SimulatedBoard) => void;
	/** It has so many calls that only one from each place in the code is made to fail. */
	isLong?: boolean;
}

const isDecided = (board: SimulatedBoard): boolean =>
	board.named("released").length > 0 || board.restarts > 0;

/** In use with an order that was taken, and off since. */
function ordered(model: Model, offMs: number): SimulatedBoard {
	const board = new SimulatedBoard({ model, behaviour: QUICK });
	board.order();
	board.on();
	// Long enough for a first rating of the clock.
	board.world.advance(3 * MINUTE_MS);
	board.cut(offMs);
	return board;
}

/** Cut off in the install, a moment ago. */
function cutInInstall(model: Model): SimulatedBoard {
	const board = ordered(model, LONG_OFF_MS);
	board.on();
	board.world.runUntil(() => board.modem.phase === "installing", WHOLE_WINDOW_MS);
	board.cut(BRIEF_OFF_MS);
	return board;
}

/** In use without an order; one arrives while it is off. */
function offered(model: Model): SimulatedBoard {
	const board = new SimulatedBoard({ model, behaviour: QUICK });
	board.on();
	board.world.advance(3 * MINUTE_MS);
	board.cut(BRIEF_OFF_MS);
	board.order();
	return board;
}

/** Four elements, with the order for all of them, and off since. */
function orderedSet(offMs: number): SimulatedBoard {
	const board = new SimulatedBoard({ model: "HL7800", behaviour: QUICK, isSet: true });
	board.orderSet();
	board.on();
	board.world.advance(3 * MINUTE_MS);
	board.cut(offMs);
	return board;
}

/** Cut off when our own MCU has accepted its new image: a going back costs it a restart. */
function cutInAccept(): SimulatedBoard {
	const board = orderedSet(LONG_OFF_MS);
	board.on();
	board.world.runUntil(() => board.calls.includes("slots.confirm"), WHOLE_WINDOW_MS);
	board.cut(BRIEF_OFF_MS);
	return board;
}

/** Four elements without an order. */
function factorySet(): SimulatedBoard {
	const board = new SimulatedBoard({ model: "HL7800", behaviour: QUICK, isSet: true });
	board.on();
	board.world.advance(3 * MINUTE_MS);
	board.cut(BRIEF_OFF_MS);
	return board;
}

const LOOK_MS = 20 * SECOND_MS;

export const STORIES: Readonly<Record<string, Story>> = Object.freeze({
	"closed by a brief cut": {
		model: "HL7800",
		before: () => ordered("HL7800", BRIEF_OFF_MS),
		lookMs: LOOK_MS,
	},
	"a whole update of an HL7800 after 11 minutes off": {
		model: "HL7800",
		before: () => ordered("HL7800", LONG_OFF_MS),
		lookMs: LOOK_MS,
	},
	"a whole update of an HL7692 after 11 minutes off": {
		model: "HL7692",
		before: () => ordered("HL7692", LONG_OFF_MS),
		lookMs: LOOK_MS,
	},
	"recovery after a cut in the install": {
		model: "HL7800",
		before: () => cutInInstall("HL7800"),
		lookMs: LOOK_MS,
	},
	"four elements are updated after 11 minutes off": {
		model: "HL7800",
		before: () => orderedSet(LONG_OFF_MS),
		lookMs: LOOK_MS,
		isLong: true,
	},
	"recovery of four elements after a cut between their accepts": {
		model: "HL7800",
		before: cutInAccept,
		lookMs: LOOK_MS,
		isLong: true,
	},
	"an order for four elements arrives on the console": {
		model: "HL7800",
		before: factorySet,
		lookMs: LOOK_MS,
		afterwards: (board) => board.others?.type(consoleOrderLines(setEnvelope())),
		isLong: true,
	},
	"an order arrives in the inbox": { model: "HL7800", before: () => offered("HL7800"), lookMs: LOOK_MS },
});

function storyOf(name: string): Story {
	const story = STORIES[name];
	if (!story) throw new RangeError(`Expected the name of a story, got ${name}`);
	return story;
}

/** Runs the boot to its release, and on to where the guard has settled. */
function run(board: SimulatedBoard, { lookMs, afterwards }: Story, fault?: Fault): void {
	board.on(fault);
	// Hold falls in a planned restart, too, and nobody has released monitoring then.
	board.world.runUntil(() => isDecided(board) && !board.hold, WHOLE_WINDOW_MS);
	if (board.restarts > 0) return;
	board.world.advance(lookMs);
	afterwards?.(board);
	if (afterwards) board.world.advance(lookMs);
}

/** A story without a fault, to its end; `watch` sees the board before it is switched on. */
export function tell(name: string, watch: (board: SimulatedBoard) => void = () => {}): SimulatedBoard {
	const story = storyOf(name);
	const board = story.before();
	watch(board);
	run(board, story);
	return board;
}

/** What a fault led to, to be compared between engines. */
export interface FaultResult {
	/** What of the promises was broken; empty where none was. */
	broken: string[];
	/** Whether the firmware noticed. */
	noticed: boolean;
	restarts: number;
	/** The decision of the boot after. */
	next: string;
	/** Of both boots' logs, so that engines can be compared without sending them. */
	digest: number;
}

/** The story's board, about to be switched on; it can be struck as often as one likes. */
export function before(story: string): SimulatedBoard {
	return storyOf(story).before();
}

/** Runs the story once for each of `calls`, with that call into the board failing, and looks at the boot after, too. */
export function strike(
	story: string,
	fault: string,
	calls: readonly number[],
	from: SimulatedBoard = before(story),
): FaultResult[] {
	return calls.map((at) => strikeOnce(from, storyOf(story), { name: fault, at }));
}

function strikeOnce(before: SimulatedBoard, story: Story, fault: Fault): FaultResult {
	const broken: string[] = [];
	const board = new SimulatedBoard({ before });
	run(board, story, fault);
	const log = comparable(board.log);
	const noticed = board.named("trouble").length > 0 || board.named("fault").length > 0 || board.restarts > 0;
	const tells = FAULTS[fault.name]?.tells ?? true;
	const { restarts, struck, plannedAfterFault } = board;
	// An output that is not driven and does not say so is for the hardware's own timeout.
	const isStuck = !tells && board.calls[(fault.at ?? 0) - 1] === "hold";
	if (board.others && restarts === 0 && board.side === "mixed" && !saysMixed(board))
		broken.push("mixed, and not said");
	if (board.hold && !isStuck) broken.push("hold is asserted");
	if (board.updating) broken.push("updating is on");
	if (!struck) broken.push("the call was not made");
	if (restarts > 1) broken.push(`restarted ${restarts} times`);
	if ((tells || noticed) && board.acceptsAfterFault > 0) broken.push("accepted after the fault");
	if (board.accepts > 0 && board.named("decided")[0]?.window === "closed")
		broken.push("accepted while closed");
	// Whoever restarted is on again at once; else the next boot is one that would open the window.
	if (restarts > 0) board.reset();
	else {
		board.cut(LONG_OFF_MS);
		board.on();
	}
	const decided = board.named("decided")[0];
	// Where a restart on purpose came in between, the boot after it was the next one, and what it accepted was counted.
	if ((tells || noticed) && plannedAfterFault === 0 && (!decided || decided.window === "open"))
		broken.push("the next boot is not closed");
	if (decided?.window !== "recover" && board.hold && decided?.window !== "open")
		broken.push("hold is asserted in the next boot");
	return {
		broken,
		noticed,
		restarts,
		next: `${String(decided?.window)} ${String(decided?.reason)}`,
		digest: digestOf([...log, ...comparable(board.log)]),
	};
}

/** A journal that cannot be read is all that can be said: it may be the set that it tells of. */
function saysMixed(board: SimulatedBoard): boolean {
	const [closed, recovered, decided] = ["closed", "recovered", "decided"].map((name) => board.named(name)[0]);
	return closed?.outcome === "mixed" || recovered?.set === "mixed" || decided?.reason === "journal-damaged";
}

/** Without the words of an engine's own errors, which are last in an event. */
function comparable(log: readonly string[]): string[] {
	return log.map((line) => line.replace(/"message":.*/, ""));
}

/** FNV-1a, 32 bits. */
function digestOf(lines: readonly string[]): number {
	let digest = 0x811c_9dc5;
	for (const line of lines)
		for (let i = 0; i < line.length; i++) digest = Math.imul(digest ^ line.charCodeAt(i), 0x0100_0193);
	return digest >>> 0;
}

/** Boots to be metered; the emulated modem, the wire and the board itself are in the figures. */
export const measured: Measured = Object.freeze({
	"a closed boot": () => bootSteps("closed by a brief cut"),
	"an open window": () => bootSteps("a whole update of an HL7800 after 11 minutes off"),
});

function bootSteps(name: string): Record<string, () => void> {
	const board = storyOf(name).before();
	const inWindow = () => board.hold;
	return {
		"the modem's power": () => board.modem.powerOn(),
		"main(): measured, decided, released or held, port opened": () => board.start("power-on"),
		"to the modem's first answer": () => {
			board.world.advance(4 * SECOND_MS);
		},
		"to the install": () => {
			if (inWindow()) board.world.runUntil(() => board.updating, WHOLE_WINDOW_MS);
		},
		"to the end of the window": () => {
			board.world.runUntil(() => !inWindow(), WHOLE_WINDOW_MS);
		},
		"half a minute of monitoring": () => {
			board.world.advance(30 * SECOND_MS);
		},
	};
}
