import type { Clock } from "../io/clock.js";
import type { HttpOptions } from "../io/http-client.js";
import { HttpGet } from "./http-get.js";
import {
	ANSWER_HEADERS,
	isStrong,
	parseContentLength,
	parseContentRange,
	STATUS_REASONS,
	tagOf,
} from "./http-headers.js";
import { HTTP_LIMITS, type HttpLimits } from "./http-limits.js";
import { type ImageReason, type ImageSource, ImageSourceError } from "./image-source.js";

export interface HttpSourceOptions {
	/** The client, the host, and what the client wants beside it. */
	http: HttpOptions;
	/** Begins with "/". */
	path: string;
	/** The size that the order names: a server that says or sends another one is refused. */
	sizeBytes: number;
	clock: Clock;
	/** The tag under which the bytes before the first offset were got: the rest has to be of the same file. */
	tag?: string | undefined;
	limits?: Partial<HttpLimits> | undefined;
}

interface PendingRead {
	block: Uint8Array;
	filledBytes: number;
	done(error: ImageSourceError | undefined, block: Uint8Array | undefined): void;
}

/** What one answer still has to give. */
interface Body {
	/** Bytes that come before those that are wanted: a server without ranges begins at 0. */
	skipBytes: number;
	/** Bytes after those. */
	leftBytes: number;
	/** The answer named its own length, so that nothing can follow unnoticed by the client. */
	isFramed: boolean;
}

/**
 * An image on a web server (RFC 9110). A connection that breaks is made again and the image goes on where it broke, by
 * `Range`, and only while the server's file is the same: its ETag (else its date) must not change, and a strong ETag goes
 * into `If-Range`. Where the server gives neither, whoever hashes the whole has the last word. A server without ranges
 * sends everything again, and what is there already is skipped.
 *
 * Its memory is the block that is asked for; nothing is read ahead.
 */
export class HttpSource implements ImageSource {
	readonly sizeBytes: number;
	readonly #http: HttpOptions;
	readonly #path: string;
	readonly #clock: Clock;
	readonly #limits: HttpLimits;
	#tag: string | undefined;
	/** The offset of the next byte of the image; undefined before the first read. */
	#nextBytes: number | undefined;
	#pending: PendingRead | undefined;
	#get: HttpGet | undefined;
	#body: Body | undefined;
	#failures = 0;
	#error: ImageSourceError | undefined;
	#pauseTimer: unknown;
	#deadlineTimer: unknown;

	constructor({ http, path, sizeBytes, clock, tag, limits }: HttpSourceOptions) {
		this.sizeBytes = sizeBytes;
		this.#http = http;
		this.#path = path;
		this.#clock = clock;
		this.#tag = tag;
		this.#limits = { ...HTTP_LIMITS, ...limits };
	}

	/** What tells the server's file from a later one, at most 128 printable ASCII characters; undefined before the first block. */
	get tag(): string | undefined {
		return this.#tag;
	}

	read(
		offsetBytes: number,
		bytes: number,
		done: (error: ImageSourceError | undefined, block: Uint8Array | undefined) => void,
	): void {
		const nextBytes = this.#nextBytes ?? offsetBytes;
		if (this.#error) return done(this.#error, undefined);
		if (this.#pending || offsetBytes !== nextBytes || offsetBytes < 0 || offsetBytes > this.sizeBytes)
			return done(
				this.#problem(
					"unreadable",
					`a read at ${nextBytes} of ${this.sizeBytes}, one at a time`,
					`one at ${offsetBytes}`,
				),
				undefined,
			);
		this.#nextBytes = nextBytes;
		const block = new Uint8Array(Math.min(bytes, this.sizeBytes - offsetBytes));
		if (block.length === 0) return done(undefined, block);
		this.#pending = { block, filledBytes: 0, done };
		this.#deadlineTimer ??= this.#clock.setTimeout(
			() =>
				this.#fail("deadline", `all of it within ${this.#limits.deadlineMs} ms`, `${this.#atBytes()} bytes`),
			this.#limits.deadlineMs,
		);
		if (this.#get) this.#fill();
		else this.#connect();
	}

	close(): void {
		this.#error ??= this.#problem("unreadable", "an open source", "a closed one");
		this.#pending = undefined;
		this.#disconnect();
		this.#clock.clearTimeout(this.#pauseTimer);
		this.#clock.clearTimeout(this.#deadlineTimer);
	}

	/** How much of the image there is, with what the pending read has. */
	#atBytes(): number {
		return (this.#nextBytes ?? 0) + (this.#pending?.filledBytes ?? 0);
	}

	#connect(): void {
		const atBytes = this.#atBytes();
		const headers = new Map([["accept-encoding", "identity"]]);
		if (atBytes > 0) {
			headers.set("range", `bytes=${atBytes}-`);
			if (this.#tag !== undefined && isStrong(this.#tag)) headers.set("if-range", this.#tag);
		}
		this.#body = undefined;
		this.#get = new HttpGet({
			http: this.#http,
			path: this.#path,
			headers,
			headersMask: ANSWER_HEADERS,
			clock: this.#clock,
			silenceMs: this.#limits.silenceMs,
			onHead: (status, answered) => this.#hearHead(status, answered),
			onReadable: () => this.#fill(),
			onEnd: (problem) => this.#hearEnd(problem),
		});
	}

	#hearHead(status: number, headers: ReadonlyMap<string, string>): void {
		if (status !== 200 && status !== 206) {
			const reason = STATUS_REASONS[status] ?? "http-status";
			if (reason !== "again") return this.#fail(reason, "status 200 or 206", `${status}`);
			return this.#breakOff(`status ${status}`);
		}
		const coding = headers.get("content-encoding") ?? "identity";
		const transfer = headers.get("transfer-encoding");
		if (coding.toLowerCase() !== "identity" || (transfer ?? "chunked").toLowerCase() !== "chunked")
			return this.#fail("bad-response", "the image uncoded", `${coding}, ${transfer ?? "not chunked"}`);
		const tag = tagOf(headers);
		if (this.#tag !== undefined && tag !== this.#tag)
			return this.#fail("changed", `the file ${this.#tag}`, tag ?? "one without a tag");
		const body = status === 206 ? this.#part(headers) : this.#whole();
		if (!body) return;
		const length = transfer === undefined ? headers.get("content-length") : undefined;
		const announcedBytes = body.skipBytes + body.leftBytes;
		if (length !== undefined && parseContentLength(length) !== announcedBytes)
			return this.#fail(
				status === 200 ? "wrong-size" : "bad-response",
				`${announcedBytes} bytes`,
				`content-length ${length}`,
			);
		body.isFramed = length !== undefined;
		this.#tag ??= tag;
		this.#body = body;
	}

	#whole(): Body {
		const atBytes = this.#atBytes();
		return { skipBytes: atBytes, leftBytes: this.sizeBytes - atBytes, isFramed: false };
	}

	/** What a 206 says that it brings: it has to begin where we are; a server may end it earlier than was asked for. */
	#part(headers: ReadonlyMap<string, string>): Body | undefined {
		const atBytes = this.#atBytes();
		const text = headers.get("content-range") ?? "";
		const range = parseContentRange(text);
		if (range?.total !== undefined && range.total !== this.sizeBytes) {
			this.#fail("wrong-size", `${this.sizeBytes} bytes`, `content-range ${text}`);
			return undefined;
		}
		if (range?.first !== atBytes || range.last >= this.sizeBytes) {
			this.#fail("wrong-range", `bytes ${atBytes}-${this.sizeBytes - 1}`, `content-range "${text}"`);
			return undefined;
		}
		return { skipBytes: 0, leftBytes: range.last + 1 - atBytes, isFramed: false };
	}

	/** Takes what is there for the read that is pending. */
	#fill(): void {
		for (;;) {
			const [pending, body, get] = [this.#pending, this.#body, this.#get];
			if (!pending || !body || !get) return;
			const missingBytes = pending.block.length - pending.filledBytes;
			const isWhole = this.#atBytes() === this.sizeBytes;
			if (missingBytes === 0 && (body.isFramed || !isWhole)) return this.#deliver(pending);
			const taken = get.take(bytesToTake(body, pending.block.length, missingBytes));
			if (!taken) return;
			if (body.skipBytes > 0) body.skipBytes -= taken.length;
			else if (body.leftBytes > 0) {
				pending.block.set(taken, pending.filledBytes);
				pending.filledBytes += taken.length;
				body.leftBytes -= taken.length;
				this.#failures = 0;
			} else return this.#fail("wrong-size", `${this.#atBytes()} bytes`, "more of them");
		}
	}

	#hearEnd(problem: string | undefined): void {
		this.#disconnect();
		const pending = this.#pending;
		if (pending?.filledBytes === pending?.block.length) {
			if (pending) this.#deliver(pending);
			return; // nobody waits; the next read connects again
		}
		this.#breakOff(problem ?? `the body ended after ${this.#atBytes()} bytes`);
	}

	/** This connection brings nothing more. Another one is made after a pause, if there may be one. */
	#breakOff(why: string): void {
		this.#disconnect();
		if (!this.#pending) return;
		const { failuresMax, pauseMs, pauseMsMax } = this.#limits;
		this.#failures++;
		if (this.#failures > failuresMax)
			return this.#fail("broken", `at most ${failuresMax} failures in a row`, `one more: ${why}`);
		const delayMs = Math.min(pauseMs * 2 ** (this.#failures - 1), pauseMsMax);
		this.#pauseTimer = this.#clock.setTimeout(() => this.#connect(), delayMs);
	}

	#deliver(pending: PendingRead): void {
		this.#nextBytes = this.#atBytes();
		this.#pending = undefined;
		pending.done(undefined, pending.block);
	}

	#fail(reason: ImageReason, expected: string, got: string): void {
		const pending = this.#pending;
		this.#error = this.#problem(reason, expected, got);
		this.close();
		pending?.done(this.#error, undefined);
	}

	#disconnect(): void {
		this.#get?.close();
		this.#get = undefined;
		this.#body = undefined;
	}

	#problem(reason: ImageReason, expected: string, got: string): ImageSourceError {
		return new ImageSourceError(
			`Expected ${expected} from http ${this.#http.host}${this.#path}, got ${got}`,
			reason,
		);
	}
}

function bytesToTake({ skipBytes, leftBytes }: Body, blockBytes: number, missingBytes: number): number {
	if (skipBytes > 0) return Math.min(skipBytes, blockBytes);
	// Where only its end tells how long a body is, one byte is asked for that must not be there.
	return Math.max(1, Math.min(missingBytes, leftBytes));
}
