import type { BoardOptions } from "../../../modules/io/http-client.js";

/** What the SDK's HTTP client calls of a TCP or TLS socket (ECMA-419, TCP socket class pattern). */
export interface SdkSocket {
	format: string;
	read(count?: number | ArrayBufferView | ArrayBuffer): ArrayBuffer | number | undefined;
	write(data: ArrayBuffer | ArrayBufferView, options?: object): number;
	close(): void;
}

export interface SdkSocketCallbacks {
	onReadable(bytes: number): void;
	onWritable(bytes: number): void;
	onError(error?: unknown): void;
}

/** A socket's constructor, and what it wants beside address, host, port and callbacks. */
export interface SdkSocketOptions {
	io: new (options: BoardOptions) => SdkSocket;
	[option: string]: unknown;
}

/** Whoever looks after a socket. */
export interface SocketGuard {
	/** The socket behind. */
	readonly real: SdkSocketOptions;
	/** Throws where no socket may be opened any more. */
	checkOpen(): void;
	/** Runs a callback of the socket; what it throws is the guard's. */
	run(callback: () => void): void;
	/** One byte was read by itself, as heads and sizes of chunks are. Throws where these are too many. */
	countByte(): void;
	/** A piece of a body was read. */
	countBody(): void;
}

/** A socket between the SDK's HTTP client and the real one, which tells its guard what goes through. */
export class GuardedSocket implements SdkSocket {
	readonly #guard: SocketGuard;
	readonly #socket: SdkSocket;

	constructor({
		guard,
		onReadable,
		onWritable,
		onError,
		...options
	}: { guard: SocketGuard } & SdkSocketCallbacks) {
		guard.checkOpen();
		this.#guard = guard;
		this.#socket = new guard.real.io({
			...options,
			...guard.real,
			onReadable: (bytes: number) => guard.run(() => onReadable(bytes)),
			onWritable: (bytes: number) => guard.run(() => onWritable(bytes)),
			onError: (error?: unknown) => guard.run(() => onError(error)),
		});
	}

	get format(): string {
		return this.#socket.format;
	}

	set format(format: string) {
		this.#socket.format = format;
	}

	read(count?: number | ArrayBufferView | ArrayBuffer): ArrayBuffer | number | undefined {
		if (count === undefined) {
			this.#guard.countByte();
			return this.#socket.read();
		}
		this.#guard.countBody();
		return this.#socket.read(count);
	}

	write(data: ArrayBuffer | ArrayBufferView, options?: object): number {
		return this.#socket.write(data, options);
	}

	close(): void {
		this.#socket.close();
	}
}
