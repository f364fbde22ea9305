import SdkSerial from "embedded:io/serial";
import type { Serial, SerialCallbacks } from "update-window/io/serial";

export interface LinSerialOptions {
	/** Path of a serial device or pseudo-terminal. */
	device: string;
	baud: number;
	/** What a callback throws: the SDK's port would swallow it. */
	onFault(error: unknown): void;
}

/**
 * The SDK's Serial on Linux, which hands exceptions of its callbacks to nobody, calls `close` by itself after an error
 * and crashes on any call after that.
 */
export class LinSerial implements Serial {
	#port: SdkSerial | undefined;

	/** Throws where the device does not open. */
	constructor({ device, baud, onFault, onReadable, onError }: LinSerialOptions & SerialCallbacks) {
		const guarded = (callback: () => void): void => {
			try {
				callback();
			} catch (error) {
				onFault(error);
			}
		};
		this.#port = new SdkSerial({
			device,
			baud,
			format: "buffer",
			onReadable: (bytes: number) => {
				if (this.#port) guarded(() => onReadable(bytes));
			},
			onError: () => {
				if (!this.#port) return;
				this.#port = undefined;
				guarded(() => onError?.(`${device} broke`));
			},
		} as unknown as ConstructorParameters<typeof SdkSerial>[0]);
	}

	read(): ArrayBuffer | undefined {
		return this.#port?.read() as ArrayBuffer | undefined;
	}

	write(bytes: ArrayBuffer): void {
		if (!this.#port) throw new Error("Expected an open port");
		this.#port.write(bytes);
	}

	close(): void {
		const port = this.#port;
		this.#port = undefined;
		port?.close();
	}
}
