import type { ModemAvms } from "../elements/modem-avms.js";
import type { Clock } from "../io/clock.js";
import type { Rtc } from "../io/rtc.js";
import type { DeviceServices, Guarded } from "../modem/device-services.js";
import type { Indication } from "../modem/indication.js";
import type { Request } from "../modem/requests.js";
import type { Journal, JournalRecord } from "../set/journal.js";
import { isGivenUp, isInForce } from "./decide.js";
import type { ProductEvent } from "./events.js";
import type { Policy } from "./policy.js";
import { Replies } from "./replies.js";
import { journalKey, type WindowModem, type WindowOrder } from "./window-order.js";

export interface PrefetchOptions {
	services: DeviceServices;
	element: ModemAvms;
	journal: Journal;
	policy: Policy;
	clock: Clock;
	rtc: Rtc;
	order: WindowOrder & { modem: WindowModem };
	emit: (event: ProductEvent) => void;
	/** Ends the session that runs. */
	endSession: () => void;
}

/** What prefetch may send while the product monitors (P1); an install is not among it. */
const PERMITTED: readonly string[] = Object.freeze(["session", "connect", "download"]);

/**
 * The policy `prefetch`: lets the modem download this order's package while the product monitors, in one session every
 * `prefetchEveryMs` at most. The package is identified as in a window and then waits, put off, for the next window.
 */
export class Prefetch {
	readonly #options: PrefetchOptions;
	readonly #replies = new Replies();
	#active = false;
	#accepted = false;
	#dueTimer: unknown;
	#silenceTimer: unknown;

	constructor(options: PrefetchOptions) {
		this.#options = options;
	}

	/** The modem is armed: opens a session where one is due, else waits until it is. */
	armed(activity: "idle" | "session" | "offered" | "ready" | undefined): void {
		const { clock, policy } = this.#options;
		clock.clearTimeout(this.#dueTimer);
		if (this.#active) return;
		const dueInMs = activity === "ready" ? policy.prefetchEveryMs : this.#dueInMs();
		if (dueInMs > 0) this.#dueTimer = clock.setTimeout(() => this.armed("idle"), dueInMs);
		else this.#open();
	}

	permits(command: Guarded): boolean {
		return this.#active && PERMITTED.includes(command);
	}

	stop(): void {
		const { clock, element } = this.#options;
		this.#active = false;
		element.cancel();
		clock.clearTimeout(this.#dueTimer);
		clock.clearTimeout(this.#silenceTimer);
	}

	/** A session that prefetch opened is under way. */
	get active(): boolean {
		return this.#active;
	}

	/** True where the indication belongs to a session that prefetch opened. */
	hear(indication: Indication): boolean {
		if (!this.#active) return false;
		switch (indication.kind) {
			case "request":
				return this.#hearRequest(indication.request);
			case "package":
				this.#hearPackage(indication.sizeBytes);
				return true;
			case "progress":
				if (this.#package() === "matched") this.#listen();
				else this.#end();
				return true;
			case "downloaded":
				this.#hearDownloaded();
				return true;
			case "session-ended":
				if (!this.#accepted) this.#readStatus();
				else if (this.#package() === "downloaded") this.#end();
				return true;
			case "authenticating":
			case "session-started":
			case "session-server":
			case "signature-accepted":
				this.#listen();
				return true;
			case "authentication-failed":
			case "session-refused":
			case "download-failed":
			case "signature-rejected":
				this.#end();
				return true;
			default:
				return false;
		}
	}

	/** How long until the next session may be opened; 0 or less: now. */
	#dueInMs(): number {
		const { journal, order, policy, rtc } = this.#options;
		const record = journal.record;
		const isPointless =
			journal.damaged ||
			isInForce(record, order) ||
			isGivenUp(record, order, policy.attemptsMax) ||
			record.installMayResume ||
			this.#package() === "downloaded";
		if (isPointless) return policy.prefetchEveryMs;
		if (record.prefetchedAtMs === 0) return 0;
		const sinceMs = (rtc.time ?? Number.NaN) - record.prefetchedAtMs;
		// A clock that is not to be trusted proves nothing about the last session.
		return sinceMs >= 0 ? policy.prefetchEveryMs - sinceMs : policy.prefetchEveryMs;
	}

	#open(): void {
		const { journal, order, element, emit, rtc, clock, policy } = this.#options;
		try {
			journal.keepUnder(journalKey(order));
			journal.write({ prefetchedAtMs: rtc.time ?? 1 });
		} catch {
			this.#dueTimer = clock.setTimeout(() => this.armed("idle"), policy.prefetchEveryMs);
			return;
		}
		this.#active = true;
		this.#accepted = false;
		emit({ event: "session", purpose: "prefetch" });
		this.#listen();
		element.openSession();
	}

	#hearRequest(request: Request): boolean {
		if (request === "connect") {
			this.#replies.once("connect", (done) => this.#options.services.accept("connect", done));
			this.#listen();
			return true;
		}
		if (request !== "download" || this.#package() === "downloaded") return false;
		this.#acceptDownload();
		return true;
	}

	#readStatus(): void {
		this.#replies.once("status", (done) =>
			this.#options.services.status((status) => {
				done();
				this.#onStatus(status?.activity);
			}),
		);
	}

	#onStatus(activity: number | undefined): void {
		if (!this.#active || this.#accepted) return;
		if (activity === 2) this.#acceptDownload();
		else this.#end();
	}

	#acceptDownload(): void {
		this.#replies.once("download", (done) => {
			if (!this.#write({ package: "accepted" })) return done();
			this.#accepted = true;
			this.#listen();
			this.#options.services.accept("download", (ok) => {
				done();
				if (!ok) this.#end();
			});
		});
	}

	#hearPackage(sizeBytes: number): void {
		const isOurs = this.#package() !== "none" && this.#package() !== "foreign";
		if (isOurs && sizeBytes === this.#options.order.modem.sizeBytes) {
			if (this.#write({ package: "matched" })) this.#listen();
			return;
		}
		this.#write({ package: "foreign" });
		this.#end();
	}

	#hearDownloaded(): void {
		if (this.#package() !== "matched") return this.#end();
		if (!this.#write({ package: "downloaded" })) return;
		this.#options.emit({ event: "prefetched", element: this.#options.order.modem.element });
		this.#listen();
	}

	/** The package on the modem, under the order in force. */
	#package(): JournalRecord["package"] {
		const { journal, order } = this.#options;
		const record = journal.record;
		if (record.order === order.digest) return record.package;
		return record.package === "none" ? "none" : "foreign";
	}

	/** False, and the session ends, where the journal cannot be written: what is not journaled is not done. */
	#write(change: Partial<JournalRecord>): boolean {
		try {
			this.#options.journal.write(change);
			return true;
		} catch {
			this.#end();
			return false;
		}
	}

	/** A silence longer than a session or a download may have ends it. */
	#listen(): void {
		const { clock, policy } = this.#options;
		clock.clearTimeout(this.#silenceTimer);
		const withinMs = this.#accepted ? policy.downloadStallMs : policy.connectWithinMs;
		this.#silenceTimer = clock.setTimeout(() => this.#end(), withinMs);
	}

	#end(): void {
		if (!this.#active) return;
		this.#active = false;
		const { clock, policy, element, endSession } = this.#options;
		element.cancel();
		clock.clearTimeout(this.#silenceTimer);
		endSession();
		this.#dueTimer = clock.setTimeout(() => this.armed("idle"), policy.prefetchEveryMs);
	}
}
