import type { Line } from "update-window/mcu/wiring";

/** The part of an ECMA-419 Digital (2nd edition, section 10.2) that a board uses; the SDK's class fits it. */
export interface Digital {
	read(): number;
	write(value: 0 | 1): void;
}

/** `activeLow` and `initialValue` are in the SDK's class and not in the standard's text. */
export interface DigitalOptions {
	readonly pin: number;
	readonly mode: unknown;
	readonly activeLow: boolean;
	readonly initialValue?: 0 | 1;
	readonly edge?: unknown;
	readonly onReadable?: () => void;
}

export interface DigitalConstructor {
	new (options: DigitalOptions): Digital;
	readonly Input: unknown;
	readonly Output: unknown;
	/** From inactive to active. */
	readonly Rising: unknown;
}

/** An output that is at its level before it drives. */
export function openOutput(Io: DigitalConstructor, { pin, active }: Line, initialValue: 0 | 1): Digital {
	return new Io({ pin, mode: Io.Output, activeLow: active === "low", initialValue });
}
