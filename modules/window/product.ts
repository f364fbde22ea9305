import type { SerialOptions } from "../at/channel.js";
import type { ElementPort } from "../elements/element.js";
import { ModemAvms } from "../elements/modem-avms.js";
import type { Clock } from "../io/clock.js";
import type { NewDigest } from "../io/digest.js";
import type { Rtc } from "../io/rtc.js";
import type { SerialConstructor } from "../io/serial.js";
import type { FlowControl } from "../modem/arming-steps.js";
import { DeviceServices } from "../modem/device-services.js";
import type { Indication } from "../modem/indication.js";
import type { ResetCause } from "../off-time/board.js";
import type { OffTimeResult } from "../off-time/reasons.js";
import type { UpdateOrder } from "../order/order.js";
import type { ModemSource } from "../order/order-elements.js";
import type { Member } from "../set/element-set.js";
import type { Journal, RestartToken } from "../set/journal.js";
import { type Decision, decide } from "./decide.js";
import type { ProductEvent } from "./events.js";
import { Guard } from "./guard.js";
import { HandOver, type OpenImage } from "./hand-over.js";
import { journalMembers, membersOf } from "./members.js";
import { MissingSerial } from "./missing-serial.js";
import { rejectOwnTrial } from "./own-trial.js";
import type { Policy } from "./policy.js";
import { Window, type WindowResult } from "./window.js";
import { journalOrder, windowOrder } from "./window-order.js";

/** How long an orderly power-off waits for the modem to end its session. */
const POWER_OFF_WITHIN_MS = 2_000;

/** What a window has come to that could not go on after its restart and was recovered. */
const CLOSED_AS = Object.freeze({ old: "failed", new: "updated", mixed: "mixed" } as const);

export interface ProductOptions<P extends object> {
	policy: Policy;
	clock: Clock;
	rtc: Rtc;
	/** Measures the off-time once a boot, then keeps the alive mark. */
	offTime: {
		measure(): OffTimeResult;
		readonly opensFromMs: number;
		readonly bootNumber: number;
		run(): void;
		markFinal(): void;
		stop(): void;
	};
	journal: Journal;
	/** The order in force, or undefined where there is none that can be read. */
	order: () => UpdateOrder | undefined;
	/**
	 * Offers the order that came with this boot, where one came; tells whether a new one was accepted. It runs after
	 * the fresh mark was written and before the decision.
	 */
	offer?: () => { accepted: boolean };
	/** Why this boot came about, as far as the platform tells: only our own restart lets a window go on. */
	resetCause: ResetCause;
	/** The elements beside the modem. */
	elements?: readonly ElementPort[];
	openImage?: OpenImage;
	/** SHA-256 by hardware, where the board has it. */
	newDigest?: NewDigest;
	/** Narrows where the modem's package may come from. */
	modemSource?: ModemSource | undefined;
	/** Starts our own MCU again, and does not fail to; without it an order may not name our own MCU. */
	restart?: () => void;
	/** The modem's port. It is opened after monitoring was released, or for an open window or a recovery. */
	serial: { io: SerialConstructor<P> } & P;
	/** `none`: the port has no hardware flow control, and the modem is told to do without. */
	flowControl?: FlowControl | undefined;
	family: "auto" | "HL7692" | "HL7800";
	apn?: string | undefined;
	emit: (event: ProductEvent) => void;
	/** Called once: the guard is settled (the modem is armed and what asked is put off), or could not be in time. */
	onSettled?: () => void;
	/** AT traffic, line by line, for whoever watches. */
	onTraffic?: (direction: "sent" | "received", line: string) => void;
}

/** One boot of the product: measure, decide, then release monitoring, or open the window first; then guard for good. */
export class Product<P extends object> {
	readonly #options: ProductOptions<P>;
	#services: DeviceServices | undefined;
	#window: Window | undefined;
	#guard: Guard | undefined;
	#decision: Decision | undefined;
	#members: readonly Member[] = [];
	#gone = false;
	/** What was decided, and told, over all planned restarts: what ends is told as that. */
	#told: "open" | "recover" = "open";
	#off = false;
	#shut = false;
	/** A recovery may keep monitoring back for `recoverWithinMs`; else it ends at once. */
	#mayHold = true;
	/** The modem was on already when our own MCU started, or did not hear at the window's end that a session has to end. */
	#sessionMayBeLeft = false;
	#onWindowClosed: (() => void) | undefined;

	constructor(options: ProductOptions<P>) {
		this.#options = options;
	}

	/** The boot, up to the release of monitoring where the window stays closed: bounded, and nothing is waited for (P3). */
	boot(): void {
		const { offTime, offer, journal, order, policy, emit, modemSource, resetCause } = this.#options;
		const measured = offTime.measure();
		const planned = this.#planned();
		const token = this.#takeToken();
		const isNew = offer?.().accepted ?? false;
		if (isNew && journal.damaged) this.#startJournalAfresh();
		const inForce = order();
		const decision = decide({
			// What failed while the boot was measured may be what it was measured with.
			offTime: this.#shut ? { unknown: "distrust" } : measured,
			thresholdMs: policy.thresholdMs,
			journal: journal.damaged ? undefined : journal.record,
			order: inForce && windowOrder(inForce, modemSource),
			attemptsMax: policy.attemptsMax,
			restarted:
				!this.#shut && token !== undefined && token.step !== "recovering" && inForce?.digest === token.order,
		});
		this.#decision = decision;
		// What the boot before decided goes on, as it was or by going back, and is not decided, and told, anew.
		const isTold = planned !== undefined && decision.window !== "closed";
		this.#told = isTold ? planned.told : decision.window === "recover" ? "recover" : "open";
		const goesOn =
			decision.reason === "restarted" ||
			(decision.window === "recover" && token?.step === "recovering" && !this.#shut);
		if (decision.window !== "recover" && !goesOn && this.#restartsForTrial()) return;
		if (decision.reason !== "restarted" && !isTold)
			emit({
				event: "decided",
				window: decision.window,
				reason: decision.reason,
				offTime: "unknown" in measured ? { unknown: measured.unknown } : { atLeast: measured.atLeastMs },
				opensFrom: offTime.opensFromMs,
			});
		if (decision.window === "closed") {
			this.#sessionMayBeLeft = resetCause !== "power-on";
			emit({ event: "released" });
			offTime.run();
			this.#openPort();
			this.#startGuard();
			return;
		}
		offTime.run();
		this.#openPort();
		// A fault that comes back in every recovery must not keep monitoring back at every boot.
		this.#mayHold = planned !== undefined || !isAfterFault(measured, resetCause);
		const before = goesOn ? token : undefined;
		if (decision.window === "recover") this.#startWindow("recover", undefined, before);
		else this.#startWindow("open", inForce as UpdateOrder, before);
	}

	/**
	 * An image of our own MCU on trial that has no update to go on with goes back, before monitoring starts: it would go at
	 * the next reset anyway, and then in the middle of monitoring. It takes one start of the MCU, and waits for nothing (P3).
	 */
	#restartsForTrial(): boolean {
		const { journal, offTime, emit } = this.#options;
		const element = rejectOwnTrial({ ports: this.#ports, journal, bootNumber: offTime.bootNumber });
		if (element === undefined) return false;
		emit({ event: "restart", element });
		this.#restart();
		return true;
	}

	/** Without a way to start our own MCU again it is no element: a window that waits for its start would never end. */
	get #ports(): readonly ElementPort[] {
		const { elements = [], restart } = this.#options;
		return restart ? elements : elements.filter(({ kind }) => kind !== "self");
	}

	/** What the restart that led to this boot was for; valid or not, it is told as the boot that it belongs to. */
	#planned(): RestartToken | undefined {
		const { journal, offTime, resetCause } = this.#options;
		const { restart } = journal.record;
		const isPlanned = resetCause === "software" && restart?.bootNumber === offTime.bootNumber;
		return isPlanned ? restart : undefined;
	}

	/** Valid only where our own restart, and no power cut, led to this boot. */
	#takeToken(): RestartToken | undefined {
		const { journal, offTime, resetCause } = this.#options;
		const token = journal.takeRestart(offTime.bootNumber);
		return resetCause === "software" ? token : undefined;
	}

	/**
	 * A part that the host gave has failed: nothing is accepted any more in this boot, and an open window closes, on a later
	 * turn, for this may be called from anywhere. What was sent is still read back, and the guard goes on. Throws what the
	 * clock throws.
	 */
	shut(): void {
		if (this.#shut) return;
		this.#shut = true;
		this.#options.clock.setTimeout(() => {
			this.#window?.hearFault();
			this.#guard?.shut();
		}, 0);
	}

	/** An orderly power-off: the session is ended, a final mark is written, the port is closed. `done` within a few seconds. */
	powerOff(done: () => void): void {
		if (this.#off) return;
		this.#off = true;
		const { clock } = this.#options;
		let left = false;
		const leave = (): void => {
			// Closing the port answers what still waits for the modem.
			if (left) return;
			left = true;
			clock.clearTimeout(timer);
			this.#onWindowClosed = undefined;
			this.#window?.abort();
			this.#guard?.stop();
			this.#services?.close();
			this.#options.offTime.markFinal();
			this.#options.offTime.stop();
			done();
		};
		const timer = clock.setTimeout(leave, POWER_OFF_WITHIN_MS);
		if (this.#window) {
			this.#onWindowClosed = leave;
			this.#window.powerOff();
		} else if (this.#guard?.hasSession && this.#services && !this.#gone) this.#services.closeSession(leave);
		else leave();
	}

	#startJournalAfresh(): void {
		try {
			this.#options.journal.startAfresh();
		} catch {
			// Still damaged: the boot stays closed.
		}
	}

	#openPort(): void {
		const { serial } = this.#options;
		try {
			// The constructor takes what it was given here and nothing else.
			this.#services = this.#connect(serial as unknown as SerialOptions);
		} catch {
			this.#services = undefined;
			this.#gone = true;
		}
	}

	#connect(serial: SerialOptions): DeviceServices {
		const { clock, family, flowControl, onTraffic } = this.#options;
		return new DeviceServices({
			serial,
			clock,
			family,
			flowControl,
			permit: (command) =>
				!this.#shut && ((this.#window?.permits(command) || this.#guard?.permits(command)) ?? false),
			onIndication: (indication) => this.#hear(indication),
			onRestart: () => (this.#window ? this.#window.hearRestart() : this.#guard?.hearRestart()),
			onGone: () => this.#hearGone(),
			...(onTraffic ? { onTraffic } : {}),
		});
	}

	#element(services: DeviceServices): ModemAvms {
		const { clock, apn, policy } = this.#options;
		return new ModemAvms({ services, clock, apn, probeEveryMs: policy.probeEveryMs });
	}

	#hear(indication: Indication): void {
		if (this.#window) this.#window.hear(indication);
		else this.#guard?.hear(indication);
	}

	#hearGone(): void {
		this.#gone = true;
		if (this.#window) this.#window.hearGone();
		else this.#guard?.hearGone();
	}

	#startWindow(
		window: "open" | "recover",
		updateOrder: UpdateOrder | undefined,
		token: RestartToken | undefined,
	): void {
		const { journal, policy, clock, emit, family, modemSource, offTime } = this.#options;
		const { openImage, newDigest } = this.#options;
		const record = journal.record;
		const order = updateOrder ? windowOrder(updateOrder, modemSource) : journalOrder(record);
		this.#members = updateOrder ? membersOf(updateOrder, this.#ports) : journalMembers(record, this.#ports);
		// The other elements may have to go back though the modem's port is gone.
		const services = this.#services ?? this.#connect({ io: MissingSerial });
		this.#window = new Window({
			window,
			order,
			family,
			services,
			element: this.#element(services),
			members: this.#members,
			handOver: new HandOver({ clock, openImage: openImage ?? (() => undefined), newDigest }),
			token,
			bootNumber: offTime.bootNumber,
			told: this.#told,
			journal,
			policy: this.#mayHold ? policy : { ...policy, recoverWithinMs: 0 },
			clock,
			emit,
			onClosed: (result) => this.#afterWindow(result),
		});
		this.#window.start();
		if (this.#gone) this.#window?.hearGone();
	}

	#afterWindow({ window, restart, outcome, set, reason, sessionEnded }: WindowResult): void {
		const { emit } = this.#options;
		this.#window = undefined;
		this.#sessionMayBeLeft = !sessionEnded;
		for (const { element } of this.#members) element.close();
		this.#members = [];
		if (restart) return this.#restart();
		if (window === "open") emit({ event: "closed", outcome: outcome === "" ? "failed" : outcome, reason });
		else if (this.#told === "open")
			emit({ event: "closed", outcome: CLOSED_AS[set === "" ? "mixed" : set], reason });
		else emit({ event: "recovered", set: set === "" ? "mixed" : set, reason });
		emit({ event: "released" });
		const leave = this.#onWindowClosed;
		if (leave) return leave();
		if (!this.#off) this.#startGuard();
	}

	/** Our own MCU starts again, on purpose: whatever happens now is the next boot's. */
	#restart(): void {
		this.#off = true;
		this.#services?.close();
		this.#options.offTime.stop();
		this.#options.restart?.();
	}

	#startGuard(): void {
		const { journal, policy, clock, rtc, emit, order, onSettled, modemSource } = this.#options;
		const settled = onSettled ?? (() => {});
		if (!this.#services || this.#gone) {
			emit({ event: "unguarded", reason: "no-modem" });
			return settled();
		}
		const inForce = order();
		this.#guard = new Guard({
			services: this.#services,
			element: this.#element(this.#services),
			prefetchElement: this.#element(this.#services),
			journal,
			policy,
			clock,
			rtc,
			order: inForce && windowOrder(inForce, modemSource),
			sessionMayBeLeft: this.#sessionMayBeLeft,
			emit,
			onSettled: settled,
		});
		if (this.#shut) this.#guard.shut();
		this.#guard.start();
	}

	/** The decision of this boot; undefined before it. */
	get decision(): Decision | undefined {
		return this.#decision;
	}
}

/** What ended the last boot was a fault of our own, as far as anybody can tell. */
function isAfterFault(measured: OffTimeResult, resetCause: ResetCause): boolean {
	const isDistrusted = "unknown" in measured && measured.unknown === "distrust";
	return isDistrusted || resetCause === "watchdog" || resetCause === "software";
}
