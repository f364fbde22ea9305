import type { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { ScriptedPort } from "./scripted-port.js";

/** What a command is answered with: lines, the final result last; undefined: nothing at all. */
export type Script = (command: string, count: number) => readonly string[] | undefined;

export interface ScriptedModemOptions {
	clock: VirtualClock;
	script: Script;
	latencyMs?: number;
	echo?: boolean;
	/** The first commands are echoed and not answered. */
	dropFirst?: number;
	/** Until then commands are kept; then they are answered all at once. */
	buffersUntilMs?: number;
	/** Until then commands are lost. */
	deafUntilMs?: number;
	chunkBytes?: number;
}

/** A modem that answers in order, in a constant time. */
export class ScriptedModem {
	readonly port = new ScriptedPort();
	latencyMs: number;
	script: Script;
	silent = false;
	readonly #options: ScriptedModemOptions;
	#count = 0;

	constructor(options: ScriptedModemOptions) {
		this.#options = options;
		this.latencyMs = options.latencyMs ?? 5;
		this.script = options.script;
		this.port.onCommand = (command) => this.#receive(command);
	}

	urc(...lines: string[]): void {
		for (const line of lines) this.transmit(`\r\n${line}\r\n`);
	}

	transmit(text: string): void {
		this.port.inject(text, this.#options.chunkBytes ?? text.length);
	}

	#receive(command: string): void {
		const { clock, echo, dropFirst = 0, buffersUntilMs = 0, deafUntilMs = 0 } = this.#options;
		const now = clock.now();
		if (this.silent || now < deafUntilMs) return;
		if (echo) clock.setTimeout(() => this.transmit(`${command}\r`), 0);
		const count = this.#count++;
		if (count < dropFirst) return;
		const answer = this.script(command, count);
		if (!answer) return;
		const delayMs = now < buffersUntilMs ? buffersUntilMs - now : this.latencyMs;
		clock.setTimeout(() => this.transmit(answer.map((line) => `\r\n${line}\r\n`).join("")), delayMs);
	}
}

/** Identity as an HL7800 gives it; everything that is not in `more` gets ERROR. */
export function hl7800(more: Readonly<Record<string, readonly string[] | undefined>> = {}): Script {
	const answers: Readonly<Record<string, readonly string[] | undefined>> = {
		AT: ["OK"],
		"AT+CGMM": ["HL7800", "OK"],
		"AT+CGMR": ["HL7800.4.4.14.0", "OK"],
		"AT+CGSN": ["350000000000006", "OK"],
		"AT+WDSG": ["+WDSG: 0,3", "+WDSG: 1,0", "OK"],
		...more,
	};
	return (command) => (command in answers ? answers[command] : ["ERROR"]);
}
