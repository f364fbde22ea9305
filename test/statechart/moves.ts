import {
	dueOf,
	heldAs,
	isForeign,
	isOld,
	MASKS,
	maskOf,
	named,
	orderOf,
	PROCESSORS,
	stageOf,
	type World,
} from "./world.js";

/** Something that happens: what the world is afterwards, and what the window hears of it, where it hears. */
export interface Move {
	label: string;
	event?: string;
	world: World;
}

const FAULT = "fault journal-not-writable";

/** What the window hears at any time, because a modem may say anything; what follows from it is in `heardAs`. */
const SAID = [
	"request connect",
	"request download",
	"request install",
	"ready",
	"authenticating",
	"authentication-failed",
	"session-started",
	"session-refused",
	"session-ended",
	"progress",
	"downloaded",
	"download-failed",
	"signature-rejected",
	"installing",
	"installed",
	"install-failed",
	"restarted",
	"fault no-modem",
	"power-off",
] as const;

const SESSION_ENDS: readonly string[] = [
	"authentication-failed",
	"session-refused",
	"session-ended",
	"restarted",
];

/** These are of a package whose size was told before. */
const TOLD_AFTER_SIZE: readonly string[] = ["progress", "downloaded", "request install"];

/**
 * What the modem says. It may say anything at any time, and keep anything from us, but one thing: a size is told before the
 * bytes, and is the size of what is there (reference, section 2.1).
 */
function said(world: World): Move[] {
	const isUntold = isForeign(world) && stageOf(world) !== "part" && stageOf(world) !== "down";
	const moves: Move[] = SAID.filter((event) => !isUntold || !TOLD_AFTER_SIZE.includes(event)).map(
		(event) => ({ label: event, event, world: heard(world, event) }),
	);
	if (world.held !== "none") {
		const event = isForeign(world) ? "package 1001" : "package 1000";
		const stage = stageOf(world);
		moves.push({
			label: event,
			event,
			world: {
				...world,
				wrongSize: world.wrongSize || isForeign(world),
				...(stage === "begun" ? { held: heldAs(world, "part") } : {}),
			},
		});
	}
	return moves;
}

function heard(world: World, event: string): World {
	if (event === "session-started") return { ...world, session: true };
	if (SESSION_ENDS.includes(event)) return world.session ? { ...world, session: false } : world;
	if (event === "downloaded" && stageOf(world) === "part") return { ...world, held: heldAs(world, "down") };
	return world;
}

/** What the server and the modem do without a word. */
function silently(world: World): Move[] {
	const moves: Move[] = [];
	const stage = stageOf(world);
	if (stage === "part")
		moves.push({ label: "the download ends", world: { ...world, held: heldAs(world, "down") } });
	if (world.session && !world.installing)
		for (const held of ["none", "ours-offered", "foreign-offered"] as const)
			if (world.held !== held) moves.push({ label: `the server has ${held}`, world: { ...world, held } });
	if (world.installing) {
		const version = isForeign(world) ? "other" : "to";
		moves.push({
			label: "the install succeeds",
			world: { ...world, installing: false, version, held: "none" },
		});
		moves.push({ label: "the install fails", world: { ...world, installing: false } });
		moves.push({
			label: "the install fails and the package is gone",
			world: { ...world, installing: false, held: "none" },
		});
	}
	return moves;
}

/** What the modem was asked, and answers. */
function answers(world: World): Move[] {
	const moves: Move[] = [];
	const activities = world.installing
		? ["idle", "session"]
		: [
				"idle",
				...(stageOf(world) === "offered" ? ["offered"] : []),
				...(stageOf(world) === "down" ? ["ready"] : []),
			];
	if (world.asksStatus)
		for (const activity of [...activities, "session"])
			moves.push({
				label: `status ${activity}`,
				event: `status ${activity}`,
				world: { ...world, asksStatus: false },
			});
	switch (world.asksModem) {
		case "file":
			moves.push(
				{ label: "file-sent", event: "file-sent", world: { ...world, asksModem: "none", held: "ours-down" } },
				{ label: "file-failed", event: "file-failed", world: { ...world, asksModem: "none", held: "none" } },
			);
			break;
		case "install":
			moves.push({
				label: "install-accepted",
				event: "install-accepted",
				world: { ...world, asksModem: "none" },
			});
			if (world.version === "from")
				moves.push(
					...journaled(
						"install-refused",
						{ ...world, asksModem: "none", installing: false },
						{ step: world.due ? "commit" : "none", installMayResume: false },
					),
				);
			break;
		case "watch":
			moves.push({ label: "unlaunched", event: "unlaunched", world });
			if (world.version === "to") moves.push({ label: "read to", event: "read to", world });
			break;
		case "read":
			moves.push(...readings({ ...world, asksModem: "none" }));
			break;
		default:
	}
	if (world.again !== "taken") {
		const over: World = { ...world, again: "taken" };
		moves.push({ label: "the download is taken again", world: over });
		if (world.package === "accepted" && stageOf(world) !== "begun")
			moves.push({ label: "the download is not asked for again", world: { ...over, package: world.again } });
	}
	if (world.before !== "unasked") {
		// Another size that was told before the answer came stays known, whether or not the journal took it.
		const before = world.wrongSize ? "foreign" : world.before;
		const known = {
			none: "",
			accepted: " accepted",
			matched: " accepted matched",
			downloaded: " accepted matched",
			foreign: " foreign",
		};
		const back: World = { ...world, before: "unasked" };
		moves.push(
			{ label: "the download is taken", world: back },
			...journaled(
				`download-refused${known[before]}`,
				{ ...back, held: stageOf(world) === "begun" ? heldAs(world, "offered") : world.held },
				{ package: before },
			),
			{ label: "no answer to the download", event: `download-refused${known[world.known]}`, world: back },
		);
	}
	return moves;
}

/** The modem read back after an install. While it installs it is silent or busy. */
function readings(world: World): Move[] {
	const { version, installing, due } = world;
	const moves: Move[] = [
		{ label: "read silent", event: "read silent busy", world },
		{ label: "read wrong-model", event: "read wrong-model", world },
	];
	if (version === "to")
		return [
			...moves,
			...journaled("read to", world, {
				step: "none",
				installMayResume: false,
				reportOwed: true,
				package: "none",
				inForce: true,
				seen: "to",
				attempts: 0,
			}),
		];
	const here = stageOf(world) === "down" ? {} : { package: "none" as const };
	if (version === "other")
		return [...moves, ...journaled("read other", world, { step: "none", seen: "other", ...here })];
	moves.push({ label: "read from busy", event: "read from busy", world });
	if (!installing)
		moves.push(...journaled("read from", world, { step: due ? "commit" : "none", seen: "from", ...here }));
	return moves;
}

/** An event that is said once the journal is written; where it cannot be, a fault is. */
function journaled(event: string, world: World, write: Partial<World>): Move[] {
	return [
		{ label: event, event, world: { ...world, ...write } },
		{ label: `${event}, not journaled`, event: FAULT, world },
	];
}

/** What the elements were told to do, and come to. */
function elements(world: World): Move[] {
	const all = maskOf(orderOf(world));
	const { asksOthers, asksModem } = world;
	const quiet: World = { ...world, asksOthers: "none" };
	if (asksOthers === "none") return [];
	const failed: Move = { label: "others-failed", event: "others-failed", world: quiet };
	switch (asksOthers) {
		case "inspect":
		case "resume":
			return asksModem === asksOthers ? [failed, ...found(world, all)] : [failed];
		case "write":
			return [
				failed,
				{
					label: "written",
					event: "written",
					world: {
						...quiet,
						own: world.due & MASKS.own ? "candidate" : world.own,
						other: world.due & MASKS.other ? "candidate" : world.other,
						third: world.due & MASKS.third ? "candidate" : world.third,
					},
				},
			];
		case "try": {
			const moves = [failed];
			for (const name of PROCESSORS)
				if (world.due & MASKS[name] && world[name] === "candidate")
					moves.push({ label: `the ${name} runs its candidate`, world: { ...world, [name]: "trial" } });
			if (moves.length === 1) moves.push({ label: "on-trial", event: "on-trial", world: quiet });
			return moves;
		}
		case "accept": {
			const moves = [failed];
			for (const name of ["own", ...PROCESSORS] as const)
				if (world.due & MASKS[name] && world[name] === "trial")
					moves.push({ label: `the ${name} accepts`, world: { ...world, [name]: "new" } });
			if (named(world, world.due).every((image) => image === "new"))
				moves.push({ label: "accepted", event: "accepted", world: quiet });
			return moves;
		}
		case "reject":
			return [failed, ...goingBack(world, "rejecting", "rejected")];
		case "recover":
			return world.step === "sent" ? recoverSent(world) : goingBack(world, "recovering", "recovered old");
		default:
			return [];
	}
}

/** Both the modem and the elements were asked what they run. */
function found(world: World, all: number): Move[] {
	const order = orderOf(world);
	const due = dueOf(world);
	const isResumed = world.asksOthers === "resume";
	// An image on trial before anything was tried is nobody's order.
	if (!isResumed && named(world, all).some((image) => image === "trial" || image === "staged")) return [];
	const others = isResumed ? world.own === "trial" : due > 0;
	const quiet: World = {
		...world,
		asksOthers: "none",
		asksModem: "none",
		...(isResumed ? {} : { due }),
	};
	const say = (found: string, activity: string) => `found ${found} ${activity} ${others ? "due" : "current"}`;
	if (!order.modem) return [{ label: "found none", event: say("none", "idle"), world: quiet }];
	const stage = stageOf(world);
	const activities = ["idle", "session"];
	if (stage === "offered") activities.push("offered");
	if (stage === "down") activities.push("ready");
	return [
		{ label: "found wrong-model", event: say("wrong-model", "idle"), world: quiet },
		...activities.flatMap((activity) =>
			journaled(say(world.version, activity), quiet, { seen: world.version }),
		),
	];
}

/** Each element returns to its old image; our own MCU has to start again for it, once. */
function goingBack(world: World, step: "rejecting" | "recovering", event: string): Move[] {
	const mask = world.due;
	const { own } = world;
	if (mask & 1 && own === "staged")
		return [{ label: "our own MCU keeps its old image", world: { ...world, own: "candidate" } }];
	const isOwnStuck = (mask & 1) > 0 && !isOld(own);
	if (isOwnStuck && world.resumedAt !== step) {
		const restarting: World = { ...world, own: "back", asksOthers: "none" };
		return [
			{ label: "restart-needed", event: "restart-needed", world: { ...restarting, token: step } },
			{ label: "restart, not journaled", event: FAULT, world: restarting },
		];
	}
	const others = PROCESSORS.filter((name) => mask & MASKS[name] && !isOld(world[name]));
	if (others.length > 0)
		return others.map((name) => ({ label: `the ${name} goes back`, world: { ...world, [name]: "old" } }));
	if (isOwnStuck) return [];
	return journaled(event, { ...world, asksOthers: "none" }, { step: "none" });
}

/** An install was sent and its result not read: the modem decides. */
function recoverSent(world: World): Move[] {
	const { version, installing } = world;
	const quiet: World = { ...world, asksOthers: "none" };
	const here = stageOf(world) === "down" ? {} : { package: "none" as const };
	if (version === "from")
		return installing
			? []
			: [
					{
						label: "the install is over",
						world: { ...world, step: world.due ? "commit" : "none", seen: "from", ...here },
					},
				];
	if (version === "other")
		return journaled("recovered mixed", quiet, { step: "none", seen: "other", ...here });
	const isNew = named(world, world.due).every((image) => image === "new");
	return journaled(`recovered ${isNew ? "new" : "mixed"}`, quiet, {
		step: "none",
		installMayResume: false,
		reportOwed: true,
		package: "none",
		inForce: isNew,
		seen: "to",
		attempts: 0,
	});
}

/** Everything that can happen while the window's statechart runs, but for its timeouts and the power. */
export function moves(world: World): Move[] {
	const all = [...said(world), ...silently(world), ...answers(world), ...elements(world)];
	if (world.shut) all.push({ label: "ended", event: "ended", world: { ...world, session: false } });
	return all;
}

/** What the guard, the modem and the server do once the window is closed. */
export function guarded(world: World): Move[] {
	const moves = silently(world).filter(({ label }) => !label.startsWith("the server"));
	if (world.reportOwed) moves.push({ label: "the report is paid", world: { ...world, reportOwed: false } });
	if (world.step !== "sent" && world.seen !== world.version)
		moves.push({ label: "the version is seen", world: { ...world, seen: world.version } });
	return moves;
}
