import { realpathSync } from "node:fs";
import { SerialPort } from "serialport";
import type { Serial, SerialCallbacks } from "../../modules/io/serial.js";
import type { OpenPorts } from "./run/open-ports.js";

/** The port's own options. */
export interface NodeSerialOptions {
	/** Path of a serial device or pseudo-terminal. */
	device: string;
	baud: number;
	/** RTS/CTS. */
	flowControl: "hardware" | "none";
	/** Where the port says that it is open, and when it is closed; closing takes a while. */
	ports?: OpenPorts | undefined;
}

/** An ECMA-419 Serial on a device of this machine. The device opens later; that it does not is told by `onError`. */
export class NodeSerial implements Serial {
	readonly #port: SerialPort;
	#chunks: Uint8Array[] = [];
	/** Nothing comes from it any more. */
	#closed = false;
	/** Nobody wants it any more. */
	#released = false;

	constructor({
		device,
		baud,
		flowControl,
		ports,
		onReadable,
		onError,
	}: NodeSerialOptions & SerialCallbacks) {
		const failed = (reason: string): void => {
			if (this.#closed) return;
			this.#closed = true;
			onError?.(reason);
		};
		this.#port = new SerialPort({
			path: device,
			baudRate: baud,
			dataBits: 8,
			parity: "none",
			stopBits: 1,
			rtscts: flowControl === "hardware",
			lock: !isPseudoTerminal(device),
		});
		ports?.opened(this);
		this.#port.on("open", () => {
			if (this.#released) this.#port.close();
		});
		for (const event of ["close", "error"])
			this.#port.on(event, () => {
				if (!this.#port.isOpen) ports?.closed(this);
			});
		this.#port.on("data", (chunk: Uint8Array) => {
			if (this.#closed) return;
			this.#chunks.push(chunk);
			onReadable(chunk.byteLength);
		});
		this.#port.on("error", (error) => failed(error.message));
		this.#port.on("close", (error: Error | null) => failed(error?.message ?? "port closed"));
	}

	read(): ArrayBuffer | undefined {
		if (this.#chunks.length === 0) return undefined;
		const bytes = new Uint8Array(this.#chunks.reduce((length, chunk) => length + chunk.byteLength, 0));
		let offset = 0;
		for (const chunk of this.#chunks) {
			bytes.set(chunk, offset);
			offset += chunk.byteLength;
		}
		this.#chunks = [];
		return bytes.buffer;
	}

	write(bytes: ArrayBuffer): void {
		if (this.#closed) throw new Error("Expected an open port");
		this.#port.write(Buffer.from(bytes));
	}

	close(): void {
		if (this.#released) return;
		this.#released = true;
		this.#closed = true;
		if (this.#port.isOpen) this.#port.close();
	}
}

/** The lock on a pseudo-terminal outlives the program that set it, as long as the other end is open. */
function isPseudoTerminal(device: string): boolean {
	try {
		return realpathSync(device).startsWith("/dev/pts/");
	} catch {
		return false;
	}
}
