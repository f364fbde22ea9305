import type { BoardOptions, BoardParts } from "../../../hosts/mcu/board.js";

/** What stands behind the modules that a board or the SDK would bring: mc/config, time, timer and this-board. */
export interface Plugged {
	readonly config: Readonly<Record<string, unknown>>;
	/** 32 bits wide, signed, as the SDK's. */
	ticks(): number;
	setTimer(callback: () => void, delayMs: number): unknown;
	clearTimer(id: unknown): void;
	open(options: BoardOptions): BoardParts;
}

let plugged: Plugged | undefined;

/** One board at a time, as on a product. */
export function plug(board: Plugged): void {
	plugged = board;
}

export function board(): Plugged {
	if (!plugged) throw new Error("Expected a board that is plugged in, got none");
	return plugged;
}
