import type { Clock } from "../io/clock.js";
import type { HttpClient, HttpOptions, HttpRequest } from "../io/http-client.js";

export interface HttpGetOptions {
	http: HttpOptions;
	path: string;
	headers: ReadonlyMap<string, string>;
	/** The headers of the answer that are wanted. */
	headersMask: readonly string[];
	clock: Clock;
	/** For how long the server may let us wait, each time. */
	silenceMs: number;
	onHead(status: number, headers: ReadonlyMap<string, string>): void;
	/** There is something to `take`. */
	onReadable(): void;
	/** It is over, once: undefined where the body ended as it was announced, else what went wrong. */
	onEnd(problem: string | undefined): void;
}

/**
 * One GET over one connection of its own, whose body is taken at the taker's pace. Waiting has a limit, and counts only while
 * somebody waits. No callback is called within the constructor, `take` or `close`.
 */
export class HttpGet {
	readonly #clock: Clock;
	readonly #silenceMs: number;
	readonly #onEnd: HttpGetOptions["onEnd"];
	#client: HttpClient | undefined;
	#request: HttpRequest | undefined;
	#readableBytes = 0;
	#isOver = false;
	#timer: unknown;

	constructor({ http, path, headers, headersMask, clock, silenceMs, ...callbacks }: HttpGetOptions) {
		this.#clock = clock;
		this.#silenceMs = silenceMs;
		this.#onEnd = callbacks.onEnd;
		let isOpening = true;
		const end = (problem: string | undefined): void => {
			if (!isOpening) this.#end(problem);
			else if (!this.#isOver) this.#setTimer(() => this.#end(problem), 0);
		};
		this.#wait();
		try {
			const { io, ...own } = http;
			this.#client = new io({ ...own, onError: (error?: unknown) => end(problemOf(error)) });
			this.#request = this.#client.request({
				method: "GET",
				path,
				headers: new Map(headers),
				headersMask: [...headersMask],
				onHeaders: (status, answered) => {
					if (this.#isOver) return;
					this.#wait();
					callbacks.onHead(status, answered);
				},
				onReadable: (bytes) => {
					if (this.#isOver || bytes === 0) return;
					// A client may take its count from what a server wrote: the size of a chunk, for instance.
					if (!(bytes > 0)) return end(`${bytes} bytes to be read`);
					this.#readableBytes = bytes;
					this.#clock.clearTimeout(this.#timer);
					callbacks.onReadable();
				},
				onDone: (error) => end(error ? problemOf(error) : undefined),
			});
		} catch (error) {
			end(problemOf(error));
		}
		isOpening = false;
	}

	/** At most `bytesMax` bytes; undefined where there are none now: then they are waited for. */
	take(bytesMax: number): Uint8Array | undefined {
		const bytes = Math.min(bytesMax, this.#readableBytes);
		const taken = bytes > 0 && !this.#isOver ? this.#request?.read(bytes) : undefined;
		if (taken && taken.byteLength > 0) {
			this.#readableBytes -= taken.byteLength;
			return new Uint8Array(taken);
		}
		this.#readableBytes = 0;
		if (!this.#isOver) this.#wait();
		return undefined;
	}

	close(): void {
		this.#isOver = true;
		this.#clock.clearTimeout(this.#timer);
		this.#client?.close();
		this.#client = undefined;
	}

	#end(problem: string | undefined): void {
		if (this.#isOver) return;
		this.close();
		this.#onEnd(problem);
	}

	#wait(): void {
		this.#setTimer(() => this.#end(`silent for ${this.#silenceMs} ms`), this.#silenceMs);
	}

	#setTimer(callback: () => void, delayMs: number): void {
		this.#clock.clearTimeout(this.#timer);
		this.#timer = this.#clock.setTimeout(callback, delayMs);
	}
}

/** The SDK's client says no more than that there was an error. */
function problemOf(error: unknown): string {
	return (error as Error | undefined)?.message || "the connection broke off";
}
