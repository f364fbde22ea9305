import type { Answer } from "./answer.js";

/** A command after which the line carries raw bytes, until the modem's final result. */
export interface TransferOptions {
	/** Without its CR. */
	command: string;
	/** Asked just before the first byte is sent; false withdraws the command. */
	mayStart?(): boolean;
	/** The command is out; may be called from within transfer(). */
	onStart(): void;
	/** Bytes of the modem that belong to no line: control bytes, and `C` where a line could begin. */
	onBytes(bytes: Uint8Array): void;
	/** A line that a modem sends when it has started; not surely, and then what follows is nobody's. */
	onRestart(): void;
	/** Called once, never from within transfer(), unless the transfer was ended before. `timeout`: it never began. */
	done(answer: Answer): void;
}

/** The line while it carries raw bytes. After its end, by the modem or by end(), its calls have no effect. */
export interface Transfer {
	/**
	 * Sends bytes as they are. What the modem sent before and nobody has read yet is given out first, so that it is not
	 * taken for the answer.
	 */
	write(bytes: ArrayBuffer): void;
	/** Gives the line back to commands, before the modem did; `done` is not called any more. May be called twice. */
	end(): void;
}
