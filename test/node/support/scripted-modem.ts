import { PseudoTerminal } from "../../../hosts/node/pseudo-terminal.js";

/** A line to say, a pause in ms, or something to do. */
export type Step = string | number | ((modem: ScriptedModem) => void);

/** Answers a command that matches with these lines, the final result among them; undefined leaves it to the next rule. */
export type Rule = readonly [
	pattern: RegExp,
	answer: (modem: ScriptedModem, match: RegExpExecArray) => readonly string[] | undefined,
];

export interface Script {
	model?: string;
	version?: string;
	echo?: boolean;
	/** Every answer takes so long. */
	answerAfterMs?: number;
	/** So many first commands get no answer. */
	loses?: number;
	/** What it says to a command that it does not know; "" for nothing. */
	unknown?: "ERROR" | "OK" | "";
	/** It knows only commands that match. */
	knows?: RegExp;
	/** `AT+WDSG: 1,n` at the start. */
	activity?: 0 | 1 | 2 | 3;
	/** The agreements that an earlier boot left. */
	agreed?: boolean;
	/** Asked before the rules that every modem has. */
	rules?: readonly Rule[];
	/** What follows the OK of `AT+WDSS=1,1`, of `AT+WDSR=3`, of `AT+WDSR=4`. */
	session?: readonly Step[];
	download?: readonly Step[];
	install?: readonly Step[];
	/** It does not answer from the start. */
	down?: boolean;
}

const MODES = { HL7692: [0, 1, 2, 3], HL7800: [0, 1, 2, 3, 5, 6] } as const;

/** A modem that does what a table says, on a pseudo-terminal; it shares nothing with the emulator. */
export class ScriptedModem {
	readonly received: string[] = [];
	readonly device: string;
	version: string;
	activity: number;
	/** Its device services are busy with a session. */
	inSession = false;
	readonly agreements = new Map<number, number>();
	readonly #script: Script;
	readonly #terminal: PseudoTerminal;
	readonly #timers = new Set<NodeJS.Timeout>();
	readonly #waiting: { pattern: RegExp; done: (line: string) => void }[] = [];
	#loses: number;
	#echo: boolean;
	#down: boolean;
	#input = "";
	#closed = false;
	#answersAfter = 0;
	#metAt = 0;

	constructor(script: Script = {}) {
		this.#script = script;
		this.version = script.version ?? "HL7800.4.4.14.0";
		this.activity = script.activity ?? 0;
		this.#echo = script.echo ?? true;
		this.#loses = script.loses ?? 0;
		this.#down = script.down ?? false;
		for (const mode of MODES[this.model === "HL7692" ? "HL7692" : "HL7800"])
			this.agreements.set(mode, script.agreed && mode !== 3 ? 1 : 0);
		this.#terminal = new PseudoTerminal({ onBytes: (bytes) => this.#receive(bytes) });
		this.device = this.#terminal.path;
	}

	get model(): string {
		return this.#script.model ?? "HL7800";
	}

	/** Says lines, waits and does things, one after the other; a restart or the end of its session stops it. */
	play(steps: readonly Step[]): void {
		const [step, ...rest] = steps;
		if (step === undefined || this.#closed) return;
		if (typeof step === "number") {
			this.#later(step, () => this.play(rest));
			return;
		}
		if (typeof step === "string") this.say(step);
		else step(this);
		// Each line comes in a chunk of its own, as from a UART.
		this.#later(2, () => this.play(rest));
	}

	say(line: string): void {
		if (/^\+WDSI: [46]$/.test(line)) this.inSession = true;
		if (/^\+WDSI: 8/.test(line)) this.inSession = false;
		this.raw(`\r\n${line}\r\n`);
	}

	raw(text: string): void {
		if (!this.#closed) this.#terminal.write(new Uint8Array(Buffer.from(text, "latin1")).buffer);
	}

	/** Its power or its reset: what was going on is gone, and nothing is answered until `up`. */
	down(): void {
		this.#down = true;
		this.inSession = false;
		for (const timer of this.#timers) clearTimeout(timer);
		this.#timers.clear();
	}

	up(): void {
		this.#down = false;
		this.#echo = this.#script.echo ?? true;
	}

	/** From now on it runs this version. */
	become(version: string): void {
		this.version = version;
	}

	/** Resolves with the next command that matches. */
	next(pattern: RegExp): Promise<string> {
		return new Promise((done) => this.#waiting.push({ pattern, done }));
	}

	/** A boot of the product begins. */
	meet(): void {
		this.#metAt = this.received.length;
	}

	/** The accepting commands (P1) among what this boot of the product sent. */
	get accepting(): string[] {
		return this.received
			.slice(this.#metAt)
			.filter((line) => /^AT\+(WDSR=[13468]\b|WDSS=1,1|WDSD)/.test(line));
	}

	/** The port goes away. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.down();
		this.#terminal.close();
	}

	/** What was going on in the session stops. */
	stop(): void {
		for (const timer of this.#timers) clearTimeout(timer);
		this.#timers.clear();
		this.#answersAfter = 0;
	}

	#later(delayMs: number, action: () => void): void {
		const timer = setTimeout(() => {
			this.#timers.delete(timer);
			action();
		}, delayMs);
		this.#timers.add(timer);
	}

	#receive(bytes: ArrayBuffer): void {
		this.#input += Buffer.from(bytes).toString("latin1");
		for (;;) {
			const end = this.#input.indexOf("\r");
			if (end < 0) return;
			const line = this.#input.slice(0, end).replaceAll("\n", "");
			this.#input = this.#input.slice(end + 1);
			if (line !== "") this.#command(line);
		}
	}

	#command(line: string): void {
		this.received.push(line);
		for (const waiting of [...this.#waiting]) {
			if (!waiting.pattern.test(line)) continue;
			this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
			waiting.done(line);
		}
		if (this.#down || this.#closed) return;
		if (this.#echo) this.raw(`${line}\r`);
		if (this.#loses > 0) {
			this.#loses--;
			return;
		}
		const delayMs = this.#script.answerAfterMs ?? 0;
		if (delayMs === 0) return this.#answer(line);
		// One after the other, as a modem that reads the next command when it has done the one before.
		const now = performance.now();
		this.#answersAfter = Math.max(now, this.#answersAfter) + delayMs;
		this.#later(this.#answersAfter - now, () => this.#answer(line));
	}

	#answer(line: string): void {
		for (const said of this.#answerTo(line)) this.raw(`\r\n${said}\r\n`);
	}

	#answerTo(line: string): readonly string[] {
		for (const [pattern, answer] of this.#script.rules ?? []) {
			const match = pattern.exec(line);
			const lines = match && answer(this, match);
			if (lines) return lines;
		}
		const { unknown = "ERROR", knows } = this.#script;
		if (!knows || knows.test(line))
			for (const [pattern, answer] of COMMON_RULES) {
				const match = pattern.exec(line);
				const lines = match && answer(this, match);
				if (lines) return lines;
			}
		return unknown === "" ? [] : [unknown];
	}

	setEcho(on: boolean): void {
		this.#echo = on;
	}

	follow(what: "session" | "download" | "install"): void {
		this.#later(5, () => this.play(this.#script[what] ?? []));
	}
}

/** What a modem of either family does; the tables of a test come first. */
const COMMON_RULES: readonly Rule[] = [
	[/^AT$/, () => ["OK"]],
	[
		/^ATE([01])$/,
		(modem, [, on]) => {
			modem.setEcho(on === "1");
			return ["OK"];
		},
	],
	[/^AT\+CGMM$/, (modem) => [modem.model, "", "OK"]],
	[/^(AT\+CGMR|ATI3)$/, (modem) => [modem.version, "", "OK"]],
	[/^AT\+CGSN$/, () => ["350000000000006", "", "OK"]],
	[/^AT\+(CMEE=1|KSREP=1|WDSI=\d+|WDSC=[34],0|WDSS=2,1|CGDCONT=.*|WDSS=0,".*")$/, () => ["OK"]],
	[
		/^AT\+WDSC=([01256]),([01])$/,
		(modem, [, mode, on]) => {
			if (!modem.agreements.has(Number(mode))) return ["+CME ERROR: 3"];
			modem.agreements.set(Number(mode), Number(on));
			return ["OK"];
		},
	],
	[
		/^AT\+WDSC\?$/,
		(modem) => [...[...modem.agreements].map(([mode, on]) => `+WDSC: ${mode},${on}`), "+WDSC: 4,15,60", "OK"],
	],
	[
		/^AT\+WDSG$/,
		(modem) => ["+WDSG: 0,3", `+WDSG: 1,${modem.activity || (modem.inSession ? 1 : 0)}`, "", "OK"],
	],
	[
		/^AT\+WDSS=1,1$/,
		(modem) => {
			modem.follow("session");
			return ["OK"];
		},
	],
	[
		/^AT\+WDSS=1,0$/,
		(modem) => {
			if (modem.inSession) {
				modem.stop();
				modem.play([3, "+WDSI: 8"]);
			}
			return ["OK"];
		},
	],
	[
		/^AT\+WDSR=3$/,
		(modem) => {
			modem.follow("download");
			return ["OK"];
		},
	],
	[
		/^AT\+WDSR=4$/,
		(modem) => {
			modem.follow("install");
			return ["OK"];
		},
	],
	[/^AT\+WDSR=[168]$/, () => ["OK"]],
	[/^AT\+WDSR=[02579],(\d+)$/, (_, [, minutes]) => [Number(minutes) > 0 ? "OK" : "+CME ERROR: 3"]],
];
