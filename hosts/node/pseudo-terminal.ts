import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import type { ReadStream } from "node:tty";
import * as nodePty from "@lydell/node-pty";

const STTY_TIMEOUT_MS = 5_000;
/** What waits for a client that does not read; beyond it bytes are lost, as on a UART. */
const UNREAD_BYTES_MAX = 65_536;

/** What node-pty's `open` gives; its published types leave it out. */
interface OpenTerminal {
	_master: ReadStream;
	_slave: ReadStream;
	_pty: string;
}

const { open } = nodePty as unknown as { open(options: { encoding: null }): OpenTerminal };

/** The system gave no pseudo-terminal, or one that could not be made raw. */
export class PseudoTerminalError extends Error {
	override name = "PseudoTerminalError";
}

/** A pseudo-terminal that looks like a serial device to any other program; clients may come and go. */
export class PseudoTerminal {
	/** The device that clients open, such as `/dev/pts/7`. */
	readonly path: string;
	readonly #master: ReadStream;
	readonly #heldOpen: number;
	#closed = false;

	/** `onBytes` gets what clients write. Throws PseudoTerminalError. */
	constructor({ onBytes }: { onBytes: (bytes: ArrayBuffer) => void }) {
		const terminal = openTerminal();
		this.path = terminal._pty;
		this.#master = terminal._master;
		// Our own end of the device stays open, else the last client to leave would end it. It must not be the stream
		// that node-pty has opened, for that one reads, and takes away the first bytes that are meant for a client.
		this.#heldOpen = openSync(this.path, constants.O_RDWR | constants.O_NOCTTY);
		for (const stream of [terminal._master, terminal._slave]) stream.on("error", () => {});
		terminal._slave.destroy();
		this.#master.on("data", (chunk: Uint8Array) => onBytes(new Uint8Array(chunk).buffer));
		try {
			// No echo, no lines, no translation: Node's own raw mode would still turn LF into CR LF.
			execFileSync("stty", ["-F", this.path, "raw", "-echo"], { timeout: STTY_TIMEOUT_MS, stdio: "pipe" });
		} catch (error) {
			this.close();
			throw new PseudoTerminalError(`Expected stty to make ${this.path} raw: ${(error as Error).message}`);
		}
	}

	write(bytes: ArrayBuffer): void {
		if (this.#closed || this.#master.writableLength + bytes.byteLength > UNREAD_BYTES_MAX) return;
		this.#master.write(new Uint8Array(bytes));
	}

	/** May be called twice. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#master.destroy();
		closeSync(this.#heldOpen);
	}
}

function openTerminal(): OpenTerminal {
	try {
		return open({ encoding: null });
	} catch (error) {
		throw new PseudoTerminalError(
			`Expected the system to give a pseudo-terminal: ${(error as Error).message}`,
		);
	}
}
