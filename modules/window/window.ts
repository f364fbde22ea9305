import { ACTIVITIES, type Activity, type Inspection, type ModemAvms } from "../elements/modem-avms.js";
import type { Clock } from "../io/clock.js";
import type { DeviceServices, Guarded } from "../modem/device-services.js";
import type { Indication } from "../modem/indication.js";
import type { Request } from "../modem/requests.js";
import { ElementSet, type Member } from "../set/element-set.js";
import type { Journal, JournalRecord, PackageState, RestartToken } from "../set/journal.js";
import type { ClosedOutcome, ElementOutcome, ProductEvent } from "./events.js";
import type { HandOver, ModemTransfer } from "./hand-over.js";
import {
	type Effect,
	type Found,
	type OthersFound,
	type PackageKnown,
	type WindowEvent,
	type WindowHost,
	type WindowInput,
	windowMachine,
} from "./machine.js";
import type { Policy } from "./policy.js";
import { type Actor, createActor } from "./preload/xstate.js";
import { delayRequest } from "./put-off.js";
import { Replies } from "./replies.js";
import { SetSteps } from "./set-steps.js";
import { journalKey, type WindowModem, type WindowOrder } from "./window-order.js";

export interface WindowResult {
	window: "open" | "recover";
	/** Our own MCU has to start again, and its new boot goes on; nothing is concluded. */
	restart: boolean;
	/** After an open window. */
	outcome: ClosedOutcome | "";
	/** After a recovery. */
	set: "old" | "new" | "mixed" | "";
	reason: string;
	/** The modem has heard that its session has to end. */
	sessionEnded: boolean;
}

export interface WindowOptions {
	window: "open" | "recover";
	order: WindowOrder;
	/** The family that the product is built for; `auto` takes the order's. */
	family: "auto" | "HL7692" | "HL7800";
	services: DeviceServices;
	element: ModemAvms;
	/** The order's elements beside the modem; in a recovery the journal's. */
	members: readonly Member[];
	handOver: HandOver;
	/** Where this boot goes on after a planned restart; undefined in any other boot. */
	token: RestartToken | undefined;
	/** The number of this boot. */
	bootNumber: number;
	/** What was decided before all planned restarts. */
	told: RestartToken["told"];
	journal: Journal;
	policy: Policy;
	clock: Clock;
	emit: (event: ProductEvent) => void;
	/** Called once, when the window is closed or the recovery has ended. */
	onClosed: (result: WindowResult) => void;
}

/** What an open window may send (P1); everything else never leaves the module. */
const PERMITTED: readonly string[] = Object.freeze([
	"session",
	"connect",
	"download",
	"install",
	"refusal",
	"local-download",
]);
/** Without these the modem would act by itself: nothing is begun then. */
const AGREEMENTS: readonly string[] = Object.freeze(["WDSC=2", "WDSC=1", "WDSC=0"]);
const RECOVERY_READ_EVERY_MS = 2_000;

/** The indications that the statechart hears, under the same names. */
const HEARD: readonly string[] = Object.freeze([
	"ready",
	"authenticating",
	"authentication-failed",
	"session-started",
	"session-refused",
	"session-ended",
	"downloaded",
	"download-failed",
	"signature-rejected",
	"installing",
	"installed",
	"install-failed",
]);

/** One open window, or one recovery: runs the statechart and does what its actions say. */
export class Window {
	readonly #options: WindowOptions;
	readonly #actor: Actor<typeof windowMachine>;
	readonly #replies = new Replies();
	readonly #set: ElementSet;
	readonly #steps: SetSteps;
	#permitting = false;
	#journaledAttempt = false;
	#inspection: Inspection | undefined;
	#foundVersion = "";
	#readVersion = "";
	#told = false;
	#finished = false;
	#sessionEnded = false;
	#lastState = "";
	#lastPercent = -1;
	#pendingInstall = false;
	/** Another size than the order's was told last, whether or not the journal took it. */
	#isForeign = false;
	/** The status was wanted once more while it was being read. */
	#asksAgain = false;
	#transfer: ModemTransfer | undefined;
	/** The modem answered last, as far as the window has asked. */
	#answering = false;
	#recoverTimer: unknown;
	/** What closes the journal once the boot has said what became of the update. */
	#onTold: (() => void) | undefined;

	constructor(options: WindowOptions) {
		this.#options = options;
		const { journal, members, token } = options;
		this.#set = new ElementSet({ members });
		this.#steps = new SetSteps({
			set: this.#set,
			journal,
			handOver: options.handOver,
			emit: options.emit,
			send: (event) => this.#send(event),
			guarded: (step) => this.#guarded(step),
			attempt: (change) => this.#attempt(change),
			modemVersion: () => this.#foundVersion,
			remainingMs: () => this.#remainingMs(),
			bootNumber: options.bootNumber,
			told: options.told,
			resumedAt: token?.step,
		});
		if (token || options.window === "recover") {
			// What ran before is what the journal says, and this window's attempt is counted.
			this.#set.resume(journal.record.others, token?.failure);
			this.#foundVersion = journal.record.from;
			this.#readVersion = token ? journal.record.from : "";
			this.#journaledAttempt = true;
		}
		const effects: Readonly<Record<Effect, () => void>> = {
			inspect: () => this.#inspect(),
			resume: () => this.#resume(),
			recover: () => this.#recover(),
			writeOthers: () => this.#steps.write(),
			tryOthers: () => this.#steps.try(),
			acceptOthers: () => this.#steps.accept(),
			stopOthers: () => this.#steps.stop(),
			journalCurrent: () => this.#journalCurrent(),
			sendFile: () => this.#sendFile(),
			cancelFile: () => this.#cancelFile(),
			openSession: () => this.#openSession(),
			acceptConnect: () => this.#acceptConnect(),
			acceptAgain: () => this.#acceptAgain(),
			journalMatched: () => {
				this.#isForeign = false;
				this.#write({ package: "matched", installMayResume: false });
			},
			journalFlowing: () => this.#journalFlowing(),
			journalForeign: () => {
				this.#isForeign = true;
				this.#write({ package: "foreign" });
			},
			journalDownloaded: () => this.#write({ package: "downloaded" }),
			journalReported: () => this.#write({ reportOwed: false }),
			refuseDownload: () => this.#refuseDownload(),
			readStatus: () => this.#readStatus(),
			watchInstall: () => this.#watchInstall(),
			stopActivity: () => options.element.cancel(),
			rearm: () => options.element.arm(),
			readBack: () => this.#readBack(),
			endSession: () => this.#endSession(),
		};
		const host: WindowHost = {
			perform: (effect) => this.#guarded(effects[effect]),
			sendInstall: (isMatched) => this.#guarded(() => this.#sendInstall(isMatched)),
			acceptDownload: (known) => this.#guarded(() => this.#acceptDownload(known)),
			rejectOthers: (reason) => this.#guarded(() => this.#rejectOthers(reason)),
			delayRequest: (request) => this.#delay(request),
			tellElement: (outcome) => this.#tellElement(outcome),
		};
		this.#actor = createActor(windowMachine, { clock: options.clock, input: { ...this.#input(), host } });
	}

	start(): void {
		this.#permitting = this.#options.window === "open";
		this.#actor.subscribe({
			next: (snapshot) => {
				const value = JSON.stringify(snapshot.value);
				if (value === this.#lastState) return;
				this.#lastState = value;
				this.#options.emit({ event: "state", value: snapshot.value });
			},
			error: () => this.#finish("mixed"),
			complete: () => this.#finish(),
		});
		if (this.#options.window === "open") {
			try {
				this.#options.journal.keepUnder(journalKey(this.#options.order));
			} catch {
				this.#send({ type: "fault", reason: "journal-not-writable" });
			}
		}
		this.#actor.start();
	}

	/** The interlock of P1: only between the opening and the closing of the window, and only these commands. */
	permits(command: Guarded): boolean {
		return this.#permitting && PERMITTED.includes(command);
	}

	/** What the modem says by itself. */
	hear(indication: Indication): void {
		this.#transfer?.hear(indication);
		switch (indication.kind) {
			case "request":
				return this.#hearRequest(indication.request);
			case "package":
				return this.#send({ type: "package", sizeBytes: indication.sizeBytes });
			case "progress":
				this.#send({ type: "progress" });
				return this.#tellDownload(indication.percent);
			default:
				if (HEARD.includes(indication.kind)) this.#send({ type: indication.kind } as WindowEvent);
		}
	}

	/** A sign that the modem restarted. */
	hearRestart(): void {
		this.#send({ type: "restarted" });
	}

	/** The serial port went away. What recovers the other elements needs no modem. */
	hearGone(): void {
		if (this.#options.window === "recover" && this.#options.journal.record.step !== "sent") return;
		this.#send({ type: "fault", reason: "no-modem" });
	}

	/** A part that an open window stands on failed: it closes, unless an install was sent, which is still read back. */
	hearFault(): void {
		if (this.#options.window === "recover" || this.#actor.getSnapshot().context.sent) return;
		this.#permitting = false;
		this.#send({ type: "fault", reason: "board-fault" });
	}

	/** An orderly power-off: ends the session and closes. */
	powerOff(): void {
		this.#send({ type: "power-off" });
	}

	/** Ends at once, whatever goes on; what the statechart has concluded so far stands. */
	abort(): void {
		if (this.#actor.getSnapshot().status !== "active") return;
		this.#actor.stop();
		this.#finish();
	}

	#input(): Omit<WindowInput, "host"> {
		const { window, order, journal, policy, members, token } = this.#options;
		const record = journal.record;
		const isOurs = record.order === order.digest;
		const untilEndMs = this.#remainingMs();
		return {
			window,
			resumeAt: token?.step === "recovering" ? undefined : token?.step,
			reasonBefore: token?.reason ?? "",
			isLocal: order.modem?.source === "local",
			policy,
			untilSentMs:
				untilEndMs - (order.modem ? policy.installMs : 0) - (members.length > 0 ? policy.acceptWithinMs : 0),
			untilEndMs,
			untilReleaseMs: this.#remainingMs(),
			sizeBytes: order.modem?.sizeBytes ?? 0,
			adopt: order.adopt,
			...packageKnown(isOurs || record.package === "none" ? record.package : "foreign"),
			reportOwed: record.reportOwed,
		};
	}

	/** What is left of the window, or of the recovery; a planned restart does not start it anew. */
	#remainingMs(): number {
		const { window, policy, clock, token } = this.#options;
		const wholeMs = window === "open" ? policy.windowMs : policy.recoverWithinMs;
		return Math.min(token?.remainingMs ?? wholeMs, wholeMs) - clock.now();
	}

	/** Runs an effect; what it throws becomes an event, so that a failed write is followed by no step. */
	#guarded(effect: () => void): void {
		try {
			effect();
		} catch (error) {
			const reason =
				(error as Error).name === "JournalWriteError" ? "journal-not-writable" : "internal-fault";
			this.#send({ type: "fault", reason });
		}
	}

	#send(event: WindowEvent): void {
		if (this.#actor.getSnapshot().status === "active") this.#actor.send(event);
	}

	#write(change: Partial<JournalRecord>): void {
		this.#options.journal.write(change);
	}

	#find({ model, version }: Inspection): Found | undefined {
		const { order, family } = this.#options;
		const { modem } = order;
		if (!modem) return "none";
		if (modem.model !== "" && model !== modem.model) return "wrong-model";
		if (family !== "auto" && model !== family) return "wrong-model";
		if (version === undefined) return undefined;
		if (version === modem.to) return "to";
		return modem.from.includes(version) ? "from" : "other";
	}

	/** Asks the modem and the other elements, at the same time. */
	#inspect(): void {
		this.#ask(
			(done) => this.#set.inspect(done),
			() => (this.#set.isDue ? "due" : "current"),
		);
	}

	/** After a planned restart: our own MCU has to run its new image now, and nobody else yet. */
	#resume(): void {
		this.#ask(
			(done) => this.#set.read(done),
			() => (this.#set.own?.standing === "to" ? "due" : "current"),
		);
	}

	#ask(
		askOthers: (done: (error: { reason: string } | undefined) => void) => void,
		others: () => OthersFound,
	): void {
		let answer: { found: Found; activity: Activity } | undefined;
		let asked = false;
		const tell = (): void => {
			if (answer && asked) this.#send({ type: "found", ...answer, others: others() });
		};
		askOthers((error) => {
			if (error) return this.#send({ type: "others-failed", reason: error.reason });
			asked = true;
			tell();
		});
		this.#askModem((found, activity) => {
			answer = { found, activity };
			tell();
		});
	}

	#askModem(done: (found: Found, activity: Activity) => void): void {
		const { element, order } = this.#options;
		if (!order.modem) {
			// It takes no part, and is kept from doing anything meanwhile.
			element.arm();
			return done("none", "idle");
		}
		element.inspect((inspection) => {
			const found = this.#find(inspection);
			this.#inspection = inspection;
			this.#answering = true;
			this.#foundVersion = inspection.version ?? "";
			this.#readVersion = this.#foundVersion;
			if (found !== "wrong-model" && AGREEMENTS.some((name) => inspection.refused.includes(name)))
				return this.#send({ type: "fault", reason: "agreements-refused" });
			if (!found) return this.#send({ type: "fault", reason: "version-unreadable" });
			this.#guarded(() => {
				if (found !== "wrong-model") this.#write({ seen: this.#readVersion });
				done(found, this.#pendingInstall ? "ready" : (inspection.activity ?? "idle"));
			});
		});
	}

	/** The whole order was read back in force. */
	#journalCurrent(): void {
		this.#write({ step: "none", inForce: this.#options.order.digest, attempts: 0 });
	}

	#rejectOthers(reason: string): void {
		this.#steps.reject("rejecting", reason, (error) =>
			this.#send(error ? { type: "others-failed", reason: error.reason } : { type: "rejected" }),
		);
	}

	#sendFile(): void {
		const { order, handOver, services, emit } = this.#options;
		const modem = order.modem as WindowModem;
		this.#attempt({ package: "accepted" });
		const tell = (percent: number) =>
			emit({ event: "progress", element: modem.element, phase: "write", percent });
		this.#transfer = handOver.toModem(services, modem, tell, (error) => {
			this.#transfer = undefined;
			if (error) return this.#send({ type: "file-failed", reason: error.reason });
			this.#pendingInstall = true;
			this.#send({ type: "file-sent" });
		});
	}

	#cancelFile(): void {
		this.#transfer?.cancel();
		this.#transfer = undefined;
	}

	#openSession(): void {
		this.#options.element.openSession();
	}

	/** Counts the attempt once a window, ahead of the step that makes it one. */
	#attempt(change: Partial<JournalRecord>): void {
		const attempts = this.#options.journal.record.attempts + (this.#journaledAttempt ? 0 : 1);
		this.#write({ ...change, attempts });
		this.#journaledAttempt = true;
	}

	/**
	 * Takes back what was journaled ahead of a step that the modem would not take; but not that another size was told before
	 * its answer came (P6).
	 */
	#takeBack({ package: before, attempts }: JournalRecord): void {
		const { record } = this.#options.journal;
		const known = this.#isForeign ? "foreign" : before;
		const isCounted = record.attempts > attempts;
		this.#write({ package: known, attempts });
		if (isCounted) this.#journaledAttempt = false;
		this.#send({ type: "download-refused", ...packageKnown(known) });
	}

	#acceptConnect(): void {
		this.#replies.once("connect", (done) => this.#options.services.accept("connect", done));
	}

	/**
	 * Whatever is known of the package that is asked for, it may be another one by now: until its size is told, or its bytes
	 * come without one, the journal does not know it (P6).
	 */
	#acceptDownload(known: "accepted" | "matched"): void {
		this.#replies.once("download", (done) => {
			const before = this.#options.journal.record;
			this.#attempt({ package: "accepted" });
			this.#options.services.accept("download", (ok, { result }) => {
				done();
				if (result === "error") this.#guarded(() => this.#takeBack(before));
				// Without an answer nobody knows, and what the journal says stands.
				else if (!ok) this.#send({ type: "download-refused", ...packageKnown(known) });
			});
		});
	}

	/** What is accepted already; a modem that does not ask any more answers with an error. */
	#acceptAgain(): void {
		const { journal, services } = this.#options;
		this.#replies.once("download", (done) => {
			const before = journal.record.package;
			if (before !== "accepted") this.#attempt({ package: "accepted" });
			services.accept("download", (_, { result }) => {
				done();
				const isRefused = result === "error" && journal.record.package === "accepted";
				if (isRefused && before !== "accepted") this.#guarded(() => this.#write({ package: before }));
			});
		});
	}

	/** The package that was accepted is the one whose size was told. */
	#journalFlowing(): void {
		if (this.#options.journal.record.package === "accepted") this.#write({ package: "matched" });
	}

	#delay(request: Request): void {
		const { services, emit } = this.#options;
		this.#replies.once(request, (done) => delayRequest(services, request, emit, done));
	}

	#refuseDownload(): void {
		const { services, emit } = this.#options;
		if (!services.profile?.refusals.download) return this.#delay("download");
		this.#replies.once("download", (done) =>
			services.refuse("download", (ok) => {
				done();
				if (ok) emit({ event: "refused", request: "download", by: "refusal", minutes: 0 });
			}),
		);
	}

	/** An answer that is on its way may be older than the reason to ask: then the modem is asked once more. */
	#readStatus(): void {
		this.#asksAgain = true;
		this.#replies.once("status", (done) => {
			this.#asksAgain = false;
			this.#options.services.status((status) => {
				done();
				if (status) this.#send({ type: "status", activity: ACTIVITIES[status.activity] });
				if (this.#asksAgain) this.#readStatus();
			});
		});
	}

	#sendInstall(isMatched: boolean): void {
		const isNews = isMatched && this.#options.journal.record.package !== "downloaded";
		const known = isNews ? { package: "matched" as const } : {};
		try {
			const { others } = this.#options.journal.record;
			this.#attempt({
				...known,
				step: "sent",
				from: this.#foundVersion,
				installMayResume: true,
				// Those of an earlier window are none of this one's.
				others: this.#set.isDue ? others : [],
			});
		} catch {
			return this.#send({ type: "install-unsent" });
		}
		this.#pendingInstall = false;
		this.#readVersion = "";
		const { emit, order, element } = this.#options;
		emit({ event: "progress", element: order.modem?.element ?? "", phase: "install", percent: 0 });
		element.acceptInstall((isTaken) => {
			if (!isTaken)
				return this.#guarded(() => {
					this.#write({ step: this.#stepUnsent(), installMayResume: false });
					this.#readVersion = this.#foundVersion;
					this.#send({ type: "install-refused" });
				});
			this.#send({ type: "install-accepted" });
		});
	}

	/** Where the journal stands while the modem's install is not, or not any more, under way. */
	#stepUnsent(): "commit" | "none" {
		return this.#set.isDue ? "commit" : "none";
	}

	#watchInstall(): void {
		this.#answering = false;
		const { order, clock, policy } = this.#options;
		const tookAtMs = clock.now();
		this.#options.element.watch({
			onVersion: (version) => {
				if (version === order.modem?.to) this.#send({ type: "read", found: "to", busy: false });
				else if (clock.now() - tookAtMs >= policy.launchWithinMs) this.#send({ type: "unlaunched" });
			},
			onRestart: () => this.#send({ type: "restarted" }),
		});
	}

	#readBack(): void {
		this.#options.element.inspect((inspection) => {
			const found = this.#find(inspection);
			if (!found) return this.#send({ type: "read", found: "silent", busy: true });
			this.#answering = true;
			this.#readVersion = inspection.version ?? "";
			this.#weigh(inspection, (busy) => {
				this.#journalRead(found, busy);
				this.#send({ type: "read", found, busy });
			});
		});
	}

	/**
	 * Whether the modem is, or may be, at work. A package that can be put off waits for us; one that is ready and cannot be
	 * may be about to install itself, as an install does that was cut off.
	 */
	#weigh(inspection: Inspection, done: (busy: boolean) => void): void {
		const { services, emit, order } = this.#options;
		const { activity, version } = inspection;
		this.#inspection = inspection;
		const tell = (busy: boolean) => {
			if (!this.#finished) this.#guarded(() => done(busy));
		};
		if (activity !== "ready" || version === order.modem?.to)
			tell(activity === undefined || activity === "session");
		else delayRequest(services, "install", emit, (isPutOff) => tell(!isPutOff));
	}

	/**
	 * What a reading after `sent` means for the journal: a version that was read and stands closes it. `isWhole`: the other
	 * elements run the order's versions as well; else the order is not in force, and the next window goes on with it.
	 */
	#journalRead(found: Found, busy: boolean, isWhole = true): void {
		// Another model than the order's says nothing about the one that the install was sent to.
		if (found === "wrong-model") return;
		const { order } = this.#options;
		const seen = this.#readVersion;
		if (found === "to") {
			this.#write({
				step: "none",
				installMayResume: false,
				reportOwed: true,
				package: "none",
				seen,
				...(isWhole ? { inForce: order.digest, attempts: 0 } : {}),
			});
		} else if (found === "other" || !busy) {
			const isReady = this.#inspection?.activity === "ready";
			const change = { seen, ...(isReady ? {} : { package: "none" as const }) };
			if (found === "from") this.#write({ ...change, step: this.#stepUnsent() });
			// A version that nobody ordered is told before it is closed: the boot after a power cut in between tells it.
			else this.#onTold = () => this.#write({ ...change, step: "none" });
		}
	}

	/** Brings the set to one side, by what the journal says; asks again until it is there or monitoring has to be released. */
	#recover(): void {
		if (this.#options.journal.record.step === "sent") this.#recoverSent();
		else this.#goBack("went-back");
	}

	/** The modem decides: its install was sent. */
	#recoverSent(): void {
		this.#options.element.inspect((inspection) => {
			const found = this.#find(inspection);
			this.#weigh(inspection, (busy) => {
				if (!found || found === "wrong-model" || (found === "from" && busy)) return this.#recoverLater();
				this.#readVersion = inspection.version ?? "";
				if (found === "from") {
					this.#journalRead(found, busy);
					return this.#goBack("install-failed");
				}
				this.#set.read((silence) => {
					if (silence) return this.#recoverLater();
					this.#guarded(() => {
						const isWhole = this.#set.states.every(({ standing }) => standing === "to");
						const isNew = found === "to" && isWhole;
						this.#journalRead(found, busy, isWhole);
						const reason = isNew ? "read-back" : "wrong-version";
						this.#send({ type: "recovered", set: isNew ? "new" : "mixed", reason });
					});
				});
			});
		});
	}

	#goBack(reason: string): void {
		this.#steps.reject("recovering", "", (error) => {
			if (error) this.#recoverLater();
			else this.#send({ type: "recovered", set: "old", reason });
		});
	}

	#recoverLater(): void {
		const { clock } = this.#options;
		clock.clearTimeout(this.#recoverTimer);
		const again = (): void => {
			this.#set.forgetErrors();
			this.#recover();
		};
		this.#recoverTimer = clock.setTimeout(() => this.#guarded(again), RECOVERY_READ_EVERY_MS);
	}

	#hearRequest(request: Request): void {
		if (request === "reboot" || request === "uninstall") return this.#delay(request);
		if (request === "install") this.#pendingInstall = true;
		this.#send({ type: "request", request });
	}

	#tellDownload(percent: number | undefined): void {
		if (percent === undefined || percent === this.#lastPercent || !this.#permitting) return;
		this.#lastPercent = percent;
		const { emit, order } = this.#options;
		if (order.modem) emit({ event: "progress", element: order.modem.element, phase: "download", percent });
	}

	/** Once an element: at its read-back, else before the window is closed. */
	#tellElement(outcome: ClosedOutcome | ""): void {
		if (this.#told) return;
		this.#told = true;
		const { order } = this.#options;
		if (order.modem) this.#tellModem(order.modem, outcome);
		this.#steps.tellElements(outcome);
	}

	#tellModem({ element, from, to }: WindowModem, outcome: ClosedOutcome | ""): void {
		const { emit } = this.#options;
		const is = this.#readVersion;
		if (outcome === "updated" && this.#foundVersion !== to)
			emit({ event: "progress", element, phase: "install", percent: 100 });
		emit({
			event: "element",
			element,
			from: this.#foundVersion,
			to,
			is,
			outcome: elementOutcome(outcome, is, { from, to, found: this.#foundVersion }),
		});
	}

	/** The interlock falls first; then the package that still asks is put off and the session ends. */
	#endSession(): void {
		this.#permitting = false;
		const { element, services } = this.#options;
		element.cancel();
		if (this.#pendingInstall || this.#inspection?.activity === "ready") this.#delay("install");
		// A modem that does not answer has nothing that could be ended; waiting for it would only hold monitoring back.
		if (!this.#answering) return this.#send({ type: "ended" });
		services.closeSession((_, { result }) => {
			this.#sessionEnded = result !== "timeout";
			this.#send({ type: "ended" });
		});
	}

	#finish(failure?: "mixed"): void {
		// An actor that is stopped completes as well.
		if (this.#finished) return;
		this.#finished = true;
		this.#permitting = false;
		const { element, clock, window, journal } = this.#options;
		clock.clearTimeout(this.#recoverTimer);
		element.cancel();
		this.#cancelFile();
		this.#steps.stop();
		const { value, context } = this.#actor.getSnapshot();
		const restart = value === "restarting";
		// Whatever was concluded: a set whose journal is open is neither old nor new.
		const isMixed = failure !== undefined || (journal.open && !restart);
		const outcome = isMixed ? "mixed" : context.outcome;
		// Only a write that failed leaves the journal of an update open that has come to its end.
		const isUnwritten = isMixed && (context.outcome === "updated" || context.set === "old");
		if (!restart) this.#tellElement(outcome);
		this.#options.onClosed({
			window,
			restart,
			outcome,
			set: window === "recover" ? (isMixed ? "mixed" : context.set) : "",
			reason: failure ? "internal-fault" : isUnwritten ? "journal-not-writable" : context.reason,
			sessionEnded: this.#sessionEnded,
		});
		try {
			this.#onTold?.();
		} catch {
			// The journal stays open: the next boot asks the modem again.
		}
	}
}

function packageKnown(state: PackageState): PackageKnown {
	const matched = state === "matched" || state === "downloaded";
	return { accepted: matched || state === "accepted", matched, foreign: state === "foreign" };
}

function elementOutcome(
	outcome: ClosedOutcome | "",
	is: string,
	{ from, to, found }: { from: readonly string[]; to: string; found: string },
): ElementOutcome {
	if (is === to && found === to && outcome !== "") return "current";
	if (outcome === "updated" || outcome === "current") return outcome;
	if (outcome === "" && is === to) return "updated";
	if (is !== "" && is !== to && !from.includes(is)) return "wrong-version";
	return "failed";
}
