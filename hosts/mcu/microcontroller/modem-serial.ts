import type { Serial, SerialCallbacks } from "update-window/io/serial";

/** The part of the SDK's Serial that is used. On a Pico `read` throws where nothing has arrived. */
export interface SdkSerial {
	read(): unknown;
	/** Throws where `bytes` is more than the output takes; `onWritable` tells how much that is. */
	write(bytes: ArrayBuffer): void;
	close(): void;
}

export interface SdkSerialOptions {
	readonly transmit: number;
	readonly receive: number;
	readonly port?: number;
	readonly baud: number;
	readonly format: "buffer";
	readonly onReadable: (bytes: number) => void;
	readonly onWritable: (bytes: number) => void;
}

export type SdkSerialConstructor = new (options: SdkSerialOptions) => SdkSerial;

export interface ModemSerialOptions {
	Port: SdkSerialConstructor;
	pins: { readonly transmit: number; readonly receive: number; readonly port?: number };
	baud: number;
	/** Starts the modem; called once the port is open, so that no modem runs that nobody can guard. */
	powerOn(): void;
	/** What a callback throws: out of the SDK's callback it would end in an abort, which runs no JavaScript. */
	onFault(error: unknown): void;
}

/** Bytes that wait for the output, at most: an XMODEM block of 1 KB and a few commands. */
export const WRITE_QUEUE_BYTES_MAX = 2_048;

/** The modem's port on a microcontroller, whose output takes at most 128 bytes at a time. */
export class ModemSerial implements Serial {
	#port: SdkSerial | undefined;
	readonly #onError: (reason: string) => void;
	#queue: Uint8Array<ArrayBuffer>[] = [];
	#queuedBytes = 0;
	/** What the output was last known to take. */
	#writableBytes = 0;
	#isReadable = false;

	/** Throws what the SDK's constructor and `powerOn` throw, with the port closed again. */
	constructor({
		Port,
		pins,
		baud,
		powerOn,
		onFault,
		onReadable,
		onError,
	}: ModemSerialOptions & SerialCallbacks) {
		this.#onError = onError ?? (() => {});
		const guarded = (callback: () => void): void => {
			try {
				callback();
			} catch (error) {
				onFault(error);
			}
		};
		this.#port = new Port({
			...pins,
			baud,
			format: "buffer",
			onReadable: (bytes) =>
				guarded(() => {
					if (!this.#port) return;
					this.#isReadable = true;
					onReadable(bytes);
				}),
			onWritable: (bytes) =>
				guarded(() => {
					this.#writableBytes = bytes;
					this.#flush();
				}),
		});
		try {
			powerOn();
		} catch (error) {
			this.close();
			throw error;
		}
	}

	read(): ArrayBuffer | undefined {
		if (!this.#isReadable) return undefined;
		this.#isReadable = false;
		return this.#port?.read() as ArrayBuffer | undefined;
	}

	write(bytes: ArrayBuffer): void {
		if (!this.#port) throw new Error("Expected an open port, got a closed one");
		if (this.#queuedBytes + bytes.byteLength > WRITE_QUEUE_BYTES_MAX)
			throw new Error(
				`Expected at most ${WRITE_QUEUE_BYTES_MAX} bytes to wait for the output, got ${bytes.byteLength} more than ${this.#queuedBytes}`,
			);
		if (bytes.byteLength === 0) return;
		this.#queue.push(new Uint8Array(bytes));
		this.#queuedBytes += bytes.byteLength;
		this.#flush();
	}

	close(): void {
		const port = this.#port;
		this.#port = undefined;
		this.#queue = [];
		this.#queuedBytes = 0;
		port?.close();
	}

	#flush(): void {
		while (this.#port && this.#writableBytes > 0) {
			const chunk = this.#queue.shift();
			if (!chunk) return;
			const now = chunk.slice(0, this.#writableBytes);
			if (now.length < chunk.length) this.#queue.unshift(chunk.slice(now.length));
			this.#writableBytes -= now.length;
			this.#queuedBytes -= now.length;
			try {
				this.#port.write(now.buffer);
			} catch (error) {
				this.#onError(`The port does not write: ${(error as Error).message}`);
				return;
			}
		}
	}
}
