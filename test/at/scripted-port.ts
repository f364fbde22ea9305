import type { SerialOptions } from "../../modules/at/channel.js";
import type { SerialCallbacks } from "../../modules/io/serial.js";
import { asciiFromBytes } from "../../modules/storage/bytes.js";

/** One end of a line: a Serial for the driver, and a hand on what it sends and is given. */
export class ScriptedPort {
	/** Commands that were sent, without their CR. */
	sent: string[] = [];
	onCommand: (command: string) => void = () => {};
	writeError: string | undefined;
	readError: string | undefined;
	closes = 0;
	/** Calls that the SDK's Linux Serial would crash on. */
	callsAfterClose = 0;
	#callbacks: SerialCallbacks | undefined;
	#incoming: ArrayBuffer[] = [];
	#line = "";

	get serial(): SerialOptions {
		const port = this;
		return {
			device: "scripted",
			io: class {
				constructor(options: SerialCallbacks) {
					port.#callbacks = options;
				}
				read(): ArrayBuffer | number | undefined {
					if (port.closes > 0) port.callsAfterClose++;
					if (port.readError !== undefined) throw new Error(port.readError);
					return port.#incoming.shift();
				}
				write(bytes: ArrayBuffer): void {
					if (port.closes > 0) port.callsAfterClose++;
					if (port.writeError !== undefined) throw new Error(port.writeError);
					port.#take(asciiFromBytes(new Uint8Array(bytes)));
				}
				close(): void {
					port.closes++;
				}
			},
		};
	}

	/** Gives the driver characters, each as one byte; all at once or in chunks of `chunkBytes`. */
	inject(text: string, chunkBytes: number = text.length): void {
		for (let from = 0; from < text.length; from += chunkBytes)
			this.injectBytes(Uint8Array.from(text.slice(from, from + chunkBytes), (c) => c.charCodeAt(0)));
	}

	injectBytes(bytes: Uint8Array<ArrayBuffer>): void {
		this.#incoming.push(bytes.slice().buffer);
		this.#callbacks?.onReadable(bytes.length);
		this.#incoming = [];
	}

	injectNumber(byte: number): void {
		(this.#incoming as unknown[]).push(byte);
		this.#callbacks?.onReadable(1);
	}

	fail(reason: string): void {
		this.#callbacks?.onError?.(reason);
	}

	#take(text: string): void {
		this.#line += text;
		for (let end = this.#line.indexOf("\r"); end >= 0; end = this.#line.indexOf("\r")) {
			const command = this.#line.slice(0, end);
			this.#line = this.#line.slice(end + 1);
			this.sent.push(command);
			this.onCommand(command);
		}
	}
}
