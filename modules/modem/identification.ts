import type { Answer, SyncAnswer } from "../at/channel.js";
import { looksLikeImei, looksLikeModel } from "./identity.js";
import { looksLikeVersion } from "./version.js";

/** What the modem told of itself; a field is missing where it answered nothing that could be read. */
export interface Identity {
	/** `HL7692`, `HL7800`, or whatever else it calls itself. */
	model?: string;
	/** As it is, for it may be in a shape that nobody knows. */
	versionText?: string;
	/** 15 digits. */
	imei?: string;
}

interface Question {
	/** Tried in turn until one is answered. */
	commands: readonly string[];
	isAnswer(line: string): boolean;
}

const QUESTIONS: Readonly<Record<keyof Identity, Question>> = {
	model: { commands: ["AT+CGMM"], isAnswer: looksLikeModel },
	versionText: { commands: ["AT+CGMR", "ATI3"], isAnswer: looksLikeVersion },
	imei: { commands: ["AT+CGSN"], isAnswer: looksLikeImei },
};
const TOLD_FIELDS: readonly (keyof Identity)[] = ["model", "versionText"];

/** The model or version that the modem told while a channel found its place. */
export function identityOf({ command, line }: SyncAnswer): Identity {
	for (const field of TOLD_FIELDS) if (QUESTIONS[field].commands.includes(command)) return { [field]: line };
	return {};
}

export interface IdentificationOptions {
	fields: readonly (keyof Identity)[];
	/** How often a command that is not answered is sent. */
	triesMax: number;
	send(command: string, isAnswer: (line: string) => boolean, done: (answer: Answer) => void): void;
	/** `last` is the result of the last command. */
	done(identity: Identity, last: Answer["result"]): void;
}

/** Asks the modem who it is, one question after the other. */
export class Identification {
	readonly #options: IdentificationOptions;
	readonly #identity: Identity = {};
	#field = 0;
	#command = 0;
	#tries = 1;

	constructor(options: IdentificationOptions) {
		this.#options = options;
	}

	start(): void {
		this.#ask("ok");
	}

	#ask(last: Answer["result"]): void {
		const field = this.#options.fields[this.#field];
		if (field === undefined) {
			this.#options.done(this.#identity, last);
			return;
		}
		const { commands, isAnswer } = QUESTIONS[field];
		this.#options.send(commands[this.#command] as string, isAnswer, (answer) => {
			const line = answer.lines[0];
			if (answer.result === "gone") {
				this.#options.done(this.#identity, "gone");
				return;
			}
			if (answer.result === "timeout" && this.#tries < this.#options.triesMax) {
				this.#tries++;
			} else if (answer.result === "ok" && line !== undefined) {
				this.#identity[field] = line;
				this.#nextField();
			} else {
				this.#tries = 1;
				this.#command++;
				if (this.#command === commands.length) this.#nextField();
			}
			this.#ask(answer.result);
		});
	}

	#nextField(): void {
		this.#field++;
		this.#command = 0;
		this.#tries = 1;
	}
}
