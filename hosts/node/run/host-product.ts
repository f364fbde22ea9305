import type { ElementPort } from "../../../modules/elements/element.js";
import { OwnMcu } from "../../../modules/elements/own-mcu.js";
import { SmpProcessor } from "../../../modules/elements/smp-processor.js";
import type { Clock } from "../../../modules/io/clock.js";
import type { Store } from "../../../modules/io/store.js";
import type { Board, ResetCause } from "../../../modules/off-time/board.js";
import { OffTime } from "../../../modules/off-time/off-time.js";
import type { UpdateOrder } from "../../../modules/order/order.js";
import { Journal } from "../../../modules/set/journal.js";
import type { SmpSerialOptions } from "../../../modules/smp/smp-client.js";
import type { ProductEvent } from "../../../modules/window/events.js";
import type { OpenImage } from "../../../modules/window/hand-over.js";
import type { Policy } from "../../../modules/window/policy.js";
import { Product } from "../../../modules/window/product.js";
import { NodeSerial, type NodeSerialOptions } from "../node-serial.js";
import type { SelfSlots } from "../self-slots.js";
import { startOwnMcu } from "../self-slots-start.js";
import { SYSTEM_RTC_RESOLUTION_MS, SystemRtc } from "../system-rtc.js";
import { BootClock } from "./boot-clock.js";
import { OpenPorts } from "./open-ports.js";
import type { RunOptions } from "./run-options.js";

const BAUD = 115_200;

/** The host's parts: the system clock as RTC, with nothing that witnesses the on-time or rates the clock. */
const HOST_BOARD: Board = Object.freeze({
	resolutionMs: SYSTEM_RTC_RESOLUTION_MS,
	watchdogMs: 2_000,
	bootMs: 500,
	finalRunOnMs: 0,
	witness: "assumed",
	rate: "assumed",
});

export interface HostProductOptions {
	options: RunOptions;
	policy: Policy;
	/** Counts from the program's start. */
	clock: Clock;
	flash: Store;
	battery: Store;
	/** The order in force. */
	order: () => UpdateOrder | undefined;
	/** Offers the order that came with this run, where one did; called once. */
	offer: (() => { accepted: boolean }) | undefined;
	openImage: OpenImage;
	/** Our own MCU's boot slots, started; undefined where no `--element` is it. */
	slots: SelfSlots | undefined;
	emit: (event: ProductEvent) => void;
	onSettled: () => void;
	warn: (message: string) => void;
}

/** 115200 8N1, as everything that a product is connected to. */
export function serialOn(device: string, rtscts = false): NodeSerialOptions {
	return { device, baud: BAUD, flowControl: rtscts ? "hardware" : "none" };
}

/**
 * The product of one run. Its first boot is the program's start; where our own MCU starts again on purpose its bootloader
 * is played once more, and a new boot goes on in the same program.
 */
export class HostProduct {
	readonly #options: HostProductOptions;
	readonly #ports = new OpenPorts();
	readonly #rtc = new SystemRtc();
	#slots: SelfSlots | undefined;
	#bootClock: BootClock | undefined;
	#product: Product<NodeSerialOptions> | undefined;
	#leave: (() => void) | undefined;

	constructor(options: HostProductOptions) {
		this.#options = options;
		this.#slots = options.slots;
	}

	/** The power comes. */
	switchOn(): void {
		this.#boot("unknown");
	}

	/** An orderly power-off; one that falls into a planned restart waits for the boot that comes of it. */
	powerOff(done: () => void): void {
		this.#leave = done;
		this.#product?.powerOff(done);
	}

	#boot(resetCause: ResetCause): void {
		const { options, policy, clock, flash, battery, order, offer, openImage, emit, onSettled, warn } =
			this.#options;
		const isFirst = resetCause !== "software";
		const bootClock = new BootClock({ clock, startMs: isFirst ? 0 : clock.now() });
		this.#bootClock = bootClock;
		const product = new Product<NodeSerialOptions>({
			policy,
			clock: bootClock,
			rtc: this.#rtc,
			offTime: new OffTime({
				rtc: this.#rtc,
				clock: bootClock,
				markStore: battery,
				flashStore: flash,
				board: HOST_BOARD,
				resetCause,
				policy,
				// A restart is no time off.
				given: isFirst ? options.off : undefined,
				onTrouble: (error) => warn(error.message),
			}),
			journal: new Journal({ store: flash }),
			order,
			...(isFirst && offer ? { offer } : {}),
			serial: this.#serial(options.port, options.rtscts),
			resetCause,
			elements: this.#elements(bootClock),
			openImage,
			modemSource: options.modemSource,
			restart: () => this.#restart(),
			family: options.modem,
			apn: options.apn,
			emit,
			onSettled,
			...(options.trace
				? {
						onTraffic: (direction, line) =>
							process.stderr.write(`${direction === "sent" ? ">" : "<"} ${line}\n`),
					}
				: {}),
		});
		this.#product = product;
		product.boot();
		if (this.#leave) this.powerOff(this.#leave);
	}

	#serial(device: string, rtscts: boolean | undefined): { io: typeof NodeSerial } & NodeSerialOptions {
		return { io: NodeSerial, ...serialOn(device, rtscts), ports: this.#ports };
	}

	#elements(clock: Clock): ElementPort[] {
		return this.#options.options.element.map(({ name, kind, path }) => ({
			name,
			kind,
			open: () =>
				kind === "self"
					? new OwnMcu({ name, slots: this.#slots as SelfSlots })
					: new SmpProcessor({
							name,
							clock,
							serial: this.#serial(path, false) as unknown as SmpSerialOptions,
						}),
		}));
	}

	/** Our own MCU alone starts again: everybody else keeps power. Its ports are closed before they are opened again. */
	#restart(): void {
		const { options, warn } = this.#options;
		const own = options.element.find(({ kind }) => kind === "self");
		this.#bootClock?.end();
		this.#product = undefined;
		this.#ports.whenClosed(() => {
			try {
				if (own) this.#slots = startOwnMcu(own.path);
			} catch (error) {
				// The boot goes on all the same and finds out: nobody may wait for ever.
				warn(`element ${own?.name}: ${(error as Error).message}`);
			}
			this.#boot("software");
		});
	}
}
