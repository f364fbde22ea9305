import type { Clock } from "./clock.js";
import { DEFAULT_PROCESSOR_BEHAVIOUR, type ProcessorBehaviour } from "./processor-behaviour.js";
import { encodeItem } from "./processor-cbor.js";
import { linesOf, ProcessorConsole } from "./processor-console.js";
import type { ProcessorFlash } from "./processor-flash.js";
import { imageFacts, isValidImage } from "./processor-image.js";
import { ProcessorServer } from "./processor-server.js";
import { bytesOf } from "./text.js";
import { Timers } from "./timers.js";

const HEADER_BYTES = 8;
/** Zephyr's `CONFIG_MCUMGR_TRANSPORT_NETBUF_COUNT`: what comes while so many requests wait is lost. */
const REQUESTS_WAITING_MAX = 4;
/** Zephyr's `CONFIG_MCUMGR_GRP_OS_RESET_MS`. */
const RESET_DELAY_MS = 250;
const CRASH_AFTER_MS = 200;
const PROMPT = "uart:~$ ";
const LOG_LINE = "[00:00:01.724,719] \u001b[0m<inf> mcuboot_util: Image index: 0\u001b[0m\r\n";

/** `dead`: no slot holds an image that could run. */
export type ProcessorPhase = "off" | "swapping" | "booting" | "running" | "dead";

export interface EmulatedProcessorOptions {
	clock: Clock;
	/** What it keeps without power; it is changed in place. */
	flash: ProcessorFlash;
	/** What differs from `DEFAULT_PROCESSOR_BEHAVIOUR`. */
	behaviour?: Partial<ProcessorBehaviour>;
	/** Bytes for the host. Never called from within another method of the processor. */
	onTransmit: (bytes: ArrayBuffer) => void;
	/** One line of what the processor does, for people. */
	onLog?: (text: string) => void;
}

/** A processor with MCUboot's two slots, and an SMP server on its console. It starts without power. */
export class EmulatedProcessor {
	readonly #clock: Clock;
	readonly #flash: ProcessorFlash;
	readonly #behaviour: ProcessorBehaviour;
	readonly #onTransmit: (bytes: ArrayBuffer) => void;
	readonly #onLog: (text: string) => void;
	/** All that a loss of power or a reset ends. */
	readonly #timers: Timers;
	#phase: ProcessorPhase = "off";
	#swapBeganMs = 0;
	#server: ProcessorServer | undefined;
	#frames: ProcessorConsole | undefined;
	#waiting: Uint8Array[] = [];
	#busy = false;
	#output: number[] = [];

	constructor({ clock, flash, behaviour = {}, onTransmit, onLog = () => {} }: EmulatedProcessorOptions) {
		this.#clock = clock;
		this.#flash = flash;
		this.#behaviour = { ...DEFAULT_PROCESSOR_BEHAVIOUR, ...behaviour };
		this.#onTransmit = onTransmit;
		this.#onLog = onLog;
		this.#timers = new Timers({ clock, minuteMs: 60_000 });
	}

	get phase(): ProcessorPhase {
		return this.#phase;
	}

	/** The version that slot 0 holds, as its server tells it; undefined where it holds none. */
	get version(): string | undefined {
		return imageFacts(this.#flash.slots[0])?.version;
	}

	/** Power comes; nothing happens where it is there already. */
	powerOn(): void {
		if (this.#phase === "off") this.#start();
	}

	/** Power goes, at this very instant. */
	powerOff(): void {
		if (this.#phase === "off") return;
		this.#stop();
		this.#phase = "off";
		this.#onLog("off");
	}

	/** The reset line is pulled. */
	reset(): void {
		if (this.#phase === "off") return;
		this.#stop();
		this.#start();
	}

	/** Bytes from the host. */
	receive(bytes: ArrayBuffer): void {
		this.#frames?.receive(new Uint8Array(bytes));
	}

	/** What MCUboot does: it ends a swap, begins one, or runs slot 0. */
	#start(): void {
		const flash = this.#flash;
		if (!flash.swap) {
			if (!flash.confirmed) {
				if (isValidImage(flash.slots[1])) flash.swap = { to: "revert", doneMs: 0 };
			} else if (flash.pending !== null) {
				const to = flash.pending === "test" ? "trial" : "permanent";
				flash.pending = null;
				if (this.#mayRun(flash.slots[1])) flash.swap = { to, doneMs: 0 };
				else flash.slots[1] = new Uint8Array(0);
			}
		}
		const { swap } = flash;
		if (!swap) return this.#boot();
		this.#phase = "swapping";
		this.#onLog(`swaps (${swap.to})`);
		this.#swapBeganMs = this.#clock.now();
		this.#timers.soon(this.#behaviour.swapMs - swap.doneMs, () => {
			this.#endSwap(swap.to);
			this.#boot();
		});
	}

	#mayRun(image: Uint8Array): boolean {
		if (!isValidImage(image)) return false;
		const now = imageFacts(this.#flash.slots[0])?.versionNumbers ?? [];
		const next = imageFacts(image)?.versionNumbers ?? [];
		if (!this.#behaviour.noDowngrade) return true;
		const place = next.findIndex((number, i) => number !== now[i]);
		return place < 0 || (next[place] as number) > (now[place] ?? 0);
	}

	#endSwap(to: "trial" | "permanent" | "revert"): void {
		const flash = this.#flash;
		const { bootloader } = this.#behaviour;
		flash.swap = null;
		flash.slots =
			bootloader === "overwrite" ? [flash.slots[1], new Uint8Array(0)] : [flash.slots[1], flash.slots[0]];
		flash.confirmed = to !== "trial" || bootloader === "overwrite";
		flash.unlisted = to === "permanent" && bootloader === "swap-offset";
	}

	#boot(): void {
		if (!isValidImage(this.#flash.slots[0])) {
			this.#phase = "dead";
			this.#onLog("has nothing to run");
			return;
		}
		this.#phase = "booting";
		const { images, bootMs, bufferBytes } = this.#behaviour;
		const conduct = images[this.version ?? ""] ?? "runs";
		this.#onLog(`boots ${this.version}`);
		if (conduct === "crashes") {
			this.#timers.soon(CRASH_AFTER_MS, () => this.reset());
			return;
		}
		this.#timers.soon(bootMs, () => {
			this.#phase = "running";
			if (conduct === "keeps-itself") this.#flash.confirmed = true;
			if (conduct === "silent") return;
			this.#server = new ProcessorServer({ flash: this.#flash, behaviour: this.#behaviour });
			this.#frames = new ProcessorConsole({ bufferBytes, onPacket: (packet) => this.#take(packet) });
			this.#say("*** Booting Zephyr OS build v4.4.0 ***\r\n");
		});
	}

	/** Ends everything that lives in RAM. */
	#stop(): void {
		const { swap } = this.#flash;
		if (this.#phase === "swapping" && swap) swap.doneMs += this.#clock.now() - this.#swapBeganMs;
		this.#timers.clearAll();
		this.#server = undefined;
		this.#frames = undefined;
		this.#waiting = [];
		this.#busy = false;
		this.#output = [];
	}

	#take(packet: Uint8Array): void {
		if (this.#waiting.length < REQUESTS_WAITING_MAX) this.#waiting.push(packet);
		this.#answerNext();
	}

	#answerNext(): void {
		const packet = this.#busy ? undefined : this.#waiting.shift();
		if (!packet) return;
		const [first = 0, , high = 0, low = 0, groupHigh = 0, group = 0, sequence = 0, id = 0] = packet;
		if (packet.length !== HEADER_BYTES + high * 256 + low) return this.#answerNext();
		this.#busy = true;
		const command = `${first & 7}/${groupHigh * 256 + group}/${id}`;
		const version = (first >> 3) & 3;
		const server = this.#server as ProcessorServer;
		const { map, busyMs = 0, resets } = server.answer(command, packet.subarray(HEADER_BYTES), version);
		this.#timers.soon(busyMs + this.#behaviour.answerDelayMs, () => {
			const body = encodeItem(map, this.#behaviour.indefinite);
			const answered = (version << 3) | ((first & 7) + 1);
			this.#sayLines(
				linesOf([answered, 0, body.length >> 8, body.length & 0xff, groupHigh, group, sequence, id, ...body]),
			);
			this.#busy = false;
			if (resets) this.#timers.soon(RESET_DELAY_MS, () => this.reset());
			this.#answerNext();
		});
	}

	#sayLines(lines: readonly number[]): void {
		const { noise } = this.#behaviour;
		if (noise === "prompt") this.#say(PROMPT);
		for (const code of lines) {
			// A log comes between two lines, never within one.
			if (noise === "log" && (code === 6 || code === 4)) this.#say(LOG_LINE);
			this.#send([code]);
		}
	}

	#say(text: string): void {
		this.#send([...new Uint8Array(bytesOf(text))]);
	}

	/** Everything goes out by a timer of its own, so that nobody is called from within a call to the processor. */
	#send(codes: readonly number[]): void {
		const waiting = this.#output.length > 0;
		this.#output.push(...codes);
		if (waiting) return;
		this.#timers.soon(0, () => {
			const output = this.#output;
			this.#output = [];
			this.#onTransmit(Uint8Array.from(output).buffer);
		});
	}
}
