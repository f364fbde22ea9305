import type { Behaviour } from "../../hosts/emulator/behaviour.js";
import { emulatedDeltaBytes } from "../../hosts/emulator/emulated-delta.js";
import { FAMILIES, type Model } from "../../hosts/emulator/families.js";
import { factoryFlash, type ModemFlash } from "../../hosts/emulator/flash.js";
import { EmulatedModem } from "../../hosts/emulator/modem.js";
import { EmulatedServer } from "../../hosts/emulator/server.js";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import type { Trouble } from "../../modules/at/channel.js";
import type { TargetImage } from "../../modules/elements/element.js";
import type { ElementError } from "../../modules/elements/element-error.js";
import { ModemFile, type ModemFileOptions } from "../../modules/elements/modem-file.js";
import { DeviceServices } from "../../modules/modem/device-services.js";
import { type Disturbance, Line } from "./line.js";

export const FROM: Readonly<Record<Model, string>> = {
	HL7692: "RHL769x.2.26.180400.201802141030.x7120m_1",
	HL7800: "HL7800.4.4.14.0",
};
export const TO: Readonly<Record<Model, string>> = {
	HL7692: "RHL769x.2.27.183100.201809071813.x7120m_3",
	HL7800: "HL7800.4.5.4.0",
};

export interface FileBenchOptions {
	model?: Model;
	behaviour?: Partial<Behaviour>;
	baud?: number;
	/** The driver is not told the rate. */
	rateUnknown?: boolean;
	disturb?: Disturbance;
	sizeBytes?: number;
	/** What the delta is for; default: what runs. */
	from?: string;
	file?: Partial<ModemFileOptions>;
}

/** The driver's side of a modem that is given a file, over a line with a rate, in virtual time. */
export class FileBench {
	readonly clock = new VirtualClock();
	readonly line: Line;
	readonly flash: ModemFlash;
	readonly server: EmulatedServer;
	readonly modem: EmulatedModem;
	readonly services: DeviceServices;
	readonly file: ModemFile;
	readonly image: TargetImage;
	/** Lines that were sent, and those that came, without what is part of a file. */
	readonly traffic: string[] = [];
	readonly indications: string[] = [];
	readonly troubles: Trouble[] = [];
	readonly gone: string[] = [];
	open = true;
	readonly #from: string;

	constructor({
		model = "HL7800",
		behaviour = {},
		baud = 115_200,
		rateUnknown = false,
		disturb,
		sizeBytes = 10_000,
		from = FROM[model],
		file = {},
	}: FileBenchOptions = {}) {
		const { clock } = this;
		this.#from = from;
		this.image = { version: TO[model], sizeBytes, sha256: "", hash: "" };
		this.line = new Line({ clock, baud, ...(disturb && { disturb }) });
		this.flash = factoryFlash(model, FROM[model]);
		this.server = new EmulatedServer({ clock });
		this.modem = new EmulatedModem({
			model,
			clock,
			flash: this.flash,
			server: this.server,
			behaviour,
			onTransmit: (bytes) => this.line.send("to-host", new Uint8Array(bytes)),
		});
		this.line.onModem = (bytes) => this.modem.receive(bytes.buffer);
		this.flash.indications = FAMILIES[model].indicationsMask;
		this.flash.startReport = true;
		this.flash.retryMinutes = [0];
		this.modem.findRunning();
		this.services = new DeviceServices({
			serial: this.line.serial,
			clock,
			family: "auto",
			permit: () => this.open,
			onIndication: (indication) => {
				const request = indication.kind === "request" ? ` ${indication.request}` : "";
				this.indications.push(`${indication.kind}${request}`);
				this.file.receive(indication);
			},
			onRestart: () => {},
			onGone: (reason) => this.gone.push(reason),
			onTrouble: (trouble) => this.troubles.push(trouble),
			onTraffic: (direction, line) => this.traffic.push(`${direction === "sent" ? ">" : "<"} ${line}`),
		});
		this.file = new ModemFile({
			services: this.services,
			clock,
			baud: rateUnknown ? undefined : baud,
			...file,
		});
	}

	/** The modem was found, and asks before it acts. */
	armed(): this {
		this.wait((done) => this.services.connect(() => this.services.arm(() => done())));
		this.traffic.length = 0;
		return this;
	}

	/** Calls, and lets time pass until it is done; throws where it never is. */
	wait<T>(call: (done: (value?: T) => void) => void, limitMs = 24 * 3_600_000): T {
		const got: (T | undefined)[] = [];
		call((value) => got.push(value));
		if (got.length > 0) throw new Error("Expected a later call, got one from within");
		this.clock.runUntil(() => got.length > 0, limitMs);
		if (got.length !== 1) throw new Error(`Expected one call, got ${got.length}`);
		return got[0] as T;
	}

	/** Sends the whole file, or what `stopAt` blocks of it are, and gives the error. */
	send({ stopAt = Number.POSITIVE_INFINITY }: { stopAt?: number } = {}): ElementError | undefined {
		const { sizeBytes, version } = this.image;
		const delta = { from: this.#from, to: version, sizeBytes };
		return this.wait<ElementError | undefined>((done) => {
			const pump = (offset: number) => (error: ElementError | undefined) => {
				if (error || offset / this.file.blockBytes >= stopAt) return done(error);
				if (offset >= sizeBytes) return this.file.finish(done);
				const block = emulatedDeltaBytes(delta, offset, this.file.blockBytes);
				this.file.write(offset, block, pump(offset + block.length));
			};
			this.file.start(this.image, pump(0));
		});
	}

	/** What the modem says it runs. */
	version(): string | undefined {
		return this.wait<string | undefined>((done) => this.services.version(done));
	}

	status(): number | undefined {
		return this.wait<number | undefined>((done) => this.services.status((status) => done(status?.activity)));
	}

	/** `AT+WDSR=4`, until the modem has started again. */
	install(): boolean {
		const isTaken = this.wait<boolean>((done) => this.services.accept("install", done));
		this.clock.advance(10 * 60_000);
		return isTaken;
	}
}
