import { factoryFlash } from "../../hosts/emulator/flash.js";
import { EmulatedModem } from "../../hosts/emulator/modem.js";
import { EmulatedSerial } from "../../hosts/emulator/serial.js";
import { EmulatedServer } from "../../hosts/emulator/server.js";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { Wire } from "../../hosts/emulator/wire.js";
import { BootClock } from "../../hosts/sim/boot-clock.js";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import { SIMULATED_BOARD } from "../../hosts/sim/simulated-product.js";
import { SimulatedRtc } from "../../hosts/sim/simulated-rtc.js";
import { DEFAULT_POLICY } from "../../modules/window/policy.js";
import { envelope, FIRST_BYTES, testPublicKey, VERSIONS } from "../support/orders.js";
import type { BoardOptions, FirmwareModule } from "./load-firmware.js";

const MODEL = "HL7800";
const RTC_START_MS = 1_767_225_600_000;

/** The call that is made to throw; the message tells it from any other error. */
export const INJECTED = "injected";

/** A board on a virtual clock, any call of which can be made to throw. */
export class SimulatedBoard {
	readonly world = new VirtualClock();
	readonly #Firmware: FirmwareModule["Firmware"];
	readonly #modem: EmulatedModem;
	readonly #wire = new Wire({ clock: this.world });
	readonly #rtc = new SimulatedRtc({ world: this.world, startMs: RTC_START_MS, resolutionMs: 1_000 });
	#stores = {
		markStore: new MemoryStore(),
		flashStore: new MemoryStore(),
		inbox: new MemoryStore(),
	};
	/** Events and sent AT lines of the boot. */
	events: { event: string; [field: string]: unknown }[] = [];
	hold = false;
	updating = false;
	restarts = 0;
	/** Calls into the board in this boot. */
	calls = 0;
	#failAt = 0;
	#clock: BootClock | undefined;

	/** `before`: what it has in its stores and how late it is; its modem is as from the factory. */
	constructor({ Firmware }: FirmwareModule, before?: SimulatedBoard) {
		this.#Firmware = Firmware;
		if (before) {
			this.world.advance(before.world.now());
			const { markStore, flashStore, inbox } = before.#stores;
			this.#stores = {
				markStore: markStore.clone(),
				flashStore: flashStore.clone(),
				inbox: inbox.clone(),
			};
		}
		const server = new EmulatedServer({ clock: this.world });
		this.#modem = new EmulatedModem({
			model: MODEL,
			clock: this.world,
			flash: factoryFlash(MODEL, VERSIONS[MODEL][0]),
			server,
			onTransmit: (bytes) => this.#wire.toHost(bytes),
		});
		this.#wire.attachModem(this.#modem);
		server.addJob({ version: VERSIONS[MODEL][1], sizeBytes: FIRST_BYTES });
	}

	/** An order arrives. */
	order(): void {
		this.#stores.inbox.write("order", new Uint8Array(envelope(MODEL, "first")).buffer);
	}

	/** Power comes. The call of this number into the board throws, once; 0 is none. */
	on(failAt = 0): void {
		this.events = [];
		this.calls = 0;
		this.#failAt = failAt;
		this.hold = false;
		this.updating = false;
		const clock = new BootClock({ world: this.world });
		this.#clock = clock;
		this.#modem.powerOn();
		new this.#Firmware({
			openBoard: (options) => this.#open(options, clock),
			settings: { family: "auto", publicKey: testPublicKey(), apn: undefined, policy: DEFAULT_POLICY },
		}).boot();
	}

	cut(offMs: number): void {
		this.#clock?.powerOff();
		this.#modem.powerOff();
		this.#wire.release();
		this.world.advance(offMs);
	}

	#call(): void {
		if (++this.calls === this.#failAt) throw new Error(INJECTED);
	}

	#open({ onFault }: BoardOptions, boot: BootClock): object {
		const { world } = this;
		const call = () => this.#call();
		const rtc = this.#rtc;
		const guarded = (callback: () => void) => (): void => {
			try {
				callback();
			} catch (error) {
				onFault(error);
			}
		};
		class FailingSerial extends EmulatedSerial {
			constructor(options: ConstructorParameters<typeof EmulatedSerial>[0]) {
				call();
				super({
					...options,
					onReadable: (bytes: number) => guarded(() => options.onReadable?.(bytes))(),
				});
			}
			override read(): ReturnType<EmulatedSerial["read"]> {
				call();
				return super.read();
			}
			override write(bytes: ArrayBuffer): void {
				call();
				super.write(bytes);
			}
		}
		return {
			offTime: SIMULATED_BOARD,
			resetCause: "power-on",
			clock: {
				now: () => boot.now(),
				setTimeout: (callback: () => void, delayMs: number) => {
					call();
					return boot.setTimeout(guarded(callback), delayMs);
				},
				clearTimeout: (id: unknown) => boot.clearTimeout(id),
			},
			rtc: {
				get time() {
					call();
					return rtc.time;
				},
				set time(timeMs) {
					call();
					rtc.time = timeMs;
				},
			},
			...Object.fromEntries(
				Object.entries(this.#stores).map(([name, store]) => [name, failing(store, call)]),
			),
			serial: { io: FailingSerial, wire: this.#wire },
			hold: { write: (active: boolean) => this.#drive("hold", active) },
			updating: { write: (active: boolean) => this.#drive("updating", active) },
			print: (line: string) => this.events.push({ ...JSON.parse(line), world: world.now() }),
			feedWatchdog: call,
			// The MCU starts again: nothing of this boot runs on.
			restart: () => {
				this.restarts++;
				boot.powerOff();
				this.#wire.release();
			},
		};
	}

	#drive(output: "hold" | "updating", active: boolean): void {
		this[output] = active;
	}
}

function failing(store: MemoryStore, call: () => void): object {
	return {
		read(key: string) {
			call();
			return store.read(key);
		},
		write(key: string, value: ArrayBuffer) {
			call();
			store.write(key, value);
		},
		delete(key: string) {
			call();
			store.delete(key);
		},
	};
}
