import type { Answer, CommandTarget } from "./at-answer.js";
import { type Behaviour, DEFAULT_BEHAVIOUR } from "./behaviour.js";
import type { Clock } from "./clock.js";
import { handleCommandLine } from "./command-line.js";
import { DeviceServices } from "./device-services.js";
import { EVENT_LEVELS, FAMILIES, type Family, type Model } from "./families.js";
import { FACTORY_PROFILE, type ModemFlash, type Profile } from "./flash.js";
import { type InstallEnd, Installer } from "./installer.js";
import { LocalFile } from "./local-file.js";
import type { EmulatedServer } from "./server.js";
import { bytesOf, textOf } from "./text.js";
import { Timers } from "./timers.js";
import { XmodemReceiver } from "./xmodem-receiver.js";

const COMMAND_LENGTH_MAX = 256;
const COMMANDS_AHEAD_MAX = 16;
const BOOT_INPUT_BYTES_MAX = 1024;
const ERROR_NUMBER_NOT_ALLOWED = 3;
/** From the answer to AT+CFUN=1,1 or AT+CPOF to what it says. */
const RESTART_DELAY_MS = 500;

/** `hung` is an install that never ends; only a power cycle helps. */
export type ModemPhase = "off" | "booting" | "running" | "installing" | "hung";

export interface EmulatedModemOptions {
	model: Model;
	clock: Clock;
	/** What the modem keeps without power; it is changed in place. */
	flash: ModemFlash;
	server: EmulatedServer;
	/** What differs from `DEFAULT_BEHAVIOUR`. */
	behaviour?: Partial<Behaviour>;
	/** Bytes for the host. Never called from within another method of the modem. */
	onTransmit: (bytes: ArrayBuffer) => void;
	/** One line of what the modem does, for people. */
	onLog?: (text: string) => void;
}

/** An HL7692 or HL7800 as a host sees it on its UART and its power switch. It starts without power. */
export class EmulatedModem {
	readonly #family: Family;
	readonly #flash: ModemFlash;
	readonly #server: EmulatedServer;
	readonly #behaviour: Behaviour;
	readonly #onTransmit: (bytes: ArrayBuffer) => void;
	readonly #onLog: (text: string) => void;
	/** All that a loss of power or a restart ends. */
	readonly #timers: Timers;
	readonly #sessionTimers: Timers;
	readonly #profile: Profile = { ...FACTORY_PROFILE };
	#phase: ModemPhase = "off";
	#services: DeviceServices | undefined;
	#commandsToLose = 0;
	#line = "";
	#lineTooLong = false;
	#commands: string[] = [];
	#answering = false;
	#bootInput = "";
	#output = "";
	/** A file is being taken: all bytes from the host are its. */
	#receiver: XmodemReceiver | undefined;

	constructor({
		model,
		clock,
		flash,
		server,
		behaviour = {},
		onTransmit,
		onLog = () => {},
	}: EmulatedModemOptions) {
		this.#family = FAMILIES[model];
		this.#flash = flash;
		this.#server = server;
		this.#behaviour = { ...DEFAULT_BEHAVIOUR[model], ...behaviour };
		this.#onTransmit = onTransmit;
		this.#onLog = onLog;
		const { minuteMs } = this.#behaviour;
		this.#timers = new Timers({ clock, minuteMs });
		this.#sessionTimers = new Timers({ clock, minuteMs });
		server.attach(() => this.#services?.notify() ?? false);
	}

	get phase(): ModemPhase {
		return this.#phase;
	}

	/** Power comes; nothing happens where it is there already. */
	powerOn(): void {
		if (this.#phase !== "off") return;
		this.#recoverInstall();
		if (this.#flash.installing && this.#behaviour.cutInstall === "bootloader") this.#install();
		else this.#boot();
	}

	/** A modem that has been up for hours: no boot, no word. Nothing happens where power is there already. */
	findRunning(): void {
		if (this.#phase !== "off") return;
		this.#services = this.#load();
		this.#phase = "running";
		this.#services.startLongAgo();
	}

	/** Power goes, at this very instant. */
	powerOff(): void {
		if (this.#phase !== "off") this.#log("off");
		this.#stop();
		this.#phase = "off";
	}

	/** Bytes from the host. */
	receive(bytes: ArrayBuffer): void {
		const text = textOf(bytes);
		if (this.#phase === "booting" && this.#behaviour.inputWhileBooting === "buffered") {
			this.#bootInput = (this.#bootInput + text).slice(0, BOOT_INPUT_BYTES_MAX);
			return;
		}
		if (this.#phase !== "running") return;
		if (this.#receiver) {
			this.#receiver.receive(new Uint8Array(bytes));
			return;
		}
		if (this.#profile.echo) this.#send(text);
		for (const character of text) this.#take(character);
		this.#answerNext();
	}

	#boot(): void {
		this.#phase = "booting";
		this.#log("boots");
		this.#commandsToLose = this.#behaviour.firstCommandsLost;
		const services = this.#load();
		this.#services = services;
		for (const { at, step } of this.#family.boot)
			this.#timers.after(at * this.#behaviour.bootMs, () => {
				if (step === "services") services.start();
				else if (step === "ready") this.#ready();
				else this.#sendLine(step.line);
			});
	}

	/** What a start brings into RAM. */
	#load(): DeviceServices {
		Object.assign(this.#profile, this.#flash.profile);
		return new DeviceServices({
			family: this.#family,
			flash: this.#flash,
			behaviour: this.#behaviour,
			server: this.#server,
			timers: this.#timers,
			sessionTimers: this.#sessionTimers,
			indicate: (event, data) => this.#indicate(event, data),
			onInstall: () => this.#install(),
			onReboot: () => this.#restart(),
			onSession: () => this.#receiver?.drop(),
		});
	}

	/** `+KSUP`: from now on the UART answers. */
	#ready(): void {
		const early = this.#flash.report?.succeeded === false && this.#behaviour.failurePlace === "before-ksup";
		if (early) this.#tellResult();
		this.#phase = "running";
		if (this.#flash.startReport) this.#sendLine("+KSUP: 0");
		const lastStepAt = Math.max(...this.#family.boot.map(({ at }) => at));
		const settledMs = (lastStepAt - 1) * this.#behaviour.bootMs;
		this.#timers.after(settledMs + this.#behaviour.resultDelayMs, () => this.#tellResult());
		const input = this.#bootInput;
		this.#bootInput = "";
		if (input) this.receive(bytesOf(input));
	}

	/** 15 or 16, once, and then the session that tells the server. */
	#tellResult(): void {
		const { report } = this.#flash;
		if (!report || report.indicated) return;
		report.indicated = true;
		this.#indicate(report.succeeded ? 16 : 15);
		this.#services?.reportInstall();
	}

	#restart(): void {
		this.#stop();
		this.#boot();
	}

	#install(): void {
		this.#stop();
		this.#phase = "installing";
		this.#log(`installs ${this.#flash.stored?.version}`);
		new Installer({
			flash: this.#flash,
			behaviour: this.#behaviour,
			timers: this.#timers,
			send: (text) => this.#send(text),
			onEnd: (end) => this.#installEnded(end),
		}).start();
	}

	#installEnded(end: InstallEnd): void {
		this.#stop();
		this.#log(`install ended (${end}), version ${this.#flash.version}`);
		if (end === "restart") this.#boot();
		if (end === "hang") this.#phase = "hung";
		if (end === "cut") {
			this.#phase = "off";
			this.#timers.after(this.#behaviour.cutOffMs, () => this.powerOn());
		}
	}

	/** An install that lost its power is forgotten by some readings before anything else happens. */
	#recoverInstall(): void {
		if (!this.#flash.installing || this.#behaviour.cutInstall !== "lost") return;
		this.#flash.installing = false;
		this.#flash.installAttempts = 0;
		this.#flash.stored = null;
	}

	/** Ends everything that lives in RAM. */
	#stop(): void {
		this.#timers.clearAll();
		this.#sessionTimers.clearAll();
		this.#services?.end();
		this.#services = undefined;
		this.#line = "";
		this.#lineTooLong = false;
		this.#commands = [];
		this.#answering = false;
		this.#bootInput = "";
		this.#output = "";
		this.#receiver = undefined;
	}

	#take(character: string): void {
		if (character === "\n") return;
		if (character !== "\r") {
			if (this.#line.length < COMMAND_LENGTH_MAX) this.#line += character;
			else this.#lineTooLong = true;
			return;
		}
		// A line too long for the buffer is an error as a whole: no name that any command has.
		const line = this.#lineTooLong ? "AT?" : this.#line;
		this.#line = "";
		this.#lineTooLong = false;
		if (this.#commands.length < COMMANDS_AHEAD_MAX) this.#commands.push(line);
	}

	#answerNext(): void {
		if (this.#answering || this.#commands.length === 0) return;
		this.#answering = true;
		this.#timers.soon(this.#behaviour.answerDelayMs, () => this.#answer(this.#commands.shift() as string));
	}

	#answer(line: string): void {
		const services = this.#services as DeviceServices;
		let afterwards: (() => void) | undefined;
		const target: CommandTarget = {
			family: this.#family,
			flash: this.#flash,
			behaviour: this.#behaviour,
			services,
			profile: this.#profile,
			restart: () => {
				afterwards = () => this.#restart();
			},
			shutDown: () => {
				afterwards = () => this.powerOff();
			},
		};
		const lost = this.#commandsToLose > 0 && /at/i.test(line);
		if (lost) this.#commandsToLose--;
		const answer = lost ? undefined : handleCommandLine(target, line);
		if (answer && "fileBytes" in answer) {
			this.#takeFile(answer.fileBytes);
			return;
		}
		if (answer && "lines" in answer && answer.lines.length > 0)
			this.#send(`\r\n${answer.lines.join("\r\n")}\r\n`);
		const finish = () => {
			if (answer) this.#sendLine(this.#finalResult(answer));
			this.#answering = false;
			if (afterwards) this.#timers.soon(RESTART_DELAY_MS, afterwards);
			else this.#answerNext();
		};
		if (answer && "waitMs" in answer) this.#timers.after(answer.waitMs ?? 0, finish);
		else finish();
	}

	/** Until the file is whole or given up every byte is its; then comes the final result of AT+WDSD. */
	#takeFile(fileBytes: number): void {
		const file = new LocalFile(fileBytes);
		this.#receiver = new XmodemReceiver({
			fileBytes,
			behaviour: this.#behaviour,
			timers: this.#timers,
			send: (text) => this.#send(text),
			onBlock: (block) => file.take(block),
			onEnd: (end) => {
				this.#receiver = undefined;
				this.#log(`file of ${fileBytes} bytes: ${end}`);
				if (end === "whole") {
					this.#sendLine("OK");
					this.#services?.takeFile(file.package);
				} else {
					const refused: Answer = { error: end === "refused" ? "not-allowed" : "unsupported" };
					this.#sendLine(this.#finalResult(refused));
				}
				this.#answering = false;
				this.#answerNext();
			},
		});
		this.#receiver.start();
	}

	#finalResult(answer: Answer): string {
		if (!("error" in answer)) return "OK";
		if (answer.error === "unsupported" || this.#profile.errors === 0) return "ERROR";
		const number = answer.error === "bad-value" ? this.#behaviour.errorNumber : ERROR_NUMBER_NOT_ALLOWED;
		return `+CME ERROR: ${number}`;
	}

	#indicate(event: number, data?: string): void {
		const text = data === undefined ? `+WDSI: ${event}` : `+WDSI: ${event},${data}`;
		const shown = (this.#flash.indications ?? 0) & (EVENT_LEVELS[event] ?? 0);
		if (shown) this.#sendLine(text);
		else this.#log(`${text} (not shown)`);
	}

	#sendLine(text: string): void {
		this.#send(`\r\n${text}\r\n`);
	}

	/** Everything goes out by a timer of its own, so that nobody is called from within a call to the modem. */
	#send(text: string): void {
		const waiting = this.#output.length > 0;
		this.#output += text;
		if (waiting) return;
		this.#timers.soon(0, () => {
			const output = this.#output;
			this.#output = "";
			this.#onTransmit(bytesOf(output));
		});
	}

	#log(text: string): void {
		this.#onLog(`${this.#family.model} ${text}`);
	}
}
