import type { ModemAvms } from "../elements/modem-avms.js";
import type { Clock } from "../io/clock.js";
import type { Rtc } from "../io/rtc.js";
import type { DeviceServices, Guarded } from "../modem/device-services.js";
import type { Indication } from "../modem/indication.js";
import type { Request } from "../modem/requests.js";
import type { Journal } from "../set/journal.js";
import { isInForce } from "./decide.js";
import type { ProductEvent } from "./events.js";
import type { Policy } from "./policy.js";
import { Prefetch } from "./prefetch.js";
import { delayRequest } from "./put-off.js";
import { Replies } from "./replies.js";
import type { WindowOrder } from "./window-order.js";

const SESSION_BEGINS: readonly string[] = Object.freeze(["authenticating", "session-started"]);
const SESSION_ENDS: readonly string[] = Object.freeze([
	"authentication-failed",
	"session-refused",
	"session-ended",
]);

/** How often a session's end is asked for in a row of a modem that does not answer; after that once at each reading of the agreements. */
const END_TRIES_MAX = 8;

export interface GuardOptions {
	services: DeviceServices;
	element: ModemAvms;
	/** Another hand on the same modem, so that a session that prefetch opens and an arming do not cancel each other. */
	prefetchElement: ModemAvms;
	journal: Journal;
	policy: Policy;
	clock: Clock;
	rtc: Rtc;
	/** The order in force; undefined where there is none. */
	order: WindowOrder | undefined;
	/** The modem may have a session under way from before, of which nobody tells. */
	sessionMayBeLeft: boolean;
	emit: (event: ProductEvent) => void;
	/** Called once: the modem is armed, its state read, and what asked is put off; or that could not be done in time. */
	onSettled: () => void;
}

/**
 * Keeps the window shut, for as long as the product lives: sets the agreements each time the modem comes up, puts
 * every request off for as long as the modem takes, ends sessions that nobody ordered, and reports an install that
 * nobody answered.
 */
export class Guard {
	readonly #options: GuardOptions;
	#prefetch: Prefetch | undefined;
	readonly #replies = new Replies();
	#armTimer: unknown;
	#everyTimer: unknown;
	#reportTimer: unknown;
	#closingSession = false;
	/** The session that ends next is one that we ended. */
	#cutShort = false;
	/** The end of a session is asked for, and the modem has not answered to it. */
	#ending = false;
	#endTries = 0;
	#sessionMayBeLeft: boolean;
	#armed = false;
	#gaveUp = false;
	#settled = false;
	#hasSession = false;
	#running = false;
	/**
	 * An install that nobody answered: it has begun or ended, as far as the modem has said; or it is told, and what the
	 * modem still says of it is nothing new.
	 */
	#uninvited: "none" | "said" | "told" = "none";
	/** What was read since the modem last restarted. */
	#version: string | undefined;

	constructor(options: GuardOptions) {
		this.#options = options;
		this.#sessionMayBeLeft = options.sessionMayBeLeft;
		const { order, journal, policy } = options;
		const modem = order?.modem;
		if (
			policy.mode === "prefetch" &&
			modem?.source === "avms" &&
			!isInForce(journal.record, order as WindowOrder)
		)
			this.#prefetch = new Prefetch({
				...options,
				element: options.prefetchElement,
				order: { ...(order as WindowOrder), modem },
				endSession: () => this.#endSession(),
			});
	}

	start(): void {
		this.#running = true;
		this.#armTimer = this.#options.clock.setTimeout(() => {
			if (!this.#armed) this.#options.emit({ event: "unguarded", reason: "no-modem" });
			this.#gaveUp = true;
			this.#settle();
		}, this.#options.policy.armWithinMs);
		this.#arm();
	}

	/** Nothing is fetched any more, and what prefetch has begun is ended. */
	shut(): void {
		const prefetch = this.#prefetch;
		this.#prefetch = undefined;
		if (prefetch?.active) this.#endSession();
		prefetch?.stop();
	}

	stop(): void {
		if (!this.#running) return;
		this.#running = false;
		const { clock, element } = this.#options;
		element.cancel();
		this.#prefetch?.stop();
		for (const timer of [this.#armTimer, this.#everyTimer, this.#reportTimer]) clock.clearTimeout(timer);
	}

	/** A session is under way, as far as the modem has told. */
	get hasSession(): boolean {
		return this.#hasSession || (this.#prefetch?.active ?? false);
	}

	/** Prefetch alone may connect and download while the product monitors (P1). */
	permits(command: Guarded): boolean {
		return this.#running && (this.#prefetch?.permits(command) ?? false);
	}

	hear(indication: Indication): void {
		if (!this.#running) return;
		if (SESSION_BEGINS.includes(indication.kind)) this.#hasSession = true;
		if (SESSION_ENDS.includes(indication.kind)) this.#forgetSession();
		if (this.#prefetch?.hear(indication)) return;
		switch (indication.kind) {
			case "request":
				return this.#putOff(indication.request);
			case "authenticating":
				this.#cutShort = false;
				this.#forgetEnding();
				return this.#onSession();
			case "session-started":
				return this.#onSession();
			case "session-ended":
				return this.#onSessionEnded();
			// A download that goes on by itself, in whosever session.
			case "package":
				this.#learnSize(indication.sizeBytes);
				return this.#endSession();
			case "progress":
			case "downloaded":
				return this.#endSession();
			case "installing":
				this.#uninvited = "said";
				return;
			case "installed":
			case "install-failed":
				return this.#onInstallEnded();
			default:
		}
	}

	/** The modem restarted: nothing that was set before counts until it is set again. */
	hearRestart(): void {
		this.#version = undefined;
		this.#forgetSession();
		if (this.#running) this.#arm();
	}

	hearGone(): void {
		if (!this.#running) return;
		if (this.#armed || !this.#gaveUp) this.#options.emit({ event: "unguarded", reason: "no-modem" });
		this.stop();
		this.#gaveUp = true;
		this.#replies.clear();
		this.#settle();
	}

	#arm(): void {
		const { element, emit } = this.#options;
		element.inspect((inspection) => {
			if (inspection.armed) emit({ event: "armed" });
			else emit({ event: "unguarded", reason: `refused ${inspection.refused.join(" ")}` });
			this.#version = inspection.version;
			this.#see(inspection.version);
			if (inspection.activity === "ready") this.#putOff("install");
			// While prefetch has a session these are its own.
			const isFetching = this.#prefetch?.active ?? false;
			if (!isFetching && inspection.activity === "offered") this.#putOff("download");
			if (!isFetching && (inspection.activity === "session" || this.#sessionMayBeLeft)) this.#onSession();
			this.#sessionMayBeLeft = false;
			this.#checkLater();
			this.#prefetch?.armed(inspection.activity);
			this.#armed = true;
			this.#settle();
		});
	}

	/** One timer, however often the modem is armed and its agreements are read. */
	#checkLater(): void {
		const { clock, policy } = this.#options;
		clock.clearTimeout(this.#everyTimer);
		this.#everyTimer = clock.setTimeout(() => this.#check(), policy.guardEveryMs);
	}

	/** Reads the agreements back; what is not as it was set is set again. */
	#check(): void {
		const { services } = this.#options;
		// What is said so late is of another install.
		if (this.#uninvited === "told") this.#uninvited = "none";
		services.readAgreements((agreements) => {
			if (!this.#running) return;
			const modes = services.profile?.agreementModes ?? [];
			if (!agreements || modes.some((mode) => agreements.get(mode) !== 1)) return this.#arm();
			this.#checkLater();
			if (this.#ending) this.#endSession();
		});
	}

	/** An end that is not our own install's: the version that is read now is told. */
	#onInstallEnded(): void {
		if (this.#options.journal.record.reportOwed || this.#uninvited === "told") return;
		this.#uninvited = "said";
		this.#arm();
	}

	/** Compares the version with the one that was read last. */
	#see(version: string | undefined): void {
		if (version === undefined) return;
		const { journal, emit } = this.#options;
		const { seen, element, step } = journal.record;
		const sent = step === "sent";
		const isChanged = seen !== "" && seen !== version;
		if (sent) this.#uninvited = "none";
		else if (isChanged || this.#uninvited === "said") {
			this.#uninvited = "told";
			emit({ event: "uninvited", element: element || "modem", from: seen, is: version });
		}
		if (seen === version || sent || journal.damaged) return;
		try {
			journal.write({ seen: version });
		} catch {
			// The next boot reads the version again; what the journal said before stays in force.
		}
	}

	/** What announces another size is not what the journal knows (P6). */
	#learnSize(sizeBytes: number): void {
		const { journal, order } = this.#options;
		const record = journal.record;
		const isOurs = record.order === order?.digest && sizeBytes === order.modem?.sizeBytes;
		if (isOurs || record.package === "none") return;
		try {
			journal.write({ package: "foreign" });
		} catch {
			// What the journal said before stands; the session is ended all the same.
		}
	}

	#putOff(request: Request): void {
		const { services, emit } = this.#options;
		this.#replies.once(request, (done) =>
			delayRequest(services, request, emit, (isPutOff) => {
				done();
				if (request === "install" && isPutOff) this.#onInstallWaits();
				this.#settle();
			}),
		);
	}

	/** An install that was sent and whose end nobody knew did not happen: the modem asks for it, in its old version. */
	#onInstallWaits(): void {
		const { journal } = this.#options;
		const { step, from, others } = journal.record;
		if (step !== "sent" || this.#version !== from) return;
		try {
			// What was accepted beside the modem has still to go back.
			journal.write({ step: others.length > 0 ? "commit" : "none", seen: from });
		} catch {
			// Still open: the next boot asks again.
		}
	}

	/** A session that nobody ordered ends, unless it may be the one that reports our own install. */
	#onSession(): void {
		const { journal, clock, policy } = this.#options;
		const { reportOwed, step } = journal.record;
		if (!reportOwed && step !== "sent") return this.#endSession();
		if (this.#reportTimer !== undefined) return;
		this.#reportTimer = clock.setTimeout(() => {
			this.#reportTimer = undefined;
			this.#endSession();
		}, policy.reportWithinMs);
	}

	/** However it ended: the next one's time is its own. */
	#forgetSession(): void {
		this.#hasSession = false;
		this.#forgetEnding();
		this.#options.clock.clearTimeout(this.#reportTimer);
		this.#reportTimer = undefined;
	}

	#onSessionEnded(): void {
		const { journal } = this.#options;
		const isCutShort = this.#cutShort;
		this.#cutShort = false;
		// The debt is entered only with a version that was read back; a session that we ended may not have paid it.
		if (!journal.record.reportOwed || isCutShort) return;
		try {
			journal.write({ reportOwed: false });
		} catch {
			// Still owed: the next window reports first.
		}
	}

	#endSession(): void {
		this.#cutShort = true;
		this.#ending = true;
		if (this.#closingSession) return;
		this.#closingSession = true;
		this.#endTries++;
		this.#options.services.closeSession((_, { result }) => {
			this.#closingSession = false;
			// A modem that did not answer may not have heard it.
			if (result !== "timeout") return this.#forgetEnding();
			if (this.#running && this.#ending && this.#endTries < END_TRIES_MAX) this.#endSession();
		});
	}

	/** What was to end has ended, or went with a restart: the next one is asked to end anew. */
	#forgetEnding(): void {
		this.#ending = false;
		this.#endTries = 0;
	}

	#settle(): void {
		if (this.#settled || (!this.#gaveUp && (!this.#armed || this.#replies.pending > 0))) return;
		this.#options.clock.clearTimeout(this.#armTimer);
		this.#settled = true;
		this.#options.onSettled();
	}
}
