import type { ElementPort } from "../../modules/elements/element.js";
import { OwnMcu } from "../../modules/elements/own-mcu.js";
import { SmpProcessor } from "../../modules/elements/smp-processor.js";
import { FileSource } from "../../modules/images/file-source.js";
import type { Clock } from "../../modules/io/clock.js";
import { canonicalVersion } from "../../modules/modem/version.js";
import type { Board, ResetCause } from "../../modules/off-time/board.js";
import { OffTime } from "../../modules/off-time/off-time.js";
import type { ModemSource } from "../../modules/order/order-elements.js";
import { OrderStore } from "../../modules/order/order-store.js";
import { Journal } from "../../modules/set/journal.js";
import type { SmpSerialOptions } from "../../modules/smp/smp-client.js";
import { hexFromBytes } from "../../modules/storage/bytes.js";
import type { ProductEvent } from "../../modules/window/events.js";
import { DEFAULT_POLICY, type Policy } from "../../modules/window/policy.js";
import { Product } from "../../modules/window/product.js";
import type { Behaviour } from "../emulator/behaviour.js";
import type { Model } from "../emulator/families.js";
import { factoryFlash, type ModemFlash } from "../emulator/flash.js";
import { EmulatedModem } from "../emulator/modem.js";
import { factoryPartitions, type PartitionFlash } from "../emulator/partition-flash.js";
import { EmulatedPartitions } from "../emulator/partitions.js";
import { EmulatedProcessor } from "../emulator/processor.js";
import type { ProcessorBehaviour } from "../emulator/processor-behaviour.js";
import { type ProcessorFlash, processorFlash } from "../emulator/processor-flash.js";
import { imageFacts, isValidImage } from "../emulator/processor-image.js";
import { EmulatedSerial } from "../emulator/serial.js";
import { EmulatedServer } from "../emulator/server.js";
import { Wire } from "../emulator/wire.js";
import { BootClock } from "./boot-clock.js";
import { MemoryImageStore } from "./memory-image-store.js";
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
	/** Processors beside the modem, with the image that each has from the factory. */
	processors?: readonly SimulatedProcessorOptions[];
	/** Our own MCU's boot partitions, where an order may name it. */
	own?: { name: string; image: Uint8Array } | undefined;
	/** Reads an image of our own MCU; default: as the board does it. */
	identify?: (image: Uint8Array) => OwnImage | undefined;
	/** What lies in the product's storage of images, by file. */
	images?: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
	modemSource?: ModemSource;
	/** False: our own MCU has no way to start itself again. */
	restartable?: boolean;
	/** Puts other elements in the place of these. */
	replaceElements?: (ports: readonly ElementPort[], clock: Clock) => readonly ElementPort[];
	onEvent?: (event: ProductEvent) => void;
	onTraffic?: (direction: "sent" | "received", line: string) => void;
	/** Before each operation on our own MCU's flash: an instant for the power to go. */
	onOwnOperation?: () => void;
}

export interface SimulatedProcessorOptions {
	name: string;
	image: Uint8Array;
	behaviour?: Partial<ProcessorBehaviour>;
}

/** A processor with its wire; the product's power is its own. */
export interface SimulatedProcessor {
	readonly name: string;
	readonly flash: ProcessorFlash;
	readonly processor: EmulatedProcessor;
	readonly wire: Wire;
}

/** From a restart of our own MCU alone until its firmware runs again. */
export const RESTART_MS = 200;

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
	readonly processors: readonly SimulatedProcessor[];
	/** Our own MCU's partitions; undefined where no order may name it. */
	readonly partitions: EmulatedPartitions | undefined;
	readonly ownFlash: PartitionFlash | undefined;
	readonly imageStore = new MemoryImageStore();
	/** Battery-backed memory beside the clock: the alive marks. */
	readonly battery = new MemoryStore();
	/** The MCU's flash: boot number, distrust flag, order, journal. */
	readonly flash = new MemoryStore();
	readonly #options: SimulatedProductOptions;
	#clock: BootClock | undefined;
	#offTime: OffTime | undefined;
	#product: Product<{ wire: Wire }> | undefined;
	#restartTimer: unknown;
	#isOn = false;

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
		this.processors = (options.processors ?? []).map((processor) => simulated(world, processor));
		this.ownFlash = options.own && factoryPartitions(options.own.image);
		this.partitions =
			this.ownFlash &&
			new EmulatedPartitions({
				flash: this.ownFlash,
				identify: options.identify ?? identifyImage,
				...(options.onOwnOperation ? { onOperation: options.onOwnOperation } : {}),
			});
		for (const [name, bytes] of Object.entries(options.images ?? {})) this.putImage(name, bytes);
		const { resolutionMs } = options.board ?? SIMULATED_BOARD;
		this.rtc = new SimulatedRtc({ world, startMs: RTC_START_MS, resolutionMs });
	}

	get isOn(): boolean {
		return this.#isOn;
	}

	/** Our firmware runs: false without power, and while our own MCU starts again. */
	get isRunning(): boolean {
		return this.#product !== undefined;
	}

	/** Puts a file into the product's storage of images, in the place of one of the same name. */
	putImage(name: string, bytes: Uint8Array<ArrayBuffer>): void {
		this.imageStore.put(name, bytes);
	}

	/** Power comes: everything boots and our firmware runs. `envelope` is an order that waits for this boot. */
	switchOn(envelope?: Uint8Array): void {
		if (this.#isOn) return;
		this.#isOn = true;
		this.modem.powerOn();
		for (const { processor } of this.processors) processor.powerOn();
		this.partitions?.powerOn();
		this.#boot("power-on", envelope);
	}

	#boot(resetCause: ResetCause, envelope: Uint8Array | undefined): void {
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
			resetCause,
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
			resetCause,
			elements: this.#elements(clock),
			openImage: ({ image }) => new FileSource({ store: this.imageStore, name: image }),
			modemSource: this.#options.modemSource,
			...(this.#options.restartable === false ? {} : { restart: () => this.restart("software") }),
			family,
			apn,
			emit,
			...(onTraffic ? { onTraffic } : {}),
		});
		this.#product = product;
		product.boot();
	}

	#elements(clock: Clock): readonly ElementPort[] {
		const { own, replaceElements = (all) => all } = this.#options;
		const ports: ElementPort[] = this.processors.map(({ name, wire }) => ({
			name,
			kind: "smp",
			open: () =>
				new SmpProcessor({
					name,
					clock,
					serial: { io: EmulatedSerial, wire } as unknown as SmpSerialOptions,
				}),
		}));
		const { partitions } = this;
		if (own && partitions)
			ports.push({
				name: own.name,
				kind: "self",
				open: () => new OwnMcu({ name: own.name, slots: partitions }),
			});
		return replaceElements(ports, clock);
	}

	/** Our own MCU alone starts again: everybody else keeps power. */
	restart(cause: ResetCause): void {
		if (!this.#isOn) return;
		this.world.clearTimeout(this.#restartTimer);
		this.#endBoot();
		this.partitions?.cutPower();
		this.#restartTimer = this.world.setTimeout(() => {
			this.partitions?.powerOn();
			this.#boot(cause, undefined);
		}, RESTART_MS);
	}

	/** The user switches off: an orderly power-off, then the power goes. */
	switchOff(done: () => void = () => {}): void {
		const product = this.#product;
		if (!product) {
			this.cutPower();
			return done();
		}
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
		if (!this.#isOn) return;
		this.#isOn = false;
		this.world.clearTimeout(this.#restartTimer);
		this.#endBoot();
		this.modem.powerOff();
		for (const { processor } of this.processors) processor.powerOff();
		this.partitions?.cutPower();
	}

	#endBoot(): void {
		this.#product = undefined;
		this.#offTime = undefined;
		this.#clock?.powerOff();
		for (const { wire } of [this, ...this.processors]) wire.release();
	}
}

function simulated(
	world: Clock,
	{ name, image, behaviour = {} }: SimulatedProcessorOptions,
): SimulatedProcessor {
	const flash = processorFlash(image);
	const wire = new Wire({ clock: world });
	const processor = new EmulatedProcessor({
		clock: world,
		flash,
		behaviour,
		onTransmit: (bytes) => wire.toHost(bytes),
	});
	wire.attachModem(processor);
	return { name, flash, processor, wire };
}

/** What the board tells of an image of our own MCU. */
export interface OwnImage {
	version: string;
	hash: string;
}

/** The board's own hash of an image of ours is the one in its header's TLVs. */
export function identifyImage(image: Uint8Array): OwnImage | undefined {
	const facts = isValidImage(image) ? imageFacts(image) : undefined;
	return facts && { version: facts.version, hash: hexFromBytes(facts.hash) };
}
