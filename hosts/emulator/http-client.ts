import type { Clock } from "./clock.js";
import type { EmulatedHttpServer, ServedAnswer } from "./http-server.js";

/** What an ECMA-419 TCP socket holds at most until it is read (Moddable SDK 8.2.3, modules/io/socket/lin/tcp.c). */
const WINDOW_BYTES = 1536;
const PIECE_BYTES = 512;

export interface EmulatedHttpClientOptions {
	host: string;
	clock: Clock;
	/** Undefined: nobody is there. */
	server: EmulatedHttpServer | undefined;
	onError(error?: unknown): void;
}

interface Request {
	path: string;
	headers: ReadonlyMap<string, string>;
	headersMask: readonly string[];
	onHeaders(status: number, headers: ReadonlyMap<string, string>): void;
	onReadable(bytes: number): void;
	onDone(error: Error | null): void;
}

/** An ECMA-419 HTTP client on an emulated line to an emulated server. */
export class EmulatedHttpClient {
	readonly #clock: Clock;
	readonly #server: EmulatedHttpServer | undefined;
	readonly #onError: (error?: unknown) => void;
	#request: Request | undefined;
	#answer: ServedAnswer | undefined;
	/** Bytes of the body that came over the line, and that were read. */
	#comeBytes = 0;
	#readBytes = 0;
	#timer: unknown;

	constructor({ clock, server, onError }: EmulatedHttpClientOptions) {
		this.#clock = clock;
		this.#server = server;
		this.#onError = onError;
	}

	request(options: Request): { read(bytes: number): ArrayBuffer | undefined } {
		this.#request = options;
		this.#after(this.#server?.behaviour.latencyMs ?? 1, () => this.#head());
		return { read: (bytes) => this.#read(bytes) };
	}

	close(): void {
		this.#request = undefined;
		this.#clock.clearTimeout(this.#timer);
	}

	#head(): void {
		const request = this.#request;
		if (!request) return;
		if (!this.#server) return this.#fail();
		this.#answer = this.#server.answer(request.path, request.headers);
		if (!this.#answer) return;
		const { status, headers } = this.#answer;
		const kept = [...headers].filter(([name]) => request.headersMask.includes(name));
		request.onHeaders(status, new Map(kept));
		this.#next();
	}

	/** Lets the next piece of the body come, as far as there is room for it. */
	#next(): void {
		const [request, answer, server] = [this.#request, this.#answer, this.#server];
		if (!request || !answer || !server) return;
		const { framing, bytesPerSecond, closeIsError } = server.behaviour;
		const length = Number(answer.headers.get("content-length") ?? answer.body.length);
		const end = Math.min(answer.body.length, length, answer.cutAtBytes ?? answer.body.length);
		const unread = this.#comeBytes - this.#readBytes;
		if (this.#comeBytes < end) {
			const piece = Math.min(PIECE_BYTES, end - this.#comeBytes, WINDOW_BYTES - unread);
			if (piece <= 0) return;
			this.#after((piece * 1_000) / bytesPerSecond, () => {
				this.#comeBytes += piece;
				request.onReadable(this.#comeBytes - this.#readBytes);
				this.#next();
			});
			return;
		}
		const isCut = end < length || (framing === "close" && answer.cutAtBytes === end);
		// A broken connection takes with it what was not read; a good end waits for it to be read.
		if (isCut) this.#after(1, () => this.#fail());
		else if (unread > 0) return;
		else if (framing === "close" && closeIsError) this.#after(1, () => this.#fail());
		else this.#after(1, () => this.#done(null));
	}

	#read(bytes: number): ArrayBuffer | undefined {
		const answer = this.#answer;
		if (!this.#request || !answer || bytes > this.#comeBytes - this.#readBytes) return undefined;
		const block = answer.body.slice(this.#readBytes, this.#readBytes + bytes);
		this.#readBytes += bytes;
		if (this.#timer === undefined) this.#next();
		return block.buffer as ArrayBuffer;
	}

	#done(error: Error | null): void {
		const request = this.#request;
		this.#request = undefined;
		request?.onDone(error);
	}

	#fail(): void {
		this.#done(new Error());
		this.#onError();
	}

	#after(delayMs: number, callback: () => void): void {
		this.#clock.clearTimeout(this.#timer);
		this.#timer = this.#clock.setTimeout(() => {
			this.#timer = undefined;
			callback();
		}, delayMs);
	}
}
