import type { Behaviour } from "./behaviour.js";
import type { DeviceServices } from "./device-services.js";
import type { Family } from "./families.js";
import type { ModemFlash, Profile } from "./flash.js";

/** What the commands act on. */
export interface CommandTarget {
	readonly family: Family;
	readonly flash: ModemFlash;
	readonly behaviour: Behaviour;
	readonly services: DeviceServices;
	/** The settings in use; AT&W copies them to flash. */
	readonly profile: Profile;
	/** Restarts the modem once the answer is out. */
	restart(): void;
	/** Switches the modem off once the answer is out. */
	shutDown(): void;
}

/** Information lines and OK (later, where `waitMs` says so), an error, or a file that is taken before there is either. */
export type Answer =
	| { lines: readonly string[]; waitMs?: number }
	| { fileBytes: number }
	| { error: "unsupported" | "not-allowed" | "bad-value" };

export type Handler = (target: CommandTarget, values: readonly string[]) => Answer;

/** One command in its forms: `AT+X=?`, `AT+X?`, `AT+X=values`, `AT+X`. A form that is missing is an error. */
export interface Command {
	test?: Handler;
	read?: Handler;
	write?: Handler;
	execute?: Handler;
}

export const OK: Readonly<Answer> = { lines: [] };
export const NOT_ALLOWED: Readonly<Answer> = { error: "not-allowed" };
export const BAD_VALUE: Readonly<Answer> = { error: "bad-value" };
export const UNSUPPORTED: Readonly<Answer> = { error: "unsupported" };

/** The whole number that `text` writes in decimal, or undefined where it writes none from `min` to `max`. */
export function numberIn(text: string | undefined, min: number, max: number): number | undefined {
	if (text === undefined || !/^\d{1,8}$/.test(text)) return undefined;
	const value = Number(text);
	return value >= min && value <= max ? value : undefined;
}

/** Values between commas; a comma within quotes parts nothing, and the quotes go. */
export function valuesOf(text: string): string[] {
	const values = [""];
	let quoted = false;
	for (const character of text) {
		if (character === '"') quoted = !quoted;
		else if (character === "," && !quoted) values.push("");
		else values[values.length - 1] += character;
	}
	return values.map((value) => value.trim());
}
