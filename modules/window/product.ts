import type { SerialOptions } from "../at/channel.js";
import { ModemAvms } from "../elements/modem-avms.js";
import type { Clock } from "../io/clock.js";
import type { Rtc } from "../io/rtc.js";
import type { SerialConstructor } from "../io/serial.js";
import type { FlowControl } from "../modem/arming-steps.js";
import { DeviceServices } from "../modem/device-services.js";
import type { Indication } from "../modem/indication.js";
import type { OffTimeResult } from "../off-time/reasons.js";
import type { UpdateOrder } from "../order/order.js";
import type { Journal } from "../set/journal.js";
import { type Decision, decide } from "./decide.js";
import type { ProductEvent } from "./events.js";
import { Guard } from "./guard.js";
import type { Policy } from "./policy.js";
import { Window, type WindowOrder, type WindowResult } from "./window.js";

/** How long an orderly power-off waits for the modem to end its session. */
const POWER_OFF_WITHIN_MS = 2_000;

export interface ProductOptions<P extends object> {
	policy: Policy;
	clock: Clock;
	rtc: Rtc;
	/** Measures the off-time once a boot, then keeps the alive mark. */
	offTime: {
		measure(): OffTimeResult;
		readonly opensFromMs: number;
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
	#gone = false;
	#off = false;
	#onWindowClosed: (() => void) | undefined;

	constructor(options: ProductOptions<P>) {
		this.#options = options;
	}

	/** The boot, up to the release of monitoring where the window stays closed: bounded, and nothing is waited for (P3). */
	boot(): void {
		const { offTime, offer, journal, order, policy, emit } = this.#options;
		const measured = offTime.measure();
		const isNew = offer?.().accepted ?? false;
		if (isNew && journal.damaged) this.#startJournalAfresh();
		const inForce = order();
		const decision = decide({
			offTime: measured,
			thresholdMs: policy.thresholdMs,
			journal: journal.damaged ? undefined : journal.record,
			order: inForce && this.#modemOrder(inForce),
			attemptsMax: policy.attemptsMax,
		});
		this.#decision = decision;
		emit({
			event: "decided",
			window: decision.window,
			reason: decision.reason,
			offTime: "unknown" in measured ? { unknown: measured.unknown } : { atLeast: measured.atLeastMs },
			opensFrom: offTime.opensFromMs,
		});
		if (decision.window === "closed") {
			emit({ event: "released" });
			offTime.run();
			this.#openPort();
			this.#startGuard();
			return;
		}
		offTime.run();
		const windowOrder =
			decision.window === "recover" ? this.#journalOrder() : this.#modemOrder(inForce as UpdateOrder);
		this.#openPort();
		this.#startWindow(decision.window, windowOrder);
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

	#modemOrder(order: UpdateOrder): WindowOrder {
		const element = order.elements[0] as UpdateOrder["elements"][number];
		return {
			digest: order.digest,
			adopt: order.adopt,
			element: element.name,
			model: element.model,
			from: element.from,
			to: element.to,
			sizeBytes: element.sizeBytes,
		};
	}

	/** What a recovery needs, from the journal alone. */
	#journalOrder(): WindowOrder {
		const { order, element, from, to } = this.#options.journal.record;
		return { digest: order, adopt: false, element, model: "", from: [from], to, sizeBytes: 0 };
	}

	#openPort(): void {
		const { serial, clock, family, flowControl, onTraffic } = this.#options;
		try {
			this.#services = new DeviceServices({
				// The constructor takes what it was given here and nothing else.
				serial: serial as unknown as SerialOptions,
				clock,
				family,
				flowControl,
				permit: (command) => (this.#window?.permits(command) || this.#guard?.permits(command)) ?? false,
				onIndication: (indication) => this.#hear(indication),
				onRestart: () => (this.#window ? this.#window.hearRestart() : this.#guard?.hearRestart()),
				onGone: () => this.#hearGone(),
				...(onTraffic ? { onTraffic } : {}),
			});
		} catch {
			this.#services = undefined;
			this.#gone = true;
		}
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

	#startWindow(window: "open" | "recover", order: WindowOrder): void {
		const { journal, policy, clock, emit, family } = this.#options;
		if (!this.#services) {
			emit({ event: "element", element: order.element, from: "", to: order.to, is: "", outcome: "failed" });
			return this.#afterWindow({ window, outcome: "failed", set: "mixed", reason: "no-modem" });
		}
		this.#window = new Window({
			window,
			order,
			family,
			services: this.#services,
			element: this.#element(this.#services),
			journal,
			policy,
			clock,
			emit,
			onClosed: (result) => this.#afterWindow(result),
		});
		this.#window.start();
	}

	#afterWindow({ window, outcome, set, reason }: WindowResult): void {
		const { emit } = this.#options;
		this.#window = undefined;
		if (window === "open") emit({ event: "closed", outcome: outcome === "" ? "failed" : outcome, reason });
		else emit({ event: "recovered", set: set === "" ? "mixed" : set, reason });
		emit({ event: "released" });
		const leave = this.#onWindowClosed;
		if (leave) return leave();
		if (!this.#off) this.#startGuard();
	}

	#startGuard(): void {
		const { journal, policy, clock, rtc, emit, order, onSettled } = this.#options;
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
			order: inForce && this.#modemOrder(inForce),
			emit,
			onSettled: settled,
		});
		this.#guard.start();
	}

	/** The decision of this boot; undefined before it. */
	get decision(): Decision | undefined {
		return this.#decision;
	}
}
