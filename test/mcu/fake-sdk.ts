import { factoryFlash } from "../../hosts/emulator/flash.js";
import { EmulatedModem } from "../../hosts/emulator/modem.js";
import { EmulatedSerial } from "../../hosts/emulator/serial.js";
import { EmulatedServer } from "../../hosts/emulator/server.js";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { Wire } from "../../hosts/emulator/wire.js";
import type { SmBusOptions } from "../../hosts/mcu/drivers/smbus.js";
import type { DigitalOptions } from "../../hosts/mcu/microcontroller/digital.js";
import type { SdkSerialOptions } from "../../hosts/mcu/microcontroller/modem-serial.js";
import type { Wiring } from "../../hosts/mcu/microcontroller/wiring.js";
import { BootClock } from "../../hosts/sim/boot-clock.js";
import { FIRST_BYTES, VERSIONS } from "../support/orders.js";
import { Mcp7940nModel } from "./mcp7940n-model.js";
import { MemoryFiles } from "./memory-files.js";

const MODEL = "HL7800";
const SECOND_MS = 1_000;
/** What the SDK's Serial takes at once, on ESP32 and Pico. */
const OUTPUT_BYTES = 128;

/** update/esp32/sdkconfig/partitions.csv. */
const SLOT_BYTES = 0x1c_0000;

/** The SDK's constructor that was made to throw; the message tells it from any other error. */
export const INJECTED = "injected";

interface FakePin {
	readonly mode: "input" | "output";
	level: 0 | 1;
}

/** A watchdog or a limit: it bites `afterMs` from its last feeding on. */
interface FakeTimer {
	afterMs: number;
	timer: unknown;
}

/**
 * A microcontroller, as far as the SDK's modules and our C show it to a board's TypeScript, with an MCP7940N and an
 * emulated modem. What is emulated is the pins' levels, the order of things and the watchdogs' times; no register is.
 */
export class FakeSdk {
	readonly world = new VirtualClock();
	readonly rtc = new Mcp7940nModel();
	readonly files = new MemoryFiles();
	readonly nvs = new Map<string, ArrayBuffer>();
	readonly wire = new Wire({ clock: this.world });
	readonly modem: EmulatedModem;
	/** Of this boot: what was opened and driven, in order, and what was traced. */
	log: string[] = [];
	traced: string[] = [];
	pins = new Map<number, FakePin>();
	/** `watchdog`, `limit` and `restart`, in order. */
	bites: string[] = [];
	/** For ESP32: an esp_reset_reason_t; for Pico: the number of hardware-pico.c. Both have 1 for a power-on. */
	resetReason = 1;
	/** The constructor of this name throws. */
	failing: string | undefined;
	watchdog: FakeTimer | undefined;
	limit: FakeTimer | undefined;
	clock: BootClock;
	modemRuns = false;
	#powerKey: number | undefined;
	#edges = new Map<number, () => void>();

	constructor() {
		const server = new EmulatedServer({ clock: this.world });
		this.modem = new EmulatedModem({
			model: MODEL,
			clock: this.world,
			flash: factoryFlash(MODEL, VERSIONS[MODEL][0]),
			server,
			onTransmit: (bytes) => this.wire.toHost(bytes),
		});
		this.wire.attachModem(this.modem);
		server.addJob({ version: VERSIONS[MODEL][1], sizeBytes: FIRST_BYTES });
		this.clock = new BootClock({ world: this.world });
		const tick = (): void => {
			this.world.setTimeout(tick, SECOND_MS);
			this.rtc.advance(1);
		};
		this.world.setTimeout(tick, SECOND_MS);
	}

	/** Power comes; the modem has its own and waits for its key. */
	on(wiring?: Wiring): void {
		this.#reset();
		this.rtc.restorePower();
		this.#powerKey = wiring?.modem.powerKey.pin;
	}

	/** The power goes, of all. */
	cut(offMs: number): void {
		this.#reset();
		this.rtc.cutPower();
		this.modem.powerOff();
		this.modemRuns = false;
		this.world.advance(offMs);
	}

	/** The level outside changes, and the input tells its edge. */
	drive(pin: number, level: 0 | 1): void {
		const input = this.pins.get(pin);
		if (input?.mode !== "input") throw new Error(`Expected an input at ${pin}`);
		input.level = level;
		this.#edges.get(pin)?.();
	}

	/** The level at a pin; undefined where nothing drives it. */
	level(pin: number): 0 | 1 | undefined {
		const line = this.pins.get(pin);
		return line?.mode === "output" ? line.level : undefined;
	}

	#reset(): void {
		this.clock.powerOff();
		this.clock = new BootClock({ world: this.world });
		this.wire.release();
		this.pins = new Map();
		this.#edges = new Map();
		this.log = [];
		this.traced = [];
		this.bites = [];
		for (const timer of [this.watchdog, this.limit]) if (timer) this.world.clearTimeout(timer.timer);
		this.watchdog = undefined;
		this.limit = undefined;
	}

	#open(what: string): void {
		if (this.failing === what) throw new Error(INJECTED);
		this.log.push(what);
	}

	#drive(pin: number, level: 0 | 1): void {
		this.pins.set(pin, { mode: "output", level });
		this.log.push(`${pin}=${level}`);
		if (pin !== this.#powerKey || level === 0 || this.modemRuns) return;
		this.modemRuns = true;
		this.modem.powerOn();
	}

	#start(name: "watchdog" | "limit", afterMs: number): void {
		const old = this[name];
		if (old) this.world.clearTimeout(old.timer);
		this[name] = { afterMs, timer: this.world.setTimeout(() => this.#bite(name), afterMs) };
		this.log.push(`${name} ${afterMs}`);
	}

	/** The chip starts again: no pin is driven and no JavaScript runs. */
	#bite(name: string): void {
		this.bites.push(name);
		this.clock.powerOff();
		this.wire.release();
		this.pins = new Map();
	}

	readonly trace = (line: string): void => {
		this.traced.push(line);
	};

	readonly native = (name: string): ((...args: unknown[]) => unknown) => {
		const functions: Record<string, (value: unknown) => unknown> = {
			start_watchdog: (ms) => this.#start("watchdog", ms as number),
			feed_watchdog: () => this.#start("watchdog", this.watchdog?.afterMs as number),
			start_hold_limit: (ms) => {
				this.#open("limit");
				this.#start("limit", ms as number);
			},
			stop_hold_limit: () => {
				if (this.limit) this.world.clearTimeout(this.limit.timer);
				this.limit = undefined;
			},
			restart: () => this.#bite("restart"),
			reset_cause: () => this.resetReason,
			// Two slots with nothing beside what runs; what trial.c does with others is not faked.
			xs_trial_can_try: () => true,
			xs_trial_keeps_other: () => true,
			xs_trial_capacity: () => SLOT_BYTES,
			xs_trial_on_trial: () => false,
			xs_trial_selected: () => 0,
			xs_trial_image: (other) => (other ? undefined : { version: "1.0.0", hash: new ArrayBuffer(32) }),
		};
		const found = functions[name.replace("xs_update_window_", "")];
		if (!found) throw new Error(`Expected a function of ours, got ${name}`);
		return function (this: unknown, ...args: unknown[]) {
			return found(args[0]);
		};
	};

	get Digital(): object {
		const sdk = this;
		return class Digital {
			static readonly Input = 0;
			static readonly Output = 8;
			static readonly Rising = 1;
			readonly #options: DigitalOptions;
			constructor(options: DigitalOptions) {
				this.#options = options;
				const { pin, mode, initialValue, onReadable, edge } = options;
				sdk.#open(`pin ${pin}`);
				if (sdk.pins.has(pin)) throw new Error("in use");
				if (mode === Digital.Output) {
					if (initialValue === undefined) throw new Error("Expected an output to have its level at once");
					sdk.#drive(pin, this.#levelOf(initialValue));
				} else {
					if (edge !== Digital.Rising || !onReadable) throw new Error("invalid edges");
					sdk.pins.set(pin, { mode: "input", level: this.#levelOf(0) });
					sdk.#edges.set(pin, onReadable);
				}
			}
			read(): number {
				return this.#levelOf((sdk.pins.get(this.#options.pin) as FakePin).level);
			}
			write(value: 0 | 1): void {
				sdk.#drive(this.#options.pin, this.#levelOf(value));
			}
			#levelOf(value: 0 | 1): 0 | 1 {
				return this.#options.activeLow ? (value ? 0 : 1) : value;
			}
		};
	}

	get Serial(): object {
		const sdk = this;
		return class Serial {
			readonly #line: EmulatedSerial;
			readonly #options: SdkSerialOptions;
			#free = OUTPUT_BYTES;
			constructor(options: SdkSerialOptions) {
				sdk.#open("serial");
				this.#options = options;
				const { onReadable } = options;
				this.#line = new EmulatedSerial({ format: "buffer", wire: sdk.wire, onReadable });
				this.#tellWritable();
			}
			read(): ArrayBuffer {
				const bytes = this.#line.read();
				if (!bytes) throw new Error("invalid");
				return bytes;
			}
			write(bytes: ArrayBuffer): void {
				if (bytes.byteLength > this.#free) throw new Error("output full");
				this.#free -= bytes.byteLength;
				this.#line.write(bytes);
				this.#tellWritable();
			}
			close(): void {
				this.#line.close();
			}
			#tellWritable(): void {
				sdk.clock.setTimeout(() => {
					this.#free = OUTPUT_BYTES;
					this.#options.onWritable(OUTPUT_BYTES);
				}, 1);
			}
		};
	}

	get SMBus(): object {
		const sdk = this;
		return class SMBus extends this.rtc.SMBus {
			constructor(options: SmBusOptions) {
				sdk.#open("smbus");
				super(options);
			}
		};
	}

	get keyValue(): object {
		return {
			open: ({ path }: { path: string }) => {
				this.#open(path);
				return {
					read: (key: string) => this.nvs.get(`${path} ${key}`),
					write: (key: string, value: ArrayBuffer) => this.nvs.set(`${path} ${key}`, value.slice(0)),
					delete: (key: string) => this.nvs.delete(`${path} ${key}`),
					close: () => {},
				};
			},
		};
	}

	get File(): object {
		return this.files.File;
	}

	get Directory(): object {
		return {
			create: (path: string) => {
				this.#open(path.slice(1));
				this.files.Directory.create(path);
			},
		};
	}

	get time(): object {
		const { clock } = this;
		return {
			get ticks(): number {
				return clock.now();
			},
			delta: (from: number, to: number) => to - from,
		};
	}

	get timer(): object {
		const { clock } = this;
		return {
			set: (callback: () => void, delayMs: number) => clock.setTimeout(callback, delayMs),
			clear: (id: unknown) => clock.clearTimeout(id),
		};
	}
}
