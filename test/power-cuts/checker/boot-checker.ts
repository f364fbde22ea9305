import { AtLines } from "./at-lines.js";
import { latin1 } from "./bytes.js";
import { SmpPackets, type SmpRequest } from "./smp-packets.js";
import type { Truth } from "./truth.js";

/** What a boot says of itself, as far as it is looked at; anything else passes. */
export interface SaidEvent {
	event: string;
	[field: string]: unknown;
}

/** What somebody who can open every chip sees. */
export interface Insight {
	modemVersion: string;
	/** The package that the modem holds or loads; `jobId` 0: it did not come from this story's server. */
	stored: { jobId: number; sizeBytes: number } | undefined;
	installing: boolean;
	/** The modem asks before everything, and shows its events. */
	agreed: boolean;
	/** The modem holds a whole package that waits for the agreement to be installed. */
	waits: boolean;
	/** The modem runs, and is neither starting nor installing. */
	hasModemUp: boolean;
	sessionOpen: boolean;
	/** `old`, `new`, or what it is instead. */
	others: Readonly<Record<string, string>>;
	/** The journal's JSON as it is stored. */
	journal: Readonly<Record<string, unknown>> | string;
	/** Sequence of the stored order; 0: there is none. */
	sequence: number;
	storageKeys: number;
	storageBytesMax: number;
}

/** What the boot's checks need to know beforehand. */
export interface BootGround {
	/** The modem takes part in the order. */
	hasModem: boolean;
	isLocal: boolean;
	from: string;
	to: string;
	sizeBytes: number;
	prefetch: boolean;
	/** How long the product was off just now. */
	lastOffMs: number;
	rtcMs: number;
	thresholdMs: number;
	windowMs: number;
	/** What of the window has to be left where an install is sent, and beside it where images are accepted. */
	installMs: number;
	acceptWithinMs: number;
	recoverWithinMs: number;
	/** What may follow the deadline: the report, and the closing. */
	closingMs: number;
	prefetchEveryMs: number;
	attemptsMax: number;
	/** The modem answers and its server is there, as far as this world knows. */
	offered: "replay" | "same-sequence" | "forged" | "cut-off" | undefined;
	truth: Truth;
}

export interface Violation {
	promise: string;
	what: string;
	atMs: number;
}

const ACCEPTING = /AT\+(WDSR=[13468]|WDSS=1,1|WDSD=\d+)$/;
const PREFETCHING = /AT\+(WDSR=[13]|WDSS=1,1)$/;
const OPENS_SESSION = /AT\+(WDSR=[13]|WDSS=1,1)$/;
const REFUSES = /AT\+WDSR=2,0$/;
const DELAYS = /AT\+WDSR=([02579]),(\d+)$/;
const BY_DANGER: readonly string[] = ["2", "1", "0"];
/** In minutes. */
const LONGEST_DELAY = 1440;
const ENDS_SESSION = /AT\+WDSS=1,0$/;
/** A side as the insight names it: the new image runs, and any reset takes it back. */
const ON_TRIAL = "new on trial";
const KEYS_MAX = 12;
const VALUE_BYTES_MAX = 16_384 + 12;
/** Tries of one session's opening; a later one is a session of its own. */
const SAME_SESSION_MS = 130_000;
const SLACK_MS = 250;
/** For a modem that answers within milliseconds. */
const AT_ONCE_MS = 500;
/** "Within a few seconds". */
const SWITCH_OFF_WITHIN_MS = 3_000;

/**
 * The promises P1 to P9 of one boot, from power-on to its end. It shares nothing with what it checks: it sees bytes on the
 * wires, what the boot says, what the storage holds, and what the chips hold.
 */
export class BootChecker {
	readonly violations: Violation[] = [];
	readonly #truth: Truth;
	readonly #ground: BootGround;
	/** How long the product really was off, boots included that nobody can see. */
	readonly #offMs: number;
	#isCounted = false;
	readonly #insight: () => Insight;
	readonly #now: () => number;
	readonly #fromHost: AtLines;
	readonly #fromModem: AtLines;
	/** What a host says to each processor. */
	readonly #smp = new Map<string, SmpPackets>();
	#window: "" | "closed" | "open" | "recover" = "";
	#closedAtMs: number | undefined;
	#releasedAtMs: number | undefined;
	#bytes = 0;
	#outcome = "";
	#setSaid = "";
	#attempted = false;
	#sessionSince = false;
	#restartSince = false;
	#modemAnswered = false;
	#atRelease = "";
	#refused = false;
	#versionBefore = "";
	/** An install was sent in this boot, or in an earlier one and may still go on. */
	#isInvited = false;
	#uninvited = false;
	#sizeWrong = false;
	/** When a package was told of that is not the order's, in a session that nobody has ended since. */
	#strangeSinceMs: number | undefined;
	/** Kinds of requests that the longest delay was sent for, and not a shorter one since. */
	readonly #delayed = new Set<string>();
	readonly #agreements = new Set<string>();
	#putOff = false;
	#armed = false;
	/** When a session that is none of ours was seen, which nobody has ended since. */
	#strangerSinceMs: number | undefined;
	/** Commands of ours that no final result has followed yet. */
	#unanswered = 0;
	/** How often the boot has told of each element. */
	readonly #told = new Map<string, number>();
	/** Images are being accepted in this boot. */
	#accepts = false;
	#othersWere: Readonly<Record<string, string>> = {};

	/** `now` is since power-on, in ms. */
	constructor({ ground, insight, now }: { ground: BootGround; insight: () => Insight; now: () => number }) {
		this.#ground = ground;
		this.#insight = insight;
		this.#now = now;
		this.#truth = { ...ground.truth };
		this.#offMs = ground.lastOffMs + ground.truth.unseenMs;
		this.#fromHost = new AtLines({ end: 13, onLine: (line) => this.#hearHost(line) });
		this.#fromModem = new AtLines({ end: 10, onLine: (line) => this.#hearModem(line) });
	}

	get released(): boolean {
		return this.#releasedAtMs !== undefined;
	}

	get releasedAtMs(): number {
		return this.#releasedAtMs ?? 0;
	}

	get window(): string {
		return this.#window;
	}

	/** What a cut at this instant leaves of it. */
	get truth(): Truth {
		return { ...this.#truth, unseenMs: this.#isCounted ? 0 : this.#offMs + this.#now() };
	}

	/** The boot's number is written: from now on nobody can take it for one that never was. */
	counted(): void {
		this.#isCounted = true;
	}

	/** What the boot came to, in words. */
	get said(): string {
		return `${this.#window} ${this.#outcome || this.#setSaid}`.trim();
	}

	/** `old`, `new` or `mixed`: what runs, and will go on running. */
	get side(): string {
		const { hasModem, from, to } = this.#ground;
		const { modemVersion, installing, others } = this.#insight();
		const sides = Object.values(others);
		if (hasModem)
			sides.push(
				installing ? "installing" : modemVersion === from ? "old" : modemVersion === to ? "new" : "other",
			);
		const [first = "old"] = sides;
		return (first === "old" || first === "new") && sides.every((side) => side === first) ? first : "mixed";
	}

	#violate(promise: string, what: string): void {
		if (this.violations.length < 20) this.violations.push({ promise, what, atMs: this.#now() });
	}

	// What the boot says.

	hear(event: SaidEvent): void {
		switch (event.event) {
			case "order":
				return this.#hearOrder(event);
			case "decided":
				return this.#hearDecided(event);
			case "released":
				return this.#hearReleased();
			case "closed":
				this.#checkMixed(event.outcome, event.reason);
				return this.#hearClosed(String(event.outcome));
			case "recovered":
				this.#setSaid = String(event.set);
				this.#checkMixed(event.set, event.reason);
				if (this.#window !== "recover")
					this.#violate("P3", `Expected no recovery in a boot that is ${this.#window}`);
				return;
			case "element":
				return this.#hearElement(event);
			case "uninvited":
				this.#uninvited = true;
				this.#truth.toldMixed = this.#insight().modemVersion;
				return;
			case "unguarded":
				this.#armed = false;
				return;
			case "armed":
				this.#armed = true;
				if (this.#insight().sessionOpen) this.#hearSession();
				if (!this.#insight().agreed)
					this.#violate("P1", "Expected a modem that is armed to ask before everything");
				return;
			default:
		}
	}

	/** Who says that it has read a version which nobody ordered has read one. */
	#checkMixed(said: unknown, reason: unknown): void {
		const { side } = this;
		if (said === "mixed" && reason === "wrong-version" && side !== "mixed")
			this.#violate("P7", `Expected a set that is ${side} not to be called ${reason}: ${this.#versions()}`);
	}

	#hearOrder({ outcome }: SaidEvent): void {
		const { offered } = this.#ground;
		if (outcome === "refused") this.#refused = true;
		else if (offered) this.#violate("P9", `Expected a ${offered} order to be refused, it is ${outcome}`);
	}

	#hearDecided({ window, reason, offTime }: SaidEvent): void {
		const { thresholdMs } = this.#ground;
		const offMs = this.#offMs;
		const { modemVersion, journal } = this.#insight();
		// A torn write costs the new record and never the one before it.
		if (typeof journal !== "string") this.#truth.hasJournal = true;
		else if (reason === "journal-damaged" && this.#truth.hasJournal)
			this.#violate("P7", "Expected the journal to outlive every cut, it is damaged");
		if (journal === "damaged" && window !== "closed")
			this.#violate(
				"P7",
				`Expected a journal that nobody can read to keep the window closed, it is ${window}`,
			);
		this.#versionBefore = modemVersion;
		this.#isInvited =
			typeof journal !== "string" && (journal.step === "sent" || journal.installMayResume === true);
		// What has decided was there, whatever it wrote.
		this.#isCounted = true;
		if (this.#window !== "") this.#violate("P2", "Expected one decision from power-on to power-off, got two");
		this.#window = window as "closed" | "open" | "recover";
		const { atLeast } = offTime as { atLeast?: number };
		if (atLeast !== undefined && atLeast > offMs)
			this.#violate("P2", `Expected an off-time of at most ${offMs} ms, got ${atLeast}`);
		if (window === "open" && offMs < thresholdMs)
			this.#violate("P2", `Expected the window to stay closed after ${offMs} ms off, it opened`);
		if (window === "open" && this.#truth.attempts >= this.#ground.attemptsMax)
			this.#violate("P8", `Expected an order that failed ${this.#truth.attempts} times to be given up`);
		if (window === "closed" && this.#bytes > 0)
			this.#violate("P3", "Expected a closed boot to decide before it uses a UART");
	}

	#hearClosed(outcome: string): void {
		if (this.#closedAtMs !== undefined)
			this.#violate("P4", "Expected the window to close once, it closed again");
		this.#outcome = outcome;
		this.#closedAtMs = this.#now();
		if (this.#window !== "open")
			this.#violate("P4", `Expected no window to close in a boot that is ${this.#window}`);
		this.#checkInTime();
		if ((outcome === "updated" || outcome === "current") && this.side !== "new")
			this.#violate(
				"P5",
				`Expected ${outcome} to be said of the ordered versions alone: ${this.#versions()}`,
			);
		if (this.#hasOwnSession)
			this.#violate("P6", "Expected the session to be ended before the window is closed");
		const { hasModem } = this.#ground;
		for (const name of [...(hasModem ? ["modem"] : []), ...Object.keys(this.#insight().others)]) {
			const times = this.#told.get(name) ?? 0;
			if (times !== 1)
				this.#violate("P5", `Expected ${name} to be told of once in a window, got ${times} times`);
		}
	}

	#hearElement({ element, outcome, is, to }: SaidEvent): void {
		this.#told.set(String(element), (this.#told.get(String(element)) ?? 0) + 1);
		if (outcome !== "updated" && outcome !== "current") return;
		const { hasModem, to: modemTo } = this.#ground;
		const { modemVersion, others } = this.#insight();
		const isNew =
			hasModem && element === "modem" ? modemVersion === modemTo : others[String(element)] === "new";
		if (!isNew || is !== to)
			this.#violate(
				"P5",
				`Expected ${String(element)} to be read back before it is ${String(outcome)}: ${this.#versions()}`,
			);
	}

	#hearReleased(): void {
		if (this.#releasedAtMs !== undefined) return this.#violate("P3", "Expected one release, got two");
		this.#releasedAtMs = this.#now();
		this.#atRelease = this.#versions();
		const { recoverWithinMs } = this.#ground;
		if (this.#window === "") this.#violate("P3", "Expected a decision before the release");
		if (this.#window === "closed" && (this.#bytes > 0 || this.#now() > 0))
			this.#violate("P3", `Expected the release at once and before any byte, got it after ${this.#now()} ms`);
		if (this.#window === "recover" && this.#now() > recoverWithinMs + SLACK_MS)
			this.#violate("P3", `Expected the release within ${recoverWithinMs} ms, got it after ${this.#now()}`);
		if (this.#window === "open" && this.#closedAtMs === undefined)
			this.#violate("P4", "Expected the window to be closed before the release");
		if (this.#window === "recover" && this.#setSaid === "")
			this.#violate("P7", "Expected a recovery to say what the set is before the release");
		this.#checkSet();
		this.#checkStorage();
	}

	#checkSet(): void {
		const { side } = this;
		const { modemVersion, installing, others } = this.#insight();
		const isMixed = this.#outcome === "mixed" || this.#setSaid === "mixed";
		if (isMixed) this.#truth.toldMixed = modemVersion;
		const { from, to, hasModem } = this.#ground;
		// A version that nobody ordered is told once; nothing of ours can take it back.
		const isTold =
			hasModem && modemVersion !== from && modemVersion !== to && this.#truth.toldMixed === modemVersion;
		// What the modem has begun by itself nobody can know yet: the end of the boot asks for it.
		const isUntold =
			hasModem && !this.#isInvited && (installing || (modemVersion !== from && modemVersion !== to));
		const isOthersOld = Object.values(others).every((each) => each === "old");
		if (side === "mixed" && !isMixed && !isTold && !(isUntold && isOthersOld))
			this.#violate(
				"P7",
				`Expected the set to be all old or all new, or the boot to say mixed: ${this.#versions()}`,
			);
		if (this.#setSaid !== "" && this.#setSaid !== "mixed" && this.#setSaid !== side)
			this.#violate(
				"P7",
				`Expected the recovery to say what is so, it says ${this.#setSaid}: ${this.#versions()}`,
			);
		if (side === "new") this.#truth.attempts = 0;
		else if (this.#attempted && this.#truth.attempts > this.#ground.attemptsMax)
			this.#violate(
				"P8",
				`Expected at most ${this.#ground.attemptsMax} attempts, got ${this.#truth.attempts}`,
			);
	}

	#checkStorage(): void {
		const { storageKeys, storageBytesMax, sequence } = this.#insight();
		if (storageKeys > KEYS_MAX || storageBytesMax > VALUE_BYTES_MAX)
			this.#violate(
				"P8",
				`Expected at most ${KEYS_MAX} keys, got ${storageKeys}; the longest has ${storageBytesMax} bytes`,
			);
		if (sequence !== this.#truth.sequence && this.#truth.sequence > 0)
			this.#violate("P9", `Expected the order ${this.#truth.sequence} to stay in force, got ${sequence}`);
		if (this.#ground.offered && !this.#refused)
			this.#violate("P9", `Expected the ${this.#ground.offered} order to be refused, nothing was said`);
	}

	#checkInTime(): void {
		const { windowMs, closingMs } = this.#ground;
		if (this.#now() > windowMs + closingMs + SLACK_MS)
			this.#violate(
				"P4",
				`Expected the window to be closed after ${windowMs + closingMs} ms, it took ${this.#now()}`,
			);
	}

	/** Time has gone on without an event: true where the boot is late for good. */
	isOverdue(): boolean {
		const { windowMs, closingMs } = this.#ground;
		if (this.released || this.#now() <= windowMs + closingMs + 2 * SLACK_MS) return false;
		this.#violate("P4", `Expected the release after ${windowMs + closingMs} ms at the latest, got none`);
		return true;
	}

	/** The boot has been quiet for a while, and the power goes. */
	end(): void {
		if (!this.released) return this.#violate("P4", "Expected a release, got none");
		const { modemVersion, installing } = this.#insight();
		this.#checkGuarded();
		const { from, to, hasModem } = this.#ground;
		const isOther = hasModem && modemVersion !== from && modemVersion !== to;
		const isChanged = modemVersion !== this.#versionBefore && !this.#isInvited && !this.#uninvited;
		if (!installing && (isChanged || (isOther && this.#truth.toldMixed !== modemVersion)))
			this.#violate("P6", `Expected an install of ${modemVersion} that nobody has answered to be told of`);
		const isMixed = this.#outcome === "mixed" || this.#setSaid === "mixed";
		if (!isMixed && !this.#uninvited && this.#versions() !== this.#atRelease)
			this.#violate(
				"P7",
				`Expected nothing to change while monitoring: ${this.#atRelease} became ${this.#versions()}`,
			);
		if (this.side === "new") this.#truth.attempts = 0;
		const { sequence } = this.#insight();
		if (sequence !== this.#truth.sequence)
			this.#violate("P9", `Expected order ${this.#truth.sequence}, got ${sequence}`);
	}

	/** A quiet product is one whose modem asks before everything, and has been told to wait. */
	#checkGuarded(): void {
		const { agreed, waits, hasModemUp } = this.#insight();
		if (!hasModemUp || !this.#armed || this.#unanswered > 0) return;
		if (!agreed)
			this.#violate("P1", "Expected the modem to ask before everything while the product monitors");
		if (waits && !this.#putOff)
			this.#violate("P6", "Expected what the modem holds to be put off, nothing was");
	}

	/** The user has switched off, and waited so long for the power to go. */
	switchedOff(afterMs: number): void {
		if (afterMs > SWITCH_OFF_WITHIN_MS + SLACK_MS)
			this.#violate(
				"P4",
				`Expected the product to go off within ${SWITCH_OFF_WITHIN_MS} ms, it took ${afterMs}`,
			);
		if (!this.released) this.#violate("P4", "Expected a release before the power goes, got none");
		if (this.#hasOwnSession) this.#violate("P6", "Expected the session to be ended before the power goes");
	}

	#versions(): string {
		const { modemVersion, installing, others } = this.#insight();
		return JSON.stringify({
			modem: installing ? `installing over ${modemVersion}` : modemVersion,
			...others,
		});
	}

	threw({ name, message }: Error): void {
		this.#violate("P8", `Expected no exception to come through, got ${name}: ${message}`);
	}

	// What is on the wires.

	bytes(wire: string, direction: "to-modem" | "to-host", bytes: Uint8Array): void {
		this.#bytes += bytes.length;
		if (wire === "modem") {
			if (direction === "to-modem") this.#fromHost.take(bytes);
			else this.#fromModem.take(bytes);
			return;
		}
		if (direction === "to-host") return;
		if (this.#window === "closed" || this.released)
			this.#violate("P1", `Expected no byte to ${wire} while monitoring runs`);
		let packets = this.#smp.get(wire);
		if (!packets) {
			packets = new SmpPackets({ onRequest: (request) => this.#hearSmp(wire, request) });
			this.#smp.set(wire, packets);
		}
		packets.take(bytes);
	}

	/** We opened one, and a modem that answers has told of nothing that ended it. */
	get #hasOwnSession(): boolean {
		// While an answer is awaited nothing can be sent: a modem that gives none keeps its session until its power goes.
		const canBeEnded = this.#modemAnswered && this.#unanswered === 0;
		return this.#sessionSince && canBeEnded && !this.#restartSince && !this.#insight().installing;
	}

	get #isOpen(): boolean {
		return this.#window === "open" && this.#closedAtMs === undefined;
	}

	#hearHost(line: string): void {
		this.#unanswered++;
		if (!line.includes("AT+WDS")) return;
		const mode = /AT\+WDSC=([01256]),1$/.exec(line)?.[1];
		if (mode !== undefined) this.#hearAgreement(mode);
		if (REFUSES.test(line) && !(this.#isOpen && this.#sizeWrong))
			this.#violate("P1", `Expected a refusal in a window and of a wrong size alone, got ${line}`);
		const [, kind = "", minutes] = DELAYS.exec(line) ?? [];
		if (minutes !== undefined) this.#hearDelay(kind, Number(minutes), line);
		if (ENDS_SESSION.test(line)) {
			this.#sessionSince = false;
			this.#strangeSinceMs = undefined;
			this.#strangerSinceMs = undefined;
		}
		if (!ACCEPTING.test(line)) return;
		if (this.#isOpen) {
			if (this.#now() > this.#ground.windowMs + this.#ground.closingMs)
				this.#violate("P4", `Expected nothing to be accepted after the deadline, got ${line}`);
		} else if (!this.#mayPrefetch(line))
			this.#violate("P1", `Expected no ${line} in a boot that is ${this.#window}`);
		if (OPENS_SESSION.test(line)) {
			this.#sessionSince = true;
			this.#restartSince = false;
		}
		if (/WDSR=[34]$|WDSD=/.test(line)) this.#checkFrom(line);
		if (line.endsWith("WDSR=3")) this.#hearAccepted();
		if (/WDSD=\d+$/.test(line)) this.#hearFile(Number(line.slice(line.indexOf("=") + 1)));
		if (line.endsWith("WDSR=4")) this.#hearInstall();
	}

	/** The agreement to install comes first, for without it the modem would install by itself; then the one to download. */
	#hearAgreement(mode: string): void {
		for (const before of BY_DANGER.slice(0, Math.max(0, BY_DANGER.indexOf(mode))))
			if (!this.#agreements.has(before))
				this.#violate("P6", `Expected the agreement ${before} to be set before ${mode}`);
		this.#agreements.add(mode);
	}

	/** What is put off is put off for as long as the modem takes; for less only once it has refused that. */
	#hearDelay(kind: string, minutes: number, line: string): void {
		if (kind === "5") this.#putOff = true;
		if (minutes === LONGEST_DELAY) this.#delayed.add(kind);
		else if (!this.#delayed.delete(kind) && !REFUSES.test(line))
			this.#violate("P6", `Expected the longest delay first, got ${line}`);
	}

	#mayPrefetch(line: string): boolean {
		const { prefetch, isLocal, rtcMs, prefetchEveryMs, to } = this.#ground;
		if (!prefetch || isLocal || !PREFETCHING.test(line) || !this.released) return false;
		if (this.#insight().modemVersion === to && this.side === "new") return false;
		if (!line.endsWith("WDSS=1,1")) return true;
		const nowMs = rtcMs + this.#now();
		const sinceMs = nowMs - (this.#truth.prefetchedAtMs ?? Number.NEGATIVE_INFINITY);
		if (sinceMs < SAME_SESSION_MS) return true;
		this.#truth.prefetchedAtMs = nowMs;
		return sinceMs >= prefetchEveryMs - 2_000;
	}

	#countAttempt(): void {
		if (this.#attempted || !this.#isOpen) return;
		this.#attempted = true;
		this.#truth.attempts++;
	}

	/** What is accepted under an order starts from a version that the order names (P5). */
	#checkFrom(line: string): void {
		const { from } = this.#ground;
		const { modemVersion } = this.#insight();
		if (modemVersion !== from)
			this.#violate(
				"P5",
				`Expected nothing to be accepted over ${modemVersion}, which is not ${from}: ${line}`,
			);
	}

	#hearAccepted(): void {
		const { journal } = this.#insight();
		const state = typeof journal === "string" ? journal : String(journal.package);
		if (!["accepted", "matched", "downloaded"].includes(state))
			this.#violate("P6", `Expected an accepted download to be journaled before, the journal says ${state}`);
		this.#truth.accepted = true;
		this.#countAttempt();
	}

	#hearFile(sizeBytes: number): void {
		if (sizeBytes !== this.#ground.sizeBytes)
			this.#violate("P5", `Expected a file of ${this.#ground.sizeBytes} bytes, got ${sizeBytes}`);
		this.#truth.accepted = true;
		this.#truth.matched = true;
		this.#countAttempt();
	}

	#hearInstall(): void {
		const { journal, stored } = this.#insight();
		const step = typeof journal === "string" ? journal : String(journal.step);
		this.#isInvited = true;
		this.#checkLeft(this.#ground.installMs);
		if (step !== "sent")
			this.#violate("P7", `Expected the install to be journaled before, the journal says ${step}`);
		if (!this.#truth.accepted || !this.#truth.matched)
			this.#violate(
				"P6",
				"Expected an install of a package alone that was accepted under this order, and whose size matched",
			);
		if (stored && stored.sizeBytes !== this.#ground.sizeBytes)
			this.#violate("P5", `Expected an install of ${this.#ground.sizeBytes} bytes, got ${stored.sizeBytes}`);
		if (stored && stored.jobId === 0 && !this.#ground.isLocal)
			this.#violate("P6", "Expected what was left over to stay uninstalled");
		for (const [name, side] of Object.entries(this.#insight().others))
			if (side !== "new")
				this.#violate("P7", `Expected ${name} to be new before the modem's install is sent, it is ${side}`);
		this.#countAttempt();
	}

	#hearModem(line: string): void {
		if (line === "OK") this.#modemAnswered = true;
		if (line === "OK" || line.includes("ERROR")) this.#unanswered = 0;
		if (line === "+WDSI: 8" || line === "+WDSI: 0") this.#strangeSinceMs = undefined;
		if (/^\+WDSI: (9|10|18)\b/.test(line)) this.#hearFlow();
		if (/^\+WDSI: (10|18)\b/.test(line) && !this.#truth.matched) this.#strangeSinceMs ??= this.#now();
		if (/^\+WDSI: [46]$/.test(line)) this.#hearSession();
		if (/^\+WDSI: [578]$/.test(line)) {
			this.#sessionSince = false;
			this.#checkStranger();
		}
		if (line.startsWith("+KSUP") || line === "+WDSI: 0") this.#restartSince = true;
		const size = /^\+WDSI: 9,(\d+)$/.exec(line)?.[1];
		if (size === undefined) return;
		this.#sizeWrong = Number(size) !== this.#ground.sizeBytes;
		if (this.#truth.accepted) this.#truth.matched = !this.#sizeWrong;
		if (this.#sizeWrong) this.#strangeSinceMs ??= this.#now();
	}

	/** A session that nobody of ours has opened, while the product monitors and no report of an install is owed, is ended. */
	#hearSession(): void {
		const { journal } = this.#insight();
		const isOwed = typeof journal === "string" || journal.reportOwed === true || journal.step === "sent";
		if (this.released && !this.#ground.prefetch && !this.#sessionSince && !isOwed)
			this.#strangerSinceMs ??= this.#now();
	}

	#checkStranger(): void {
		const sinceMs = this.#strangerSinceMs;
		this.#strangerSinceMs = undefined;
		if (sinceMs !== undefined && this.#unanswered === 0 && this.#now() - sinceMs >= AT_ONCE_MS)
			this.#violate(
				"P6",
				`Expected a session that nobody ordered to be ended, it ran for ${this.#now() - sinceMs} ms`,
			);
	}

	/** Bytes flow: what is not known to be the order's has to be stopped there and then, if the modem listens (P5, P6). */
	#hearFlow(): void {
		const sinceMs = this.#strangeSinceMs;
		if (sinceMs !== undefined && this.#unanswered === 0 && this.#now() - sinceMs >= AT_ONCE_MS)
			this.#violate(
				"P6",
				`Expected the session to be ended at once, for its package is not the order's; it went on for ${Math.round(this.#now() - sinceMs)} ms`,
			);
	}

	#hearSmp(wire: string, { operation, group, id, body }: SmpRequest): void {
		if (operation !== 2 || group !== 1) return;
		if (this.#window === "recover" && id === 1)
			this.#violate("P1", "Expected no image to be written outside a window");
		if (id !== 0 || this.#window !== "open") return;
		// `confirm` false, or missing, is a test.
		const { journal } = this.#insight();
		const step = typeof journal === "string" ? journal : String(journal.step);
		if (step === "none")
			this.#violate("P7", `Expected a trial to be journaled before, the journal says ${step}`);
		if (!latin1(body).includes("confirm")) this.#countAttempt();
		else if (this.#insight().others[wire] === ON_TRIAL) this.#checkCommit(step);
	}

	/** A new image is about to stay, or does since just now: from then on a reset takes nothing back by itself. */
	#checkCommit(step: string): void {
		if (step !== "commit" && step !== "sent")
			this.#violate("P7", `Expected the commit to be journaled before an image is accepted, got ${step}`);
		const { hasModem, installMs, acceptWithinMs } = this.#ground;
		if (!this.#accepts) this.#checkLeft((hasModem ? installMs : 0) + acceptWithinMs);
		this.#accepts = true;
	}

	#checkLeft(needMs: number): void {
		const leftMs = this.#ground.windowMs - this.#now();
		if (this.#window === "open" && leftMs < needMs - SLACK_MS)
			this.#violate("P4", `Expected ${needMs} ms of the window to be left, got ${Math.round(leftMs)}`);
	}

	/** Something has changed in our own MCU's flash. */
	ownChanged(): void {
		const { others, journal } = this.#insight();
		const step = typeof journal === "string" ? journal : String(journal.step);
		if (this.#othersWere.self === ON_TRIAL && others.self === "new") this.#checkCommit(step);
		this.#othersWere = others;
	}
}
