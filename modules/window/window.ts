import { ACTIVITIES, type Inspection, type ModemAvms } from "../elements/modem-avms.js";
import type { Clock } from "../io/clock.js";
import type { DeviceServices, Guarded } from "../modem/device-services.js";
import type { Indication } from "../modem/indication.js";
import type { Request } from "../modem/requests.js";
import type { Journal, JournalRecord, PackageState } from "../set/journal.js";
import type { ClosedOutcome, ElementOutcome, ProductEvent } from "./events.js";
import {
	type Effect,
	type Found,
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

/** What the window must know of the order; in a recovery it comes from the journal alone. */
export interface WindowOrder {
	digest: string;
	adopt: boolean;
	element: string;
	/** "" in a recovery: the journal does not need it. */
	model: string;
	from: readonly string[];
	to: string;
	sizeBytes: number;
}

export interface WindowResult {
	window: "open" | "recover";
	/** After an open window. */
	outcome: ClosedOutcome | "";
	/** After a recovery. */
	set: "old" | "new" | "mixed" | "";
	reason: string;
}

export interface WindowOptions {
	window: "open" | "recover";
	order: WindowOrder;
	/** The family that the product is built for; `auto` takes the order's. */
	family: "auto" | "HL7692" | "HL7800";
	services: DeviceServices;
	element: ModemAvms;
	journal: Journal;
	policy: Policy;
	clock: Clock;
	emit: (event: ProductEvent) => void;
	/** Called once, when the window is closed or the recovery has ended. */
	onClosed: (result: WindowResult) => void;
}

/** What an open window may send (P1); everything else never leaves the module. */
const PERMITTED: readonly string[] = Object.freeze(["session", "connect", "download", "install"]);
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
	#permitting = false;
	#journaledAttempt = false;
	#inspection: Inspection | undefined;
	#foundVersion = "";
	#readVersion = "";
	#told = false;
	#finished = false;
	#lastState = "";
	#lastPercent = -1;
	#pendingInstall = false;
	/** The modem answered last, as far as the window has asked. */
	#answering = false;
	#recoverTimer: unknown;

	constructor(options: WindowOptions) {
		this.#options = options;
		const effects: Readonly<Record<Effect, () => void>> = {
			inspect: () => this.#inspect(),
			recover: () => this.#recover(),
			openSession: () => this.#openSession(),
			acceptConnect: () => this.#acceptConnect(),
			acceptAgain: () => this.#acceptAgain(),
			journalMatched: () => this.#write({ package: "matched", installMayResume: false }),
			journalForeign: () => this.#write({ package: "foreign" }),
			journalDownloaded: () => this.#write({ package: "downloaded" }),
			journalReported: () => this.#write({ reportOwed: false }),
			refuseDownload: () => this.#refuseDownload(),
			readStatus: () => this.#readStatus(),
			sendInstall: () => this.#sendInstall(),
			watchInstall: () => this.#watchInstall(),
			stopActivity: () => options.element.cancel(),
			rearm: () => options.element.arm(),
			readBack: () => this.#readBack(),
			endSession: () => this.#endSession(),
		};
		const host: WindowHost = {
			perform: (effect) => this.#guarded(effects[effect]),
			acceptDownload: (known) => this.#guarded(() => this.#acceptDownload(known)),
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
			const { digest, element, to } = this.#options.order;
			try {
				this.#options.journal.keepUnder({ digest, element, to });
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

	/** The serial port went away. */
	hearGone(): void {
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
		const { window, order, journal, policy, clock } = this.#options;
		const record = journal.record;
		const isOurs = record.order === order.digest;
		const elapsedMs = clock.now();
		return {
			window,
			policy,
			untilSentMs: policy.windowMs - policy.installMs - elapsedMs,
			untilEndMs: policy.windowMs - elapsedMs,
			untilReleaseMs: policy.recoverWithinMs - elapsedMs,
			sizeBytes: order.sizeBytes,
			adopt: order.adopt,
			...packageKnown(isOurs || record.package === "none" ? record.package : "foreign"),
			reportOwed: record.reportOwed,
		};
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
		if (order.model !== "" && model !== order.model) return "wrong-model";
		if (family !== "auto" && model !== family) return "wrong-model";
		if (version === undefined) return undefined;
		if (version === order.to) return "to";
		return order.from.includes(version) ? "from" : "other";
	}

	#inspect(): void {
		this.#options.element.inspect((inspection) => {
			const found = this.#find(inspection);
			this.#inspection = inspection;
			this.#answering = true;
			this.#foundVersion = inspection.version ?? "";
			this.#readVersion = this.#foundVersion;
			if (found !== "wrong-model" && AGREEMENTS.some((name) => inspection.refused.includes(name)))
				return this.#send({ type: "fault", reason: "agreements-refused" });
			if (!found) return this.#send({ type: "fault", reason: "version-unreadable" });
			this.#guarded(() => {
				if (found === "to")
					this.#write({ inForce: this.#options.order.digest, seen: this.#readVersion, attempts: 0 });
				else if (found !== "wrong-model") this.#write({ seen: this.#readVersion });
				this.#send({
					type: "found",
					found,
					activity: this.#pendingInstall ? "ready" : (inspection.activity ?? "idle"),
				});
			});
		});
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

	/** Takes back what was journaled ahead of a step that the modem would not take. */
	#takeBack({ package: before, attempts }: JournalRecord): void {
		const isCounted = this.#options.journal.record.attempts > attempts;
		this.#write({ package: before, attempts });
		if (isCounted) this.#journaledAttempt = false;
		this.#send({ type: "download-refused", ...packageKnown(before) });
	}

	#acceptConnect(): void {
		this.#replies.once("connect", (done) => this.#options.services.accept("connect", done));
	}

	#acceptDownload(known: "accepted" | "matched"): void {
		this.#replies.once("download", (done) => {
			const before = this.#options.journal.record;
			this.#attempt({ package: known });
			this.#options.services.accept("download", (ok, { result }) => {
				done();
				if (result === "error") this.#guarded(() => this.#takeBack(before));
				// Without an answer nobody knows, and what the journal says stands.
				else if (!ok) this.#send({ type: "download-refused", ...packageKnown(known) });
			});
		});
	}

	/** What is journaled as accepted already; a modem that does not ask any more answers with an error. */
	#acceptAgain(): void {
		this.#replies.once("download", (done) => this.#options.services.accept("download", done));
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

	#readStatus(): void {
		this.#options.services.status((status) => {
			if (status) this.#send({ type: "status", activity: ACTIVITIES[status.activity] });
		});
	}

	#sendInstall(): void {
		try {
			this.#attempt({ sent: true, from: this.#foundVersion, installMayResume: true });
		} catch {
			return this.#send({ type: "install-unsent" });
		}
		this.#pendingInstall = false;
		this.#readVersion = "";
		const { emit, order, element } = this.#options;
		emit({ event: "progress", element: order.element, phase: "install", percent: 0 });
		element.acceptInstall((isTaken) => {
			if (!isTaken)
				return this.#guarded(() => {
					this.#write({ sent: false, installMayResume: false });
					this.#readVersion = this.#foundVersion;
					this.#send({ type: "install-refused" });
				});
			this.#send({ type: "install-accepted" });
		});
	}

	#watchInstall(): void {
		this.#answering = false;
		const { order, clock, policy } = this.#options;
		const tookAtMs = clock.now();
		this.#options.element.watch({
			onVersion: (version) => {
				if (version === order.to) this.#send({ type: "read", found: "to", busy: false });
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
		if (activity !== "ready" || version === order.to) tell(activity === undefined || activity === "session");
		else delayRequest(services, "install", emit, (isPutOff) => tell(!isPutOff));
	}

	/** What a reading after `sent` means for the journal: a version that was read and stands closes it. */
	#journalRead(found: Found, busy: boolean): void {
		// Another model than the order's says nothing about the one that the install was sent to.
		if (found === "wrong-model") return;
		const { order } = this.#options;
		const seen = this.#readVersion;
		if (found === "to") {
			this.#write({
				sent: false,
				installMayResume: false,
				reportOwed: true,
				package: "none",
				inForce: order.digest,
				seen,
				attempts: 0,
			});
		} else if (found === "other" || !busy) {
			const isReady = this.#inspection?.activity === "ready";
			this.#write({ sent: false, seen, ...(isReady ? {} : { package: "none" as const }) });
		}
	}

	#recover(): void {
		const { element, clock, journal } = this.#options;
		const from = journal.record.from;
		this.#foundVersion = from;
		element.inspect((inspection) => {
			const found = this.#find(inspection);
			this.#weigh(inspection, (busy) => {
				if (!found || found === "wrong-model" || (found === "from" && busy)) {
					this.#recoverTimer = clock.setTimeout(
						() => this.#guarded(() => this.#recover()),
						RECOVERY_READ_EVERY_MS,
					);
					return;
				}
				this.#readVersion = inspection.version ?? "";
				this.#journalRead(found, busy);
				const set = found === "to" ? "new" : found === "from" ? "old" : "mixed";
				const reason = found === "to" ? "read-back" : found === "from" ? "install-failed" : "wrong-version";
				this.#send({ type: "recovered", set, reason });
			});
		});
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
		emit({ event: "progress", element: order.element, phase: "download", percent });
	}

	/** Once an element: at its read-back, else before the window is closed. */
	#tellElement(outcome: ClosedOutcome | ""): void {
		if (this.#told) return;
		this.#told = true;
		const { emit, order } = this.#options;
		if (outcome === "updated")
			emit({ event: "progress", element: order.element, phase: "install", percent: 100 });
		const is = this.#readVersion;
		emit({
			event: "element",
			element: order.element,
			from: this.#foundVersion,
			to: order.to,
			is,
			outcome: elementOutcome(outcome, is, order),
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
		services.closeSession(() => this.#send({ type: "ended" }));
	}

	#finish(failure?: "mixed"): void {
		// An actor that is stopped completes as well.
		if (this.#finished) return;
		this.#finished = true;
		this.#permitting = false;
		const { element, clock, window } = this.#options;
		clock.clearTimeout(this.#recoverTimer);
		element.cancel();
		const { outcome, set, reason } = this.#actor.getSnapshot().context;
		this.#tellElement(outcome);
		this.#options.onClosed({
			window,
			outcome: failure ?? outcome,
			set: window === "recover" ? (failure ?? set) : "",
			reason: failure ? "internal-fault" : reason,
		});
	}
}

function packageKnown(state: PackageState): PackageKnown {
	const matched = state === "matched" || state === "downloaded";
	return { accepted: matched || state === "accepted", matched, foreign: state === "foreign" };
}

function elementOutcome(outcome: ClosedOutcome | "", is: string, order: WindowOrder): ElementOutcome {
	if (outcome === "updated" || outcome === "current") return outcome;
	if (outcome === "" && is === order.to) return "updated";
	if (is !== "" && is !== order.to && !order.from.includes(is)) return "wrong-version";
	return "failed";
}
