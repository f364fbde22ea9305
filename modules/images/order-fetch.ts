import type { Clock } from "../io/clock.js";
import type { HttpOptions } from "../io/http-client.js";
import { ENVELOPE_BYTES_MAX } from "../order/envelope.js";
import { HttpGet } from "./http-get.js";
import { ANSWER_HEADERS, parseContentLength, TAG_CHARACTERS_MAX } from "./http-headers.js";
import { HTTP_LIMITS } from "./http-limits.js";
import { type ImageReason, ImageSourceError } from "./image-source.js";

/** Servers are not asked more often, whatever the host says. */
export const FETCH_EVERY_MS_MIN = 60_000;

export interface OrderFetchOptions {
	http: HttpOptions;
	/** Begins with "/". */
	path: string;
	clock: Clock;
	/** At least FETCH_EVERY_MS_MIN. */
	fetchEveryMs: number;
	/** A longer envelope is refused. */
	bytesMax?: number | undefined;
	/** For how long the server may say nothing. */
	silenceMs?: number | undefined;
	/** An envelope that nobody has looked into. False: it has to be brought again next time, though it be the same. */
	onEnvelope(envelope: Uint8Array): boolean;
	/** This time there was none; it is asked again in `fetchEveryMs`. */
	onError?: ((error: ImageSourceError) => void) | undefined;
}

/** From request to end; below FETCH_EVERY_MS_MIN, so that one ends before the next begins. */
const DEADLINE_MS = 50_000;

/**
 * Asks a web server for an order every now and then, and hands over what it gets; it verifies nothing and acts on nothing.
 * An envelope that was taken is not sent again until it changes (`If-None-Match`). When it may ask is the host's affair:
 * only while the product is closed.
 */
export class OrderFetch {
	readonly #options: OrderFetchOptions;
	readonly #bytesMax: number;
	#get: HttpGet | undefined;
	#buffer: Uint8Array | undefined;
	#length = 0;
	/** The ETag of the answer that comes, and of the envelope that was taken last. */
	#comingTag: string | undefined;
	#tag: string | undefined;
	#timer: unknown;
	#deadlineTimer: unknown;

	constructor(options: OrderFetchOptions) {
		this.#options = options;
		this.#bytesMax = options.bytesMax ?? ENVELOPE_BYTES_MAX;
	}

	/** Asks now, and then again and again. */
	start(): void {
		this.stop();
		this.#ask();
	}

	/** Ends everything; no callback is called any more. May be called twice. */
	stop(): void {
		this.#release();
		this.#options.clock.clearTimeout(this.#timer);
	}

	#ask(): void {
		const { http, path, clock, silenceMs, fetchEveryMs } = this.#options;
		this.#timer = clock.setTimeout(() => this.#ask(), Math.max(fetchEveryMs, FETCH_EVERY_MS_MIN));
		this.#release();
		const headers = new Map([["accept-encoding", "identity"]]);
		if (this.#tag !== undefined) headers.set("if-none-match", this.#tag);
		this.#get = new HttpGet({
			http,
			path,
			headers,
			headersMask: ANSWER_HEADERS,
			clock,
			silenceMs: silenceMs ?? HTTP_LIMITS.silenceMs,
			onHead: (status, answered) => this.#hearHead(status, answered),
			onReadable: () => this.#take(),
			onEnd: (problem) => this.#hearEnd(problem),
		});
		this.#deadlineTimer = clock.setTimeout(
			() => this.#refuse("deadline", `the order within ${DEADLINE_MS} ms`),
			DEADLINE_MS,
		);
	}

	#hearHead(status: number, headers: ReadonlyMap<string, string>): void {
		// The same as last time, or none at all.
		if (status === 304 || status === 204) return this.#release();
		if (status !== 200)
			return this.#refuse(status === 404 ? "no-image" : "http-status", `status 200, got ${status}`);
		const length = headers.get("content-length");
		const bytes = length === undefined ? 0 : (parseContentLength(length) ?? Number.POSITIVE_INFINITY);
		if (bytes > this.#bytesMax)
			return this.#refuse(
				"wrong-size",
				`an order of at most ${this.#bytesMax} bytes, got content-length ${length}`,
			);
		const coding = headers.get("content-encoding") ?? "identity";
		if (coding !== "identity") return this.#refuse("bad-response", `the order uncoded, got ${coding}`);
		const tag = headers.get("etag");
		this.#comingTag = tag !== undefined && tag.length <= TAG_CHARACTERS_MAX ? tag : undefined;
		this.#buffer = new Uint8Array(this.#bytesMax);
		this.#length = 0;
	}

	#take(): void {
		for (;;) {
			if (!this.#get || !this.#buffer) return;
			const taken = this.#get.take(Math.max(1, this.#buffer.length - this.#length));
			if (!taken) return;
			if (this.#length + taken.length > this.#buffer.length)
				return this.#refuse("wrong-size", `an order of at most ${this.#bytesMax} bytes, got more`);
			this.#buffer.set(taken, this.#length);
			this.#length += taken.length;
		}
	}

	#hearEnd(problem: string | undefined): void {
		const envelope = this.#buffer?.slice(0, this.#length);
		this.#release();
		if (problem !== undefined || !envelope)
			return this.#refuse("broken", `a whole answer, got none: ${problem ?? "no body"}`);
		const tag = this.#comingTag;
		// Without its own tag it is asked for in full, lest another one be taken for it.
		if (this.#options.onEnvelope(envelope)) this.#tag = tag;
	}

	#refuse(reason: ImageReason, what: string): void {
		const { http, path, onError } = this.#options;
		this.#release();
		onError?.(new ImageSourceError(`Expected from http ${http.host}${path} ${what}`, reason));
	}

	#release(): void {
		this.#get?.close();
		this.#get = undefined;
		this.#buffer = undefined;
		this.#options.clock.clearTimeout(this.#deadlineTimer);
	}
}
