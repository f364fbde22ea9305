import type { Behaviour } from "../../hosts/emulator/behaviour.js";
import { FAMILIES, type Model } from "../../hosts/emulator/families.js";
import { factoryFlash, type ModemFlash } from "../../hosts/emulator/flash.js";
import { EmulatedModem } from "../../hosts/emulator/modem.js";
import { EmulatedServer } from "../../hosts/emulator/server.js";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { bytesFromAscii } from "../../modules/storage/bytes.js";

export const MODELS = ["HL7692", "HL7800"] as const;

export interface BenchOptions {
	model: Model;
	behaviour?: Partial<Behaviour> | undefined;
	flash?: ModemFlash;
	server?: EmulatedServer;
	clock?: VirtualClock;
	/** Leave the modem as the factory made it; else all agreements are on and all events shown. */
	factory?: boolean;
	/** Start without power; else the modem is found running. */
	off?: boolean;
}

/** A modem with its server on virtual time, and a person at a terminal who writes down every line. */
export class Bench {
	readonly clock: VirtualClock;
	readonly server: EmulatedServer;
	readonly flash: ModemFlash;
	readonly modem: EmulatedModem;
	/** Lines since the last `take`, echo and empty lines left out. */
	#lines: string[] = [];
	#rest = "";
	raw = "";
	readonly times: { atMs: number; line: string }[] = [];

	constructor({ model, behaviour, flash, server, clock, factory, off }: BenchOptions) {
		this.clock = clock ?? new VirtualClock();
		this.server = server ?? new EmulatedServer({ clock: this.clock });
		this.flash = flash ?? factoryFlash(model);
		if (!factory && !flash) {
			for (const kind of FAMILIES[model].requests) this.flash.agreements[kind] = true;
			this.flash.indications = FAMILIES[model].indicationsMask;
			this.flash.startReport = true;
			this.flash.provisioned = true;
			this.flash.retryMinutes = [0];
			this.flash.profile = { echo: false, errors: 1, flow: 3 };
		}
		this.modem = new EmulatedModem({
			model,
			clock: this.clock,
			flash: this.flash,
			server: this.server,
			...(behaviour ? { behaviour } : {}),
			onTransmit: (bytes) => this.#hear(bytes),
		});
		if (!off) this.modem.findRunning();
	}

	type(text: string): void {
		this.modem.receive(bytesFromAscii(text).buffer);
	}

	/** Sends a command and gives the lines up to and with its final result. */
	send(command: string): string[] {
		this.type(`${command}\r`);
		this.clock.advance(10);
		return this.take();
	}

	/** All lines since the last call. */
	take(): string[] {
		const lines = this.#lines;
		this.#lines = [];
		return lines;
	}

	/** Lets time pass and gives what came. */
	wait(durationMs: number): string[] {
		this.clock.advance(durationMs);
		return this.take();
	}

	/** Lets time pass until `line` has come, and gives all that came; without it, what came and `(no line)`. */
	until(line: string, limitMs = 3_600_000): string[] {
		const came = this.clock.runUntil(() => this.#lines.includes(line), limitMs);
		const lines = this.take();
		return came ? lines : [...lines, `(no ${line})`];
	}

	/** Power away for a minute, then on, and `durationMs` more. */
	cycle(durationMs = 60_000): string[] {
		this.modem.powerOff();
		this.clock.advance(60_000);
		this.modem.powerOn();
		return this.wait(durationMs);
	}

	#hear(bytes: ArrayBuffer): void {
		for (const byte of new Uint8Array(bytes)) this.#rest += String.fromCharCode(byte);
		for (const byte of new Uint8Array(bytes)) this.raw += String.fromCharCode(byte);
		const lines = this.#rest.split(/\r\n|\r/);
		this.#rest = lines.pop() as string;
		for (const line of lines) {
			if (line === "" || line.startsWith("AT")) continue;
			this.#lines.push(line);
			this.times.push({ atMs: this.clock.now(), line });
		}
	}
}

/** Lines in short: `+WDSI: 9,5` is `9,5`, progress between start and end is left out. */
export function short(lines: readonly string[]): string {
	return lines
		.map((line) => line.replace(/^\+WDSI: /, ""))
		.filter((line) => !/^18,"?([1-9]\d?)%?"?$/.test(line))
		.join(" ");
}
