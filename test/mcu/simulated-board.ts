import type { Behaviour } from "../../hosts/emulator/behaviour.js";
import type { Model } from "../../hosts/emulator/families.js";
import { factoryFlash, type ModemFlash } from "../../hosts/emulator/flash.js";
import { EmulatedModem } from "../../hosts/emulator/modem.js";
import { EmulatedServer } from "../../hosts/emulator/server.js";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { Wire } from "../../hosts/emulator/wire.js";
import type { BoardOptions, BoardParts } from "../../hosts/mcu/board.js";
import main from "../../hosts/mcu/main.js";
import { TicksClock } from "../../hosts/mcu/parts/ticks-clock.js";
import { BootClock } from "../../hosts/sim/boot-clock.js";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import { SIMULATED_BOARD } from "../../hosts/sim/simulated-product.js";
import { SimulatedRtc } from "../../hosts/sim/simulated-rtc.js";
import type { SerialConstructor } from "../../modules/io/serial.js";
import { EventLog } from "../../modules/log/event-log.js";
import type { ReadRecord } from "../../modules/log/log-ring.js";
import type { Board, ResetCause } from "../../modules/off-time/board.js";
import { encodeBase64 } from "../../modules/storage/base64.js";
import { asciiFromBytes } from "../../modules/storage/bytes.js";
import { envelope, FIRST_BYTES, type OrderName, testPublicKey, VERSIONS } from "../support/orders.js";
import { type Plugged, plug } from "./doubles/socket.js";
import { type Call, failingSerial, failingStore } from "./failing-parts.js";
import { type Attempt, FAULTS, type Fault } from "./faults.js";
import { NEW, OLD, setEnvelope } from "./set-order.js";
import { SimulatedOthers } from "./simulated-others.js";

const RTC_START_MS = 1_767_225_600_000;
/** A moment before 32 bits of ticks turn negative. */
const TICKS_START = 0x7fff_f000;
/** The beginning of an Ed25519 key as SPKI (RFC 8410, section 4). */
const SPKI_HEADER = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00] as const;
/** From our own MCU's planned restart until its firmware runs again. */
const RESTART_MS = 300;
/** The commands of P1. */
const ACCEPTING = /^AT\+(WDSR=[13468]|WDSS=1,1|WDSD)/;

export type BoardEvent = { event: string; [field: string]: unknown };

export interface SimulatedBoardOptions {
	model?: Model;
	behaviour?: Partial<Behaviour>;
	/** What differs from a board with all that the proof of the off-time asks for. */
	offTime?: Partial<Board>;
	config?: Readonly<Record<string, unknown>>;
	/** A product of four elements, with a console and an event log. */
	isSet?: boolean;
	/** What differs from the board's parts. */
	extra?: (board: SimulatedBoard) => Partial<BoardParts>;
	/** Puts what it has in its stores, in its modem and on its server into this one, and makes it as late. */
	before?: SimulatedBoard;
}

/**
 * A board in virtual time on which hosts/mcu/main.ts boots: the SDK's modules as doubles, an ECMA-419 Serial in memory
 * to the emulated modem, stores in memory. Any call into it can be made to fail.
 */
export class SimulatedBoard implements Plugged {
	readonly world = new VirtualClock();
	readonly config: Readonly<Record<string, unknown>>;
	readonly modem: EmulatedModem;
	readonly modemFlash: ModemFlash;
	readonly stores = { markStore: new MemoryStore(), flashStore: new MemoryStore(), inbox: new MemoryStore() };
	readonly model: Model;
	readonly behaviour: Partial<Behaviour>;
	readonly offTime: Board;
	/** There where the product has four elements. */
	readonly others: SimulatedOthers | undefined;
	readonly #extra: (board: SimulatedBoard) => Partial<BoardParts>;
	readonly #server: EmulatedServer;
	readonly #wire: Wire;
	readonly #rtc: SimulatedRtc;
	/** Everything that came out of the boot, in order: event lines, sent AT lines, outputs. */
	log: string[] = [];
	/** What the boot printed. */
	events: BoardEvent[] = [];
	/** Names of the calls into the board in this boot, in order. */
	calls: string[] = [];
	/** Told of every call before it is made. */
	onCall: (name: string, number: number) => void = () => {};
	hold = false;
	updating = false;
	restarts = 0;
	/** Restarts on purpose. */
	plannedRestarts = 0;
	/** Those of them that came after the injected fault. */
	plannedAfterFault = 0;
	/** Accepting commands that were sent since power came, and those of them that came after the injected fault. */
	accepts = 0;
	acceptsAfterFault = 0;
	/** The fault was made. */
	struck = false;
	#fault: Fault | undefined;
	#options419: BoardOptions | undefined;
	#boot: BootClock;
	#resetCause: ResetCause = "power-on";
	#line = "";
	#restartTimer: unknown;

	constructor(options: SimulatedBoardOptions = {}) {
		const { before, config } = options;
		const model = options.model ?? before?.model ?? "HL7800";
		this.model = model;
		this.behaviour = options.behaviour ?? before?.behaviour ?? {};
		this.offTime = { ...(before?.offTime ?? SIMULATED_BOARD), ...options.offTime };
		this.config = {
			key: encodeBase64(Uint8Array.from([...SPKI_HEADER, ...testPublicKey()])),
			...before?.config,
			...config,
		};
		this.#boot = new BootClock({ world: this.world });
		this.#rtc = new SimulatedRtc({ world: this.world, startMs: RTC_START_MS, resolutionMs: 1_000 });
		this.#wire = new Wire({
			clock: this.world,
			onTraffic: ({ direction, bytes }) => {
				if (direction === "to-modem") this.#hearSent(bytes);
			},
		});
		this.#server = new EmulatedServer({ clock: this.world });
		this.modemFlash = factoryFlash(model, VERSIONS[model][0]);
		if (before) this.#take(before);
		else this.#server.addJob({ version: VERSIONS[model][1], sizeBytes: FIRST_BYTES });
		this.modem = new EmulatedModem({
			model,
			clock: this.world,
			flash: this.modemFlash,
			server: this.#server,
			behaviour: this.behaviour,
			onTransmit: (bytes) => this.#wire.toHost(bytes),
		});
		this.#wire.attachModem(this.modem);
		this.#extra = options.extra ?? (before ? before.#extra : () => ({}));
		if (options.isSet || before?.others)
			this.others = new SimulatedOthers({ world: this.world, before: before?.others });
	}

	#take(before: SimulatedBoard): void {
		this.world.advance(before.world.now());
		for (const name of ["markStore", "flashStore", "inbox"] as const)
			this.stores[name] = before.stores[name].clone();
		Object.assign(this.modemFlash, JSON.parse(JSON.stringify(before.modemFlash)));
		for (const { package: ordered, state } of before.#server.jobs)
			this.#server.addJob({ version: ordered.version, sizeBytes: ordered.sizeBytes }).state = state;
	}

	/** An order arrives. */
	order(name: OrderName = "first"): void {
		this.stores.inbox.write("order", new Uint8Array(envelope(this.model, name)).buffer);
	}

	/** The order for all four arrives. */
	orderSet(): void {
		this.stores.inbox.write("order", setEnvelope().buffer);
	}

	/** Power comes. */
	on(fault?: Fault): void {
		this.modem.powerOn();
		this.others?.powerOn();
		this.start("power-on", fault);
	}

	/** The MCU starts again, and nothing else does. */
	reset(resetCause: ResetCause = "software"): void {
		this.#stop();
		this.others?.restartOwn();
		this.start(resetCause);
	}

	/** Power goes, for so long. */
	cut(offMs: number): void {
		this.#stop();
		this.modem.powerOff();
		this.others?.powerOff();
		this.world.advance(offMs);
	}

	/** The power-fail input says that power goes. */
	failPower(): void {
		this.#options419?.onPowerFail();
	}

	/** An exception that nobody caught, out of a timer or the port. */
	throwUncaught(error: unknown): void {
		this.#options419?.onFault(error);
	}

	named(name: string): BoardEvent[] {
		return this.events.filter(({ event }) => event === name);
	}

	ticks(): number {
		return (TICKS_START + this.#boot.now()) | 0;
	}

	setTimer(callback: () => void, delayMs: number): unknown {
		return this.#call("setTimer", {
			whole: () => this.#boot.setTimeout(callback, delayMs),
			half: () => this.#boot.setTimeout(callback, delayMs / 2),
		});
	}

	clearTimer(id: unknown): void {
		this.#boot.clearTimeout(id);
	}

	/** What hosts/mcu/main.ts gets for its board. */
	open(options: BoardOptions): BoardParts {
		this.#options419 = options;
		const { onFault } = options;
		const boot = this.#boot;
		const call: Call = (name, attempt) => this.#call(name, attempt);
		const store = (name: "markStore" | "flashStore" | "inbox") => failingStore(name, this.stores[name], call);
		return {
			offTime: this.offTime,
			resetCause: this.#resetCause,
			clock: new TicksClock({ onFault }),
			rtc: this.#failingRtc(),
			markStore: store("markStore"),
			flashStore: store("flashStore"),
			inbox: store("inbox"),
			serial: {
				io: failingSerial("serial", call, onFault) as unknown as SerialConstructor,
				wire: this.#wire,
			},
			...this.others?.parts(call, onFault),
			...this.#extra(this),
			hold: { write: (active) => this.#drive("hold", active) },
			updating: { write: (active) => this.#drive("updating", active) },
			print: (line) =>
				this.#call("print", {
					whole: () => {
						this.events.push(JSON.parse(line) as BoardEvent);
						this.log.push(line);
					},
					half: () => {},
				}),
			feedWatchdog: () => this.#call("feedWatchdog", { whole: () => {}, half: () => {} }),
			// Nothing of this boot runs on, and the outputs of an MCU in reset are inactive.
			restart: (error) => {
				this.log.push(error === undefined ? "planned restart" : "restart");
				boot.powerOff();
				this.#stop();
				if (error === undefined) this.#startAgain();
				else this.restarts++;
			},
		};
	}

	/** On purpose: the same boots go on being looked at, and a fault may still be to come. */
	#startAgain(): void {
		this.plannedRestarts++;
		if (this.struck) this.plannedAfterFault++;
		this.#restartTimer = this.world.setTimeout(() => {
			this.others?.restartOwn();
			this.#resetCause = "software";
			this.#run();
		}, RESTART_MS);
	}

	/** What an MCU does when it starts. */
	start(resetCause: ResetCause, fault?: Fault): void {
		this.log = [];
		this.events = [];
		this.calls = [];
		this.restarts = 0;
		this.plannedRestarts = 0;
		this.plannedAfterFault = 0;
		this.accepts = 0;
		this.acceptsAfterFault = 0;
		this.struck = false;
		this.#fault = fault;
		this.#line = "";
		this.#resetCause = resetCause;
		this.#run();
	}

	#run(): void {
		this.#boot = new BootClock({ world: this.world });
		plug(this);
		main();
	}

	#stop(): void {
		this.world.clearTimeout(this.#restartTimer);
		this.#boot.powerOff();
		this.#wire.release();
		this.others?.release();
		this.hold = false;
		this.updating = false;
	}

	#hearSent(bytes: ArrayBuffer): void {
		const lines = (this.#line + asciiFromBytes(new Uint8Array(bytes))).split("\r");
		this.#line = lines.pop() ?? "";
		for (const line of lines) {
			this.log.push(`> ${line}`);
			if (!ACCEPTING.test(line)) continue;
			this.accepts++;
			if (this.struck) this.acceptsAfterFault++;
		}
	}

	#call<T>(name: string, attempt: Attempt): T {
		const number = this.calls.push(name);
		this.onCall(name, number);
		if (!this.#isStruck(name, number)) return attempt.whole() as T;
		const fault = FAULTS[this.#fault?.name ?? ""];
		if (!fault) throw new RangeError(`Expected a fault of the table, got ${this.#fault?.name}`);
		try {
			return fault.make(attempt) as T;
		} finally {
			this.struck = true;
		}
	}

	#isStruck(name: string, number: number): boolean {
		return this.#fault !== undefined && (number === this.#fault.at || name === this.#fault.every);
	}

	#drive(output: "hold" | "updating", active: boolean): void {
		const write = () => {
			this[output] = active;
			this.log.push(`${output} ${active ? "on" : "off"}`);
		};
		// It is a digital output: there is no half of it.
		return this.#call(output, { whole: write, half: write });
	}

	#failingRtc(): BoardParts["rtc"] {
		const rtc = this.#rtc;
		const call = <T>(name: string, attempt: Attempt): T => this.#call<T>(name, attempt);
		return {
			get time(): number | undefined {
				return call("rtc.get", { whole: () => rtc.time, half: () => (rtc.time ?? 0) / 2 });
			},
			set time(timeMs) {
				const set = () => {
					rtc.time = timeMs;
				};
				// A setter gives nothing: what would come back of one that works asynchronously, nobody sees.
				call("rtc.set", { whole: set, half: set });
			},
		};
	}

	/** What the event log tells, read as `update-window log` reads it. */
	loggedEvents(): ReadRecord[] {
		const store = this.others?.logStore ?? new MemoryStore();
		return new EventLog({ store, rtc: this.#rtc, boot: () => undefined, order: () => "" }).read();
	}

	/** Where the set of four is, by what runs and goes on running. */
	get side(): "old" | "new" | "mixed" {
		const versions = Object.values(this.others?.versions ?? {});
		const [from, to] = VERSIONS[this.model];
		const { version } = this.modemFlash;
		if (version === from && versions.every((each) => each === OLD)) return "old";
		if (version === to && versions.every((each) => each === NEW)) return "new";
		return "mixed";
	}
}
