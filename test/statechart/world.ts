/**
 * What the window acts on, as small plain data: journal, modem, elements and order, written from the design and not from
 * the modules. What a window does to it is in effects.ts, what it does by itself in moves.ts.
 */

/** An order: what it names, and what it may take over. */
export interface OrderModel {
	readonly name: string;
	readonly modem: boolean;
	/** Our own MCU, which restarts for its trial. */
	readonly own: boolean;
	/** Another processor. */
	readonly other: boolean;
	/** And one more. */
	readonly third: boolean;
	readonly isLocal: boolean;
	readonly adopt: boolean;
}

const modemOnly = { modem: true, own: false, other: false, third: false, isLocal: false, adopt: false };

export const ORDERS: readonly OrderModel[] = [
	{ ...modemOnly, name: "modem" },
	{ ...modemOnly, name: "modem, adopting", adopt: true },
	{ ...modemOnly, name: "modem by file", isLocal: true },
	{ ...modemOnly, name: "processor", modem: false, other: true },
	{ ...modemOnly, name: "modem and processor", other: true },
	{ ...modemOnly, name: "own and processor", modem: false, own: true, other: true },
	{ ...modemOnly, name: "modem and own", own: true },
	{ ...modemOnly, name: "two processors", modem: false, other: true, third: true },
	{ ...modemOnly, name: "modem and two processors", other: true, third: true },
	{ ...modemOnly, name: "whole set by file", own: true, other: true, third: true, isLocal: true },
	{ ...modemOnly, name: "whole set, adopting", own: true, other: true, third: true, adopt: true },
	{ ...modemOnly, name: "whole set", own: true, other: true, third: true },
];

/**
 * What is on the modem, or waits for it: nothing; `offered` by the server; `begun`, accepted and its size not yet told;
 * `part`, on its way; `down`, ready to be installed. Ours is the one that the order names.
 */
export const HELD = [
	"none",
	"ours-offered",
	"ours-begun",
	"ours-part",
	"ours-down",
	"foreign-offered",
	"foreign-begun",
	"foreign-part",
	"foreign-down",
] as const;
export type Held = (typeof HELD)[number];

/**
 * An element: its old image runs; and a whole candidate lies beside it; the next reset runs the candidate (`staged`), or
 * the old image (`back`); the candidate runs on trial, and any reset takes it back; the new image runs for good.
 */
export const IMAGES = ["old", "candidate", "staged", "trial", "new", "back"] as const;
export type Image = (typeof IMAGES)[number];

const PACKAGES = ["none", "accepted", "matched", "downloaded", "foreign"] as const;
const VERSIONS = ["from", "to", "other"] as const;
const RESTARTS = ["none", "trial", "rejecting", "recovering"] as const;

/** The fields that make a state, and their values. */
const STATE = {
	order: ORDERS.map((_, index) => index),
	// The journal.
	step: ["none", "trial", "commit", "sent"],
	package: PACKAGES,
	installMayResume: [false, true],
	reportOwed: [false, true],
	inForce: [false, true],
	seen: ["", ...VERSIONS],
	/** Who is named by the journal: 1 our own MCU, 2 and 4 the processors. */
	listed: [0, 1, 2, 3, 4, 5, 6, 7],
	token: RESTARTS,
	// The modem.
	version: VERSIONS,
	held: HELD,
	session: [false, true],
	installing: [false, true],
	// The elements.
	own: IMAGES,
	other: IMAGES,
	third: IMAGES,
} as const;

/** What goes on in this boot, and counters. */
const ASIDE = {
	/** What the elements were told to do and have not answered yet. */
	asksOthers: ["none", "inspect", "resume", "write", "try", "accept", "reject", "recover"],
	/** What the modem was asked, or is watched for. */
	asksModem: ["none", "inspect", "resume", "session", "file", "install", "watch", "read", "arm"],
	asksStatus: [false, true],
	/** What the journal said before the download that was accepted last, for a modem that refuses it. */
	before: ["unasked", ...PACKAGES],
	/** What the window remembers of the download that it accepted last. */
	known: ["accepted", "matched"],
	/** What the journal said before a download was agreed to once more, until the modem has answered. */
	again: ["taken", ...PACKAGES],
	/** A wrong size was told in this window. */
	wrongSize: [false, true],
	/** Who is updated in this window. */
	due: [0, 1, 2, 3, 4, 5, 6, 7],
	resumedAt: RESTARTS,
	/** The window is closing: nothing is permitted any more. */
	shut: [false, true],
	/** This window's attempt is counted. */
	counted: [false, true],
	/** An install was sent in this window. */
	sent: [false, true],
	/** What the modem ran when the update began. */
	began: VERSIONS,
	attempts: [0, 1, 2],
} as const;

type Fields<Table extends Record<string, readonly unknown[]>> = {
	-readonly [Name in keyof Table]: Table[Name][number];
};
export type World = Fields<typeof STATE> & Fields<typeof ASIDE>;

/** Two windows may fail under an order. */
export const ATTEMPTS_MAX = 2;

function encoder(table: Record<string, readonly unknown[]>): (world: World) => number {
	const columns = Object.entries(table).map(([name, values]) => ({
		name: name as keyof World,
		size: values.length,
		places: new Map(values.map((value, place) => [value, place])),
	}));
	return (world) => {
		let code = 0;
		for (const { name, size, places } of columns) {
			const place = places.get(world[name]);
			if (place === undefined)
				throw new RangeError(`Expected ${name} to be one of its values, got ${world[name]}`);
			code = code * size + place;
		}
		return code;
	};
}

/** Journal, modem, elements and order, as one number. */
export const stateCode = encoder(STATE);
/** The rest, as one number. */
export const asideCode = encoder(ASIDE);

export const FRESH: Readonly<World> = {
	order: 0,
	step: "none",
	package: "none",
	installMayResume: false,
	reportOwed: false,
	inForce: false,
	seen: "",
	listed: 0,
	token: "none",
	version: "from",
	held: "none",
	session: false,
	installing: false,
	own: "old",
	other: "old",
	third: "old",
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
	began: "from",
	attempts: 0,
};

export const orderOf = (world: World): OrderModel => ORDERS[world.order] as OrderModel;

/** The elements beside the modem, and their bits in a mask. */
export const MASKS = { own: 1, other: 2, third: 4 } as const;
export const PROCESSORS = ["other", "third"] as const;
const ELEMENTS = ["own", ...PROCESSORS] as const;

/** The images of the elements that a mask names. */
export function named(world: World, mask: number): Image[] {
	return ELEMENTS.filter((name) => mask & MASKS[name]).map((name) => world[name]);
}

/** The elements that an order names, as a mask. */
export function maskOf(order: OrderModel): number {
	return ELEMENTS.reduce<number>((mask, name) => mask + (order[name] ? MASKS[name] : 0), 0);
}

/** The elements that do not run their new image for good, as a mask. */
export function dueOf(world: World): World["due"] {
	const order = orderOf(world);
	return ELEMENTS.reduce<number>(
		(mask, name) => mask + (order[name] && world[name] !== "new" ? MASKS[name] : 0),
		0,
	) as World["due"];
}

export const isOld = (image: Image): boolean => image === "old" || image === "candidate";

/** What asking the modem's version shows. */
export const isForeign = ({ held }: World): boolean => held.startsWith("foreign");

/** The same package, so far. */
export function heldAs(world: World, how: "offered" | "begun" | "part" | "down"): Held {
	return `${isForeign(world) ? "foreign" : "ours"}-${how}`;
}

export const stageOf = ({ held }: World): string => held.slice(held.indexOf("-") + 1);

export function describe(world: World): string {
	const { order, ...fields } = world;
	const said = Object.entries(fields)
		.filter(([name, value]) => value !== FRESH[name as keyof World])
		.map(([name, value]) => `${name} ${value}`);
	return `${ORDERS[order]?.name}: ${said.join(", ")}`;
}
