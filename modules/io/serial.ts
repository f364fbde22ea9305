/**
 * The part of an ECMA-419 Serial (ECMA-419 2nd edition, section 10.7) that the modules use, with format "buffer".
 * Structural on purpose: the SDK's class, the host's and the emulator's all fit it.
 */
export interface Serial {
	/** Takes all bytes that have arrived; undefined where there are none. Lin and ESP32 give an ArrayBuffer. */
	read(): ArrayBuffer | number | undefined;
	/** Queues bytes for the line. Throws when the port is gone or the output is full. */
	write(bytes: ArrayBuffer): void;
	/** Releases the port; may be called twice. No call may follow it. */
	close(): void;
}

/** What the modules pass to a Serial constructor; the host adds its pins, port and baud. */
export interface SerialCallbacks {
	format: "buffer";
	/** Bytes can be read. */
	onReadable(bytes: number): void;
	/** The port broke or went away (an addition of ours: ECMA-419 has no such callback). */
	onError?(reason: string): void;
}

/** An ECMA-419 Serial constructor, with the port's own options in P. */
export type SerialConstructor<P extends object = object> = new (options: SerialCallbacks & P) => Serial;
