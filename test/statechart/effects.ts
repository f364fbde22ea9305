import { ATTEMPTS_MAX, heldAs, isForeign, maskOf, named, orderOf, stageOf, type World } from "./world.js";

/** A promise that does not hold, in words. */
export class BrokenPromiseError extends Error {
	override name = "BrokenPromiseError";
	readonly promise: string;

	constructor(promise: string, message: string) {
		super(`${promise}: ${message}`);
		this.promise = promise;
	}
}

export function expect(holds: boolean, promise: string, message: string): void {
	if (!holds) throw new BrokenPromiseError(promise, message);
}

/** The world after an effect, and what our own side says of it at once, where it does. */
export interface Result {
	world: World;
	says?: string;
}

/**
 * What an effect does to the world: the worlds between its steps, at each of which the power can go, and its results:
 * the one that was meant, and the one with a journal that cannot be written.
 */
export interface Outcome {
	between: World[];
	results: Result[];
}

type Change = Partial<World>;
/** `write` is journaled first, and what follows only happens if that could be written. */
interface Meaning {
	write?: Change;
	after?: Change;
	says?: string;
	unwritten?: string;
}

const FAULT = "fault journal-not-writable";

/** Counts the attempt, once a window. */
function attempt(world: World): Change {
	if (world.counted) return {};
	expect(world.attempts < ATTEMPTS_MAX, "P8", "an order that failed as often as an order may is given up");
	return { attempts: (world.attempts + 1) as World["attempts"], counted: true };
}

function mustBeOpen(world: World, what: string): void {
	expect(!world.shut, "P1", `${what} after the window began to close`);
}

/** The meaning of each effect that the design gives it, and what must hold for it to be permitted. */
const MEANINGS: Readonly<Record<string, (world: World, argument: string) => Meaning>> = {
	inspect: () => ({ after: { asksOthers: "inspect", asksModem: "inspect" } }),
	resume: () => ({ after: { asksOthers: "resume", asksModem: "resume" } }),
	recover: () => ({ after: { asksOthers: "recover", asksModem: "none" } }),
	writeOthers: (world) => {
		mustBeOpen(world, "writing an image");
		expect(
			named(world, 7).every((image) => image === "old" || image === "candidate" || image === "new"),
			"P7",
			"an image is written while another one is on trial",
		);
		return { after: { asksOthers: "write" } };
	},
	tryOthers: (world) => {
		mustBeOpen(world, "a trial");
		const { due, resumedAt, own } = world;
		const isResumed = resumedAt === "trial";
		const isOwnFirst = (due & 1) > 0 && !isResumed;
		expect(
			!isResumed || own === "trial",
			"P7",
			"the others are tried while our own MCU does not run its new image",
		);
		expect(
			isResumed || named(world, due).every((image) => image === "candidate"),
			"P7",
			"a trial before all candidates are whole",
		);
		return {
			write: isResumed ? {} : { ...attempt(world), step: "trial", listed: due },
			after: isOwnFirst ? { own: "staged", token: "trial" } : { asksOthers: "try" },
			...(isOwnFirst ? { says: "restart-needed" } : {}),
		};
	},
	acceptOthers: (world) => {
		mustBeOpen(world, "accepting an image");
		expect(
			named(world, world.due).every((image) => image === "trial"),
			"P7",
			"images are accepted before all of them run",
		);
		expect(world.step === "trial", "P7", "images are accepted that the journal knows no trial of");
		return { write: { step: "commit" }, after: { asksOthers: "accept" } };
	},
	rejectOthers: (world) => {
		expect(world.step !== "sent", "P7", "images are taken back while an install is under way");
		expect(!world.installing, "P7", "images are taken back while the modem installs");
		expect(
			!world.sent || world.version === "from",
			"P7",
			"images are taken back from a modem that was updated",
		);
		return { after: { asksOthers: "reject" } };
	},
	stopOthers: () => ({ after: { asksOthers: "none" } }),
	journalCurrent: (world) => {
		expect(
			named(world, maskOf(orderOf(world))).every((image) => image === "new"),
			"P5",
			"an order is journaled in force while an element runs another image",
		);
		expect(
			!orderOf(world).modem || world.version === "to",
			"P5",
			"an order is journaled in force while the modem runs another version",
		);
		return { write: { step: "none", inForce: true, attempts: 0 } };
	},
	sendFile: (world) => {
		mustBeOpen(world, "sending a file");
		expect(orderOf(world).isLocal, "P5", "a file is sent where the order names none");
		expect(world.version === "from", "P5", "a file is sent to a modem in another version than the order's");
		return { write: { ...attempt(world), package: "accepted" }, after: { asksModem: "file" } };
	},
	cancelFile: (world) => ({ after: world.asksModem === "file" ? { asksModem: "none" } : {} }),
	openSession: (world) => {
		mustBeOpen(world, "a session");
		expect(!orderOf(world).isLocal, "P5", "a session is opened for an order that has a file");
		expect(
			world.version === "from",
			"P5",
			"a session is opened for a modem in another version than the order's",
		);
		return { after: { asksModem: "session" } };
	},
	acceptConnect: (world) => {
		mustBeOpen(world, "accepting a connection");
		return {};
	},
	acceptDownload: (world, known) => {
		mustBeOpen(world, "accepting a download");
		expect(
			world.version === "from",
			"P5",
			"a download is accepted by a modem in another version than the order's",
		);
		const stage = stageOf(world);
		if (world.again !== "taken" || world.before !== "unasked") return {};
		return {
			write: {
				...attempt(world),
				package: "accepted",
				before: world.package,
				known: known as World["known"],
			},
			after: stage === "offered" ? { held: heldAs(world, "begun") } : {},
		};
	},
	acceptAgain: (world) => {
		mustBeOpen(world, "accepting a download again");
		const after = stageOf(world) === "offered" ? { held: heldAs(world, "begun") } : {};
		// One reply at a time.
		if (world.again !== "taken" || world.before !== "unasked") return {};
		if (world.package === "accepted") return { after };
		// It may be another one: until its size is told, or its bytes come without one, the journal does not know it.
		return {
			write: {
				...attempt(world),
				package: "accepted",
				// A modem that does not ask any more may answer with an error.
				again: stageOf(world) === "offered" ? "taken" : world.package,
			},
			after,
		};
	},
	journalMatched: (world) => {
		expect(!isForeign(world), "P6", "another's package is journaled as ours");
		return { write: { package: "matched", installMayResume: false } };
	},
	journalFlowing: (world) => {
		if (world.package !== "accepted") return {};
		expect(orderOf(world).adopt || !isForeign(world), "P6", "another's package is journaled as ours");
		return { write: { package: "matched" } };
	},
	journalForeign: (world) => {
		expect(isForeign(world), "P6", "our package is journaled as another's");
		return { write: { package: "foreign" } };
	},
	journalDownloaded: (world) => {
		expect(
			orderOf(world).adopt || !isForeign(world) || stageOf(world) === "offered",
			"P6",
			"another's package is journaled as downloaded",
		);
		return { write: { package: "downloaded" } };
	},
	journalReported: () => ({ write: { reportOwed: false } }),
	refuseDownload: (world) => {
		expect(world.wrongSize, "P6", "a download is refused whose size was not wrong");
		return { after: world.held === "foreign-offered" ? { held: "none" } : {} };
	},
	readStatus: () => ({ after: { asksStatus: true } }),
	sendInstall: (before, argument) => {
		const isNews = argument === "matched" && before.package !== "downloaded";
		const world: World = isNews ? { ...before, package: "matched" } : before;
		mustBeOpen(world, "an install");
		const { adopt } = orderOf(world);
		expect(orderOf(world).modem, "P5", "an install is sent where the order names no modem");
		expect(
			world.version === "from",
			"P5",
			"an install is sent to a modem in another version than the order's",
		);
		expect(
			adopt || world.package === "matched" || world.package === "downloaded",
			"P6",
			"an install is sent for a package that the journal does not know as ours",
		);
		expect(adopt || world.held !== "foreign-down", "P6", "an install is sent for another's package");
		expect(
			named(world, world.due).every((image) => image === "new"),
			"P7",
			"an install is sent before all others are accepted",
		);
		expect(
			world.due === 0 || world.step === "commit",
			"P7",
			"an install is sent that the journal knows no commit of",
		);
		expect(!world.sent, "P8", "an install is sent twice in one window");
		return {
			write: { ...attempt(world), package: world.package, step: "sent", installMayResume: true, sent: true },
			after: { asksModem: "install", installing: stageOf(world) === "down" },
			unwritten: "install-unsent",
		};
	},
	watchInstall: () => ({ after: { asksModem: "watch" } }),
	stopActivity: (world) => ({ after: world.asksModem === "file" ? {} : { asksModem: "none" } }),
	rearm: () => ({ after: { asksModem: "arm" } }),
	readBack: (world) => {
		expect(world.step === "sent", "P7", "a version is read back where no install was sent");
		return { after: { asksModem: "read" } };
	},
	endSession: () => ({ after: { shut: true, asksModem: "none", asksStatus: false } }),
	delayRequest: () => ({}),
	tellElement: () => ({}),
};

/** What `effect` leads to from here. Throws BrokenPromiseError where it may not be. */
export function perform(before: World, effect: string): Outcome {
	const [name = "", argument = ""] = effect.split(" ");
	const meaning = MEANINGS[name];
	if (!meaning) throw new RangeError(`Expected an effect with a meaning, got ${effect}`);
	const { write, after, says, unwritten } = meaning(before, argument);
	const written: World = write ? { ...before, ...write } : before;
	const world: World = after ? { ...written, ...after } : written;
	const between = write ? [before, written] : [before];
	const results: Result[] = [says === undefined ? { world } : { world, says }];
	if (write && Object.keys(write).length > 0) results.push({ world: before, says: unwritten ?? FAULT });
	return { between, results };
}
