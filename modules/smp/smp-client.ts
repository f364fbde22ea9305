import type { Clock } from "../io/clock.js";
import type { Serial, SerialConstructor } from "../io/serial.js";
import { type CborMap, decodeCbor } from "./cbor-reader.js";
import { consoleLines } from "./console-frames.js";
import { ConsoleReader, type FrameTrouble } from "./console-reader.js";
import { HEADER_BYTES, readHeader, writeHeader } from "./packet.js";
import { type Refusal, refusalOf } from "./refusals.js";
import type { SmpRequest } from "./requests.js";
import { SMP_LIMITS, type SmpLimits } from "./smp-limits.js";

/** The Serial's constructor, and whatever else it wants: port, pins, baud. */
export interface SmpSerialOptions {
	io: SerialConstructor;
	[option: string]: unknown;
}

/** What became of a request. */
export type SmpOutcome =
	| { result: "ok"; answer: CborMap }
	/** The server said no. */
	| { result: "refused"; refusal: Refusal }
	/** Not one sending was answered. */
	| { result: "timeout" }
	/** The port did not open, broke, or was closed. */
	| { result: "gone"; reason: string };

export interface SendOptions {
	/** Default: the limit of the same name. */
	answerMs?: number | undefined;
	/** Default: the limit of the same name. 1 for what must not happen twice. */
	tries?: number | undefined;
	/** Called once, never from within send(). */
	done(outcome: SmpOutcome): void;
}

/** What was dropped on the way; the client goes on by itself. */
export type SmpTrouble = FrameTrouble | "no-packet" | "late-answer" | "not-cbor";

export interface SmpClientOptions {
	serial: SmpSerialOptions;
	clock: Clock;
	limits?: Partial<SmpLimits> | undefined;
	/** Sequence number of the first request. */
	firstSequence?: number | undefined;
	onTrouble?: ((trouble: SmpTrouble) => void) | undefined;
}

/** A request was sent while another one was under way. */
export class SmpBusyError extends Error {
	override name = "SmpBusyError";
}

interface Job {
	request: SmpRequest;
	sequence: number;
	answerMs: number;
	triesLeft: number;
	done(outcome: SmpOutcome): void;
}

/**
 * The client of the Simple Management Protocol over a serial console, one request at a time. A request that is sent again
 * keeps its sequence number, so that a late answer to its first sending is taken for what it is; an answer to an earlier
 * request is dropped. The port opens with the first request, and again with the next one after it broke.
 */
export class SmpClient {
	readonly #options: SmpClientOptions;
	readonly #clock: Clock;
	readonly #limits: SmpLimits;
	readonly #reader: ConsoleReader;
	#serial: Serial | undefined;
	#nextSequence: number;
	#job: Job | undefined;
	#timer: unknown;
	#lineTimer: unknown;

	constructor(options: SmpClientOptions) {
		this.#options = options;
		this.#clock = options.clock;
		this.#limits = { ...SMP_LIMITS, ...options.limits };
		this.#nextSequence = (options.firstSequence ?? 0) & 0xff;
		this.#reader = new ConsoleReader({
			packetBytesMax: this.#limits.answerBytes,
			onPacket: (packet) => this.#receive(packet),
			onTrouble: (trouble) => options.onTrouble?.(trouble),
		});
	}

	/** Throws SmpBusyError where a request is under way. */
	send(request: SmpRequest, { answerMs, tries, done }: SendOptions): void {
		if (this.#job) throw new SmpBusyError("Expected one request at a time, got one more");
		const sequence = this.#nextSequence;
		this.#nextSequence = (sequence + 1) & 0xff;
		writeHeader(request.packet, { ...request, sequence });
		this.#job = {
			request,
			sequence,
			answerMs: answerMs ?? this.#limits.answerMs,
			triesLeft: tries ?? this.#limits.tries,
			done,
		};
		this.#transmit(this.#job);
	}

	/** Ends what is under way; its `done` is not called any more. */
	cancel(): void {
		this.#job = undefined;
		this.#clock.clearTimeout(this.#timer);
		this.#clock.clearTimeout(this.#lineTimer);
	}

	/** Like `cancel`, and releases the port. The next request opens it again. */
	close(): void {
		this.cancel();
		this.#closeSerial();
	}

	#transmit(job: Job): void {
		job.triesLeft--;
		this.#timer = this.#clock.setTimeout(() => this.#timedOut(job), job.answerMs);
		try {
			this.#serial ??= this.#open();
			this.#writeLines(job, consoleLines(job.request.packet), 0);
		} catch (error) {
			this.#fail(error instanceof Error ? error.message : String(error));
		}
	}

	#writeLines(job: Job, lines: readonly Uint8Array<ArrayBuffer>[], from: number): void {
		if (this.#job !== job) return;
		for (let i = from; i < lines.length; i++) {
			this.#serial?.write((lines[i] as Uint8Array<ArrayBuffer>).buffer);
			if (this.#limits.linePauseMs === 0 || i + 1 === lines.length) continue;
			this.#lineTimer = this.#clock.setTimeout(() => {
				try {
					this.#writeLines(job, lines, i + 1);
				} catch (error) {
					this.#fail(error instanceof Error ? error.message : String(error));
				}
			}, this.#limits.linePauseMs);
			return;
		}
	}

	#timedOut(job: Job): void {
		if (this.#job !== job) return;
		this.#clock.clearTimeout(this.#lineTimer);
		if (job.triesLeft > 0) this.#transmit(job);
		else this.#finish({ result: "timeout" });
	}

	#receive(packet: Uint8Array): void {
		const job = this.#job;
		const header = readHeader(packet);
		if (!header) return this.#options.onTrouble?.("no-packet");
		const { request, sequence } = job ?? {};
		if (
			!request ||
			header.sequence !== sequence ||
			header.operation !== request.operation + 1 ||
			header.group !== request.group ||
			header.id !== request.id
		)
			return this.#options.onTrouble?.("late-answer");
		let answer: unknown;
		try {
			answer = decodeCbor(packet.subarray(HEADER_BYTES));
		} catch {
			answer = undefined;
		}
		if (!(answer instanceof Map)) return this.#options.onTrouble?.("not-cbor");
		const refusal = refusalOf(answer as CborMap);
		this.#finish(refusal ? { result: "refused", refusal } : { result: "ok", answer: answer as CborMap });
	}

	#finish(outcome: SmpOutcome): void {
		const job = this.#job;
		this.cancel();
		job?.done(outcome);
	}

	/** The port is gone: told later where that was found out within send(). */
	#fail(reason: string): void {
		this.#closeSerial();
		const job = this.#job;
		if (!job) return;
		this.#clock.clearTimeout(this.#timer);
		this.#clock.clearTimeout(this.#lineTimer);
		this.#timer = this.#clock.setTimeout(() => {
			if (this.#job === job) this.#finish({ result: "gone", reason });
		}, 0);
	}

	#open(): Serial {
		this.#reader.reset();
		const { io: Io, ...port } = this.#options.serial;
		let opened: Serial | undefined;
		opened = new Io({
			...port,
			format: "buffer",
			onReadable: (bytes) => {
				if (opened !== undefined && this.#serial === opened) this.#receiveBytes(bytes);
			},
			onError: (reason) => {
				if (this.#serial === undefined || this.#serial === opened) this.#fail(reason);
			},
		});
		return opened;
	}

	/** A port in buffer format gives all bytes at once, one in number format a byte a read. */
	#receiveBytes(bytes: number): void {
		for (let left = bytes; left > 0; left--) {
			const chunk = this.#read();
			if (typeof chunk === "object") return this.#reader.feed(new Uint8Array(chunk));
			if (chunk === undefined) return;
			this.#reader.feedByte(chunk);
		}
	}

	#read(): ArrayBuffer | number | undefined {
		try {
			return this.#serial?.read();
		} catch (error) {
			this.#fail(error instanceof Error ? error.message : String(error));
			return undefined;
		}
	}

	#closeSerial(): void {
		const serial = this.#serial;
		this.#serial = undefined;
		try {
			serial?.close();
		} catch {
			// Nothing is left to be closed of a port that is gone.
		}
	}
}
