import { type Wire, WireError } from "./wire.js";

/** What a UART driver keeps for a reader that is late; what comes beyond is lost. */
const READ_BUFFER_BYTES_MAX = 65_536;

export interface EmulatedSerialOptions {
	/** The only one there is here. */
	format: "buffer";
	onReadable(bytes: number): void;
	/** The wire was pulled out. */
	onError?(reason: string): void;
	/** The port. */
	wire: Wire;
}

/** An ECMA-419 Serial (2nd edition, section 10.7) at the host's end of a wire. */
export class EmulatedSerial {
	readonly #wire: Wire;
	readonly #options: EmulatedSerialOptions;
	#end: { receive(bytes: ArrayBuffer): void; unplugged(reason: string): void } | undefined;
	#pieces: ArrayBuffer[] = [];
	#unreadBytes = 0;
	#lostBytes = 0;
	#telling = false;

	/** Throws RangeError on another format, WireError where the port is open already or the wire is pulled out. */
	constructor(options: EmulatedSerialOptions) {
		if (options.format !== "buffer")
			throw new RangeError(`Expected \`format\` to be "buffer", got ${String(options.format)}`);
		this.#options = options;
		this.#wire = options.wire;
		const end = {
			receive: (bytes: ArrayBuffer) => this.#receive(bytes),
			unplugged: (reason: string) => {
				if (!this.#end) return;
				this.#options.onError?.(reason);
			},
		};
		this.#wire.open(end);
		this.#end = end;
	}

	/** Bytes that came while the buffer was full. */
	get lostBytes(): number {
		return this.#lostBytes;
	}

	/** All bytes that have arrived, or undefined. Throws WireError after `close`. */
	read(): ArrayBuffer | undefined {
		this.#mustBeOpen();
		if (this.#unreadBytes === 0) return undefined;
		const bytes = new Uint8Array(this.#unreadBytes);
		let at = 0;
		for (const piece of this.#pieces) {
			bytes.set(new Uint8Array(piece), at);
			at += piece.byteLength;
		}
		this.#pieces = [];
		this.#unreadBytes = 0;
		return bytes.buffer;
	}

	/** Throws WireError after `close` and when the wire is pulled out. */
	write(bytes: ArrayBuffer): void {
		this.#mustBeOpen();
		this.#wire.toModem(bytes.slice(0));
	}

	/** May be called twice. */
	close(): void {
		if (this.#end) this.#wire.close(this.#end);
		this.#end = undefined;
		this.#pieces = [];
		this.#unreadBytes = 0;
	}

	#mustBeOpen(): void {
		if (!this.#end) throw new WireError("Expected an open port, it was closed");
	}

	#receive(bytes: ArrayBuffer): void {
		const kept = bytes.slice(0, READ_BUFFER_BYTES_MAX - this.#unreadBytes);
		this.#lostBytes += bytes.byteLength - kept.byteLength;
		if (kept.byteLength === 0) return;
		this.#pieces.push(kept);
		this.#unreadBytes += kept.byteLength;
		if (this.#telling) return;
		this.#telling = true;
		this.#wire.clock.setTimeout(() => {
			this.#telling = false;
			if (this.#end && this.#unreadBytes > 0) this.#options.onReadable.call(this, this.#unreadBytes);
		}, 0);
	}
}
