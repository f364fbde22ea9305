import type { Clock } from "../../modules/io/clock.js";
import { canonicalVersion } from "../../modules/modem/version.js";
import type { Board } from "../../modules/off-time/board.js";
import { OffTime } from "../../modules/off-time/off-time.js";
import { OrderStore } from "../../modules/order/order-store.js";
import { Journal } from "../../modules/set/journal.js";
import type { ProductEvent } from "../../modules/window/events.js";
import { DEFAULT_POLICY, type Policy } from "../../modules/window/policy.js";
import { Product } from "../../modules/window/product.js";
import type { Behaviour } from "../emulator/behaviour.js";
import type { Model } from "../emulator/families.js";
import { factoryFlash, type ModemFlash } from "../emulator/flash.js";
import { EmulatedModem } from "../emulator/modem.js";
import { EmulatedSerial } from "../emulator/serial.js";
import { EmulatedServer } from "../emulator/server.js";
import { Wire } from "../emulator/wire.js";
import { BootClock } from "./boot-clock.js";
import { MemoryStore } from "./memory-store.js";
import { SimulatedRtc } from "./simulated-rtc.js";

/** A board with all that the proof of the off-time asks for. */
export const SIMULATED_BOARD: Readonly<Board> = Object.freeze({
	resolutionMs: 1_000,
	watchdogMs: 8_000,
	bootMs: 1_000,
	finalRunOnMs: 0,
	witness: "watchdog",
	rate: "measured",
});

/** 2026-01-01 00:00 UTC. */
const RTC_START_MS = 1_767_225_600_000;

export interface SimulatedProductOptions {
	/** The world's time; it goes on while the product is off. */
	world: Clock;
	model: Model;
	/** The version that the modem has from the factory. */
	version: string;
	/** The 32 bytes of the key that orders are signed for. */
	publicKey: Uint8Array;
	policy?: Partial<Policy>;
	board?: Readonly<Board>;
	behaviour?: Partial<Behaviour>;
	/** The family that the product is built for; default: it asks. */
	family?: "auto" | Model;
	apn?: string;
	onEvent?: (event: ProductEvent) => void;
	onTraffic?: (direction: "sent" | "received", line: string) => void;
}

/**
 * A whole product in one process: our modules as the companion MCU runs them, an emulated modem with its server, a
 * battery-backed clock, two storage media, and the power switch. Whatever its world's clock does, it does.
 */
export class SimulatedProduct {
	readonly world: Clock;
	readonly server: EmulatedServer;
	readonly modem: EmulatedModem;
	readonly modemFlash: ModemFlash;
	readonly rtc: SimulatedRtc;
	readonly wire: Wire;
	/** Battery-backed memory beside the clock: the alive marks. */
	readonly battery = new MemoryStore();
	/** The MCU's flash: boot number, distrust flag, order, journal. */
	readonly flash = new MemoryStore();
	readonly #options: SimulatedProductOptions;
	#clock: BootClock | undefined;
	#offTime: OffTime | undefined;
	#product: Product<{ wire: Wire }> | undefined;

	constructor(options: SimulatedProductOptions) {
		this.#options = options;
		const { world, model, version, behaviour = {} } = options;
		this.world = world;
		this.server = new EmulatedServer({ clock: world });
		this.modemFlash = factoryFlash(model, version);
		this.wire = new Wire({ clock: world });
		this.modem = new EmulatedModem({
			model,
			clock: world,
			flash: this.modemFlash,
			server: this.server,
			behaviour,
			onTransmit: (bytes) => this.wire.toHost(bytes),
		});
		this.wire.attachModem(this.modem);
		const { resolutionMs } = options.board ?? SIMULATED_BOARD;
		this.rtc = new SimulatedRtc({ world, startMs: RTC_START_MS, resolutionMs });
	}

	get isOn(): boolean {
		return this.#product !== undefined;
	}

	/** Power comes: the modem boots and our firmware runs. `envelope` is an order that waits for this boot. */
	switchOn(envelope?: Uint8Array): void {
		if (this.#product) return;
		const { world, publicKey, board = SIMULATED_BOARD, family = "auto", apn, onTraffic } = this.#options;
		const policy: Policy = { ...DEFAULT_POLICY, ...this.#options.policy };
		const clock = new BootClock({ world });
		this.#clock = clock;
		const emit = this.#options.onEvent ?? (() => {});
		const orders = new OrderStore({ store: this.flash, canonicalVersion });
		const offTime = new OffTime({
			rtc: this.rtc,
			clock,
			markStore: this.battery,
			flashStore: this.flash,
			board,
			resetCause: "power-on",
			policy,
		});
		this.#offTime = offTime;
		const product = new Product<{ wire: Wire }>({
			policy,
			clock,
			rtc: this.rtc,
			offTime,
			journal: new Journal({ store: this.flash }),
			order: () => {
				const stored = orders.current();
				return stored.status === "in-force" ? stored.order : undefined;
			},
			offer: () => {
				if (!envelope) return { accepted: false };
				const result = orders.tryOffer(() => ({ envelope, publicKey }));
				emit({ event: "order", ...result });
				return { accepted: result.outcome === "accepted" };
			},
			serial: { io: EmulatedSerial, wire: this.wire },
			resetCause: "power-on",
			family,
			apn,
			emit,
			...(onTraffic ? { onTraffic } : {}),
		});
		this.#product = product;
		this.modem.powerOn();
		product.boot();
	}

	/** The user switches off: an orderly power-off, then the power goes. */
	switchOff(done: () => void = () => {}): void {
		const product = this.#product;
		if (!product) return done();
		product.powerOff(() => {
			this.cutPower();
			done();
		});
	}

	/**
	 * Our firmware sets the clock, in ms since 1970 UTC; nothing happens where the product is off. Throws
	 * ClockNotSetError.
	 */
	setClock(timeMs: number): void {
		this.#offTime?.setTime(timeMs);
	}

	/** The power goes at once. */
	cutPower(): void {
		if (!this.#product) return;
		this.#product = undefined;
		this.#offTime = undefined;
		this.#clock?.powerOff();
		this.modem.powerOff();
		this.wire.release();
	}
}
