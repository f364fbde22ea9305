import type { Clock } from "../io/clock.js";
import type { Serial, SerialConstructor } from "../io/serial.js";
import { bytesFromAscii } from "../storage/bytes.js";
import type { Answer } from "./answer.js";
import { ChannelClosedError, CommandError, QueueFullError } from "./channel-errors.js";
import { CHANNEL_LIMITS, type ChannelLimits } from "./channel-limits.js";
import { type FinalResult, parseFinalResult } from "./final-result.js";
import { informationPrefix } from "./information-prefix.js";
import { LineReader } from "./line-reader.js";
import type { SyncQuery } from "./sync-query.js";
import { SyncRotation } from "./sync-rotation.js";
import type { Transfer, TransferOptions } from "./transfer.js";
import { TransferReader } from "./transfer-reader.js";

export type { Answer } from "./answer.js";

/** The Serial's constructor, and whatever else it wants: port, pins, baud. */
export interface SerialOptions {
	io: SerialConstructor;
	[option: string]: unknown;
}

export interface SendOptions {
	/** Without its CR. */
	command: string;
	/** From the sending to the final result. The wait for a turn, and for the channel's place, is not in it. */
	timeoutMs: number;
	/** Which lines are the answer's. Default: those with the command's own prefix, see informationPrefix. */
	expect?(line: string): boolean;
	/** Asked just before the first byte is sent; false withdraws the command. */
	mayStart?(): boolean;
	/** Called exactly once, never from within send(). */
	done(answer: Answer): void;
}

export interface WakeOptions {
	/** Default: the limit of the same name. */
	everyMs?: number;
	/**
	 * `ok`: the modem answers and the channel knows its place; `told` is how it found it. Not called after the wake was
	 * cancelled.
	 */
	done(result: "ok" | "gone", told?: SyncAnswer): void;
}

/** A sync query that was answered, with its own information line. */
export interface SyncAnswer {
	command: string;
	line: string;
}

/** What a Channel has to tell about the line; it goes on by itself. */
export type Trouble =
	| { kind: "overlong-line" }
	| { kind: "too-many-lines"; command: string }
	| { kind: "late-answer"; line: string }
	| { kind: "out-of-sync"; command: string };

export interface ChannelOptions {
	serial: SerialOptions;
	clock: Clock;
	/** What the channel may ask to find its place again, see SyncQuery. */
	syncQueries: readonly SyncQuery[];
	/** True for an unsolicited line that a modem sends when it has started. */
	isRestart?(line: string): boolean;
	/** Every line that belongs to no command: unsolicited results, debug text. */
	onLine(line: string): void;
	/** The modem echoed a command. */
	onEcho?(command: string): void;
	onTrouble?(trouble: Trouble): void;
	/** The port threw or reported an error; called once. All commands have been told `gone` before. */
	onGone(reason: string): void;
	onTraffic?(direction: "sent" | "received", line: string): void;
	limits?: Partial<ChannelLimits>;
}

interface CommandJob {
	kind: "command";
	command: string;
	timeoutMs: number;
	belongs(line: string): boolean;
	mayStart(): boolean;
	done(answer: Answer): void;
}

interface WakeJob {
	kind: "wake";
	everyMs: number;
	done(result: "ok" | "gone", told?: SyncAnswer): void;
}

interface TransferJob {
	kind: "transfer";
	command: string;
	mayStart(): boolean;
	onStart(): void;
	onBytes(bytes: Uint8Array): void;
	onRestart(): void;
	done(answer: Answer): void;
}

type Job = CommandJob | WakeJob | TransferJob;

/** What takes the port's bytes: lines always, or raw bytes beside them. */
interface ByteSink {
	feed(bytes: Uint8Array): void;
	feedByte(byte: number): void;
}

/**
 * `waking`: `AT` until anything answers. `identifying`: a sync query is out. `answering`: the job's own command is out.
 * `transferring`: it is out, and raw bytes follow.
 */
type Step =
	| { name: "idle" }
	| { name: "waking" }
	| { name: "identifying"; query: SyncQuery; sentAtMs: number; ownLine: string | undefined }
	| { name: "answering"; job: CommandJob; sentAtMs: number; lines: string[]; full: boolean }
	| { name: "transferring"; job: TransferJob; reader: TransferReader };

const IDLE: Step = Object.freeze({ name: "idle" });
const CR = "\r";
const NAK = 0x15;
const CAN = 0x18;

/**
 * AT commands over an ECMA-419 Serial, one at a time, each with its own deadline.
 *
 * A modem answers in order, but late, twice or never, and `OK` does not say to what. So a channel either knows its
 * place (all that was sent has been answered) or it does not: at its start, after a timeout, a restart or an answer
 * nobody asked for. Then, before the next command, it sends `AT` until any final result comes, and after that an
 * identity query. Only a final result after that query's own line counts, for only then all that was sent before has
 * been answered or lost; any other final result is a late one and is dropped.
 */
export class Channel {
	readonly #clock: Clock;
	readonly #limits: ChannelLimits;
	readonly #options: ChannelOptions;
	readonly #rotation: SyncRotation;
	readonly #queue: Job[] = [];
	readonly #echoes: string[] = [];
	readonly #reader: LineReader;
	/** Puts another taker of the port's bytes in place. */
	readonly #divert: (sink: ByteSink) => void;
	#serial: Serial | undefined;
	#closed = false;
	#goneReason: string | undefined;
	#goneTold = false;
	#synchronised = false;
	/** Commands sent since the channel last knew its place, less the final results that came. */
	#unanswered = 0;
	#job: Job | undefined;
	#step: Step = IDLE;
	#stepTimer: unknown;
	#syncWaitTimer: unknown;
	#flushTimer: unknown;
	/** A modem that is being woken asked for the next block of a file. */
	#awaitsFile = false;

	/** Opens the port and sends nothing. Throws what the Serial's constructor throws. */
	constructor(options: ChannelOptions) {
		this.#options = options;
		this.#clock = options.clock;
		this.#limits = { ...CHANNEL_LIMITS, ...options.limits };
		this.#rotation = new SyncRotation(options.syncQueries, this.#limits.lateAnswerMs);
		const reader = new LineReader({
			lineBytesMax: this.#limits.lineBytes,
			onLine: (line) => this.#receiveLine(line),
			onOverlong: () => this.#trouble({ kind: "overlong-line" }),
			onControl: (byte) => {
				if (byte === NAK && this.#step.name === "waking") this.#awaitsFile = true;
			},
		});
		this.#reader = reader;
		let sink: ByteSink = reader;
		this.#divert = (next) => {
			sink = next;
		};
		const { io: Io, ...port } = options.serial;
		this.#serial = new Io({
			...port,
			format: "buffer",
			onReadable: (bytes) => {
				let chunk: ArrayBuffer | number | undefined;
				try {
					chunk = this.#serial?.read();
				} catch (error) {
					this.#fail(messageOf(error));
					return;
				}
				if (typeof chunk === "object") {
					const piece = new Uint8Array(chunk);
					if (piece.length === 1) sink.feedByte(piece[0] as number);
					else sink.feed(piece);
				} else if (chunk !== undefined) {
					sink.feedByte(chunk);
					this.#receiveNumbers(bytes - 1, sink);
				}
			},
			onError: (reason) => this.#fail(reason),
		});
	}

	/**
	 * Queues a command. Throws CommandError, QueueFullError or, after close(), ChannelClosedError.
	 * Do not send a command whose answer looks like an unsolicited line, as `AT+WDSI?` does.
	 */
	send({ command, timeoutMs, expect, mayStart, done }: SendOptions): void {
		this.#check(command);
		const prefix = informationPrefix(command);
		this.#enqueue({
			kind: "command",
			command,
			timeoutMs,
			belongs: expect ?? ((line) => prefix !== undefined && line.startsWith(prefix)),
			mayStart: mayStart ?? (() => true),
			done,
		});
	}

	/**
	 * Sends `AT`, at its turn at once and then again and again, until the modem answers, and finds its place. Goes on
	 * until then, or until the function it returns is called: deadlines are the caller's. Throws as send() does.
	 */
	wake({ everyMs = this.#limits.wakeEveryMs, done }: WakeOptions): () => void {
		const job: WakeJob = { kind: "wake", everyMs, done };
		this.#enqueue(job);
		return () => {
			const index = this.#queue.indexOf(job);
			if (index >= 0) this.#queue.splice(index, 1);
			if (this.#job !== job) return;
			this.#endStep();
			this.#job = undefined;
			this.#start();
		};
	}

	/**
	 * Sends a command at its turn, and from then on raw bytes, until the modem's final result or until end(). Lines that
	 * come in between are delivered as ever. Everything else waits meanwhile: deadlines are the caller's. Throws as send() does.
	 */
	transfer({ command, mayStart, onStart, onBytes, onRestart, done }: TransferOptions): Transfer {
		this.#check(command);
		const job: TransferJob = {
			kind: "transfer",
			command,
			mayStart: mayStart ?? (() => true),
			onStart,
			onBytes,
			onRestart,
			done,
		};
		this.#enqueue(job);
		return {
			write: (bytes) => this.#transmitRaw(job, bytes),
			end: () => {
				const index = this.#queue.indexOf(job);
				if (index >= 0) this.#queue.splice(index, 1);
				if (this.#job !== job) return;
				this.#clock.clearTimeout(this.#syncWaitTimer);
				this.#endStep();
				this.#job = undefined;
				this.#start();
			},
		};
	}

	/** Ends all that runs or waits with `gone`, and releases the port. Nothing is called back afterwards. May be called twice. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#endStep();
		this.#clock.clearTimeout(this.#syncWaitTimer);
		this.#clock.clearTimeout(this.#flushTimer);
		this.#closeSerial();
		this.#tellGone();
	}

	#check(command: string): void {
		if (!/^AT[\x20-\x7e]*$/.test(command) || command.length > this.#limits.commandBytes)
			throw new CommandError(
				`Expected \`command\` to be AT and printable ASCII of at most ${this.#limits.commandBytes} bytes, got ${JSON.stringify(command.slice(0, this.#limits.commandBytes))}`,
			);
	}

	#enqueue(job: Job): void {
		if (this.#closed) throw new ChannelClosedError("Expected an open channel, got one after its close()");
		if (this.#queue.length >= this.#limits.queueJobs)
			throw new QueueFullError(
				`Expected at most ${this.#limits.queueJobs} jobs in the queue, got one more: ${nameOf(job)}`,
			);
		this.#queue.push(job);
		if (this.#goneReason === undefined) this.#start();
		else this.#flushSoon();
	}

	/** Takes the next job where none runs. */
	#start(): void {
		if (this.#job || this.#closed || this.#goneReason !== undefined) return;
		const job = this.#queue.shift();
		if (!job) return;
		this.#job = job;
		if (job.kind === "wake") {
			// An earlier answer proves nothing about now.
			this.#synchronised = false;
			this.#wakeUp();
		} else if (this.#synchronised) {
			this.#transmitJob(job);
		} else {
			this.#syncWaitTimer = this.#clock.setTimeout(() => {
				this.#endStep();
				this.#finish(job, { result: "timeout", sent: false, lines: [] });
			}, this.#limits.syncWaitMs);
			this.#wakeUp();
		}
	}

	#wakeUp(): void {
		// A modem that was left in the middle of a file takes commands for its bytes, until it is told that none come.
		if (this.#awaitsFile && !this.#write(new Uint8Array([CAN, CAN]).buffer)) return;
		this.#awaitsFile = false;
		if (!this.#transmit("AT")) return;
		this.#step = { name: "waking" };
		const everyMs = this.#job?.kind === "wake" ? this.#job.everyMs : this.#limits.wakeEveryMs;
		this.#setStepTimer(() => this.#wakeUp(), everyMs);
	}

	#identify(): void {
		const query = this.#rotation.next(this.#clock.now());
		// With every query out, `AT` goes on until one of them cannot be answered late any more.
		if (!query) return;
		if (!this.#transmit(query.command)) return;
		this.#step = { name: "identifying", query, sentAtMs: this.#clock.now(), ownLine: undefined };
		this.#setStepTimer(() => {
			this.#endStep();
			this.#wakeUp();
		}, this.#limits.syncQueryMs);
	}

	/**
	 * All that was sent has a final result, and the last one was an error: the query was refused, most probably. But
	 * where one final result too many came, the query's own answer is still to come; so it is given a little time.
	 */
	#expectRefusal(query: SyncQuery): void {
		this.#setStepTimer(() => {
			this.#step = IDLE;
			this.#rotation.refused(query);
			this.#wakeUp();
		}, this.#limits.refusalMs);
	}

	#foundPlace(query: SyncQuery, line: string): void {
		this.#clock.clearTimeout(this.#stepTimer);
		this.#clock.clearTimeout(this.#syncWaitTimer);
		this.#rotation.answered(query);
		this.#synchronised = true;
		this.#unanswered = 0;
		this.#step = IDLE;
		const job = this.#job as Job;
		if (job.kind === "wake") {
			this.#job = undefined;
			job.done("ok", { command: query.command, line });
			this.#start();
		} else {
			this.#transmitJob(job);
		}
	}

	#transmitJob(job: CommandJob | TransferJob): void {
		if (!job.mayStart()) {
			// Told on a later turn, for send() may be what brought us here.
			this.#setStepTimer(() => this.#finish(job, { result: "withdrawn", sent: false, lines: [] }), 0);
			return;
		}
		// mayStart may have closed the channel.
		if (this.#closed || !this.#transmit(job.command)) return;
		if (job.kind === "transfer") {
			this.#clock.clearTimeout(this.#stepTimer);
			const reader = new TransferReader({
				lines: this.#reader,
				onBytes: (bytes) => this.#receiveRaw(job, bytes),
			});
			this.#step = { name: "transferring", job, reader };
			this.#divert(reader);
			job.onStart();
			return;
		}
		const step: Step = { name: "answering", job, sentAtMs: this.#clock.now(), lines: [], full: false };
		this.#step = step;
		this.#setStepTimer(() => this.#commandTimedOut(job, step.lines), job.timeoutMs);
	}

	#commandTimedOut(job: CommandJob, lines: readonly string[]): void {
		this.#endStep();
		this.#trouble({ kind: "out-of-sync", command: job.command });
		this.#finish(job, { result: "timeout", sent: true, lines });
	}

	#receiveRaw(job: TransferJob, bytes: Uint8Array): void {
		if (this.#job === job && this.#step.name === "transferring") job.onBytes(bytes);
	}

	#transmitRaw(job: TransferJob, bytes: ArrayBuffer): void {
		const step = this.#step;
		if (step.name !== "transferring" || step.job !== job) return;
		this.#readAhead(step.reader);
		if (this.#step === step) this.#write(bytes);
	}

	/** What has arrived already; nothing where the reader is in the middle of a piece, for then it was all read. */
	#readAhead(reader: TransferReader): void {
		if (reader.busy) return;
		const chunk = this.#read();
		if (typeof chunk === "object") reader.feed(new Uint8Array(chunk));
		else if (chunk !== undefined) reader.feedByte(chunk);
	}

	#finish(job: CommandJob | TransferJob, answer: Answer): void {
		if (this.#job !== job) return;
		this.#job = undefined;
		job.done(answer);
		this.#start();
	}

	/** Leaves the step; what it sent and has no answer to puts the channel out of its place. */
	#endStep(): void {
		const step = this.#step;
		this.#step = IDLE;
		this.#clock.clearTimeout(this.#stepTimer);
		if (step.name === "idle") return;
		this.#synchronised = false;
		if (step.name === "transferring") this.#divert(this.#reader);
		if (step.name === "identifying") this.#rotation.unanswered(step.query.command, step.sentAtMs);
		if (step.name === "answering") this.#rotation.unanswered(step.job.command, step.sentAtMs);
	}

	/** A port in number format gives one byte a read; one in buffer format gives all of them at once. */
	#receiveNumbers(count: number, sink: ByteSink): void {
		for (let left = count; left > 0; left--) {
			const byte = this.#read();
			if (typeof byte !== "number") return;
			sink.feedByte(byte);
		}
	}

	#read(): ArrayBuffer | number | undefined {
		try {
			return this.#serial?.read();
		} catch (error) {
			this.#fail(messageOf(error));
			return undefined;
		}
	}

	#receiveLine(line: string): void {
		// The rest of a piece in which something made an end of the port.
		if (!this.#serial) return;
		const options = this.#options;
		if (options.onTraffic) {
			options.onTraffic("received", line);
			if (!this.#serial) return;
		}
		// What comes in floods begins with a plus sign and is neither echo nor final result.
		if (!line.startsWith("+") || line.startsWith("+CM")) {
			if (this.#echoes.includes(line)) {
				options.onEcho?.(line);
				return;
			}
			const final = parseFinalResult(line);
			if (final) {
				this.#receiveFinal(final, line);
				return;
			}
		}
		if (this.#step !== IDLE && this.#receiveInformation(line)) return;
		if (options.isRestart?.(line)) this.#noticeRestart();
		options.onLine(line);
	}

	#receiveFinal(final: FinalResult, line: string): void {
		this.#unanswered = Math.max(0, this.#unanswered - 1);
		const step = this.#step;
		switch (step.name) {
			case "idle":
				// Nobody asked. Whatever it belongs to, there may be more of it.
				this.#synchronised = false;
				this.#trouble({ kind: "late-answer", line });
				break;
			case "waking":
				this.#identify();
				break;
			case "identifying":
				if (step.ownLine !== undefined && final.result === "ok") {
					this.#foundPlace(step.query, step.ownLine);
				} else {
					this.#trouble({ kind: "late-answer", line });
					if (final.result === "error" && this.#unanswered === 0) this.#expectRefusal(step.query);
				}
				break;
			case "answering":
				this.#clock.clearTimeout(this.#stepTimer);
				this.#step = IDLE;
				this.#finish(step.job, { ...final, sent: true, lines: step.lines });
				break;
			case "transferring":
				// What is still on its way out when a transfer fails, the modem takes for the beginning of a command.
				this.#endStep();
				this.#synchronised = final.result === "ok";
				this.#finish(step.job, { ...final, sent: true, lines: [] });
				break;
		}
	}

	/** True where the line belongs to what is out. */
	#receiveInformation(line: string): boolean {
		const step = this.#step;
		if (step.name === "identifying" && step.ownLine === undefined && step.query.isOwnLine(line)) {
			step.ownLine = line;
			return true;
		}
		if (step.name !== "answering" || !step.job.belongs(line)) return false;
		if (step.lines.length < this.#limits.answerLines) {
			step.lines.push(line);
		} else if (!step.full) {
			step.full = true;
			this.#trouble({ kind: "too-many-lines", command: step.job.command });
		}
		return true;
	}

	/**
	 * A modem that starts may lose the first commands; and the one that is out it has most probably forgotten. Not surely:
	 * `+WDSI: 0` also comes without a restart. So the command is left some time.
	 */
	#noticeRestart(): void {
		this.#synchronised = false;
		const step = this.#step;
		if (step.name === "transferring") step.job.onRestart();
		if (step.name !== "answering") return;
		const graceMs = this.#limits.restartGraceMs;
		const leftMs = step.sentAtMs + step.job.timeoutMs - this.#clock.now();
		if (leftMs > graceMs) this.#setStepTimer(() => this.#commandTimedOut(step.job, step.lines), graceMs);
	}

	/** False where the port is gone. */
	#transmit(command: string): boolean {
		if (!this.#echoes.includes(command)) {
			if (this.#echoes.length === this.#limits.echoes) this.#echoes.shift();
			this.#echoes.push(command);
		}
		if (!this.#write(bytesFromAscii(command + CR).buffer)) return false;
		this.#unanswered++;
		this.#options.onTraffic?.("sent", command);
		return !this.#closed;
	}

	/** False where the port is gone. */
	#write(bytes: ArrayBuffer): boolean {
		try {
			this.#serial?.write(bytes);
		} catch (error) {
			this.#fail(messageOf(error));
			return false;
		}
		return true;
	}

	#setStepTimer(callback: () => void, delayMs: number): void {
		this.#clock.clearTimeout(this.#stepTimer);
		this.#stepTimer = this.#clock.setTimeout(callback, delayMs);
	}

	#trouble(trouble: Trouble): void {
		if (!this.#closed) this.#options.onTrouble?.(trouble);
	}

	/** The port is gone. Everybody is told on a later turn, for any call may be what found it out. */
	#fail(reason: string): void {
		if (this.#closed || this.#goneReason !== undefined) return;
		this.#goneReason = reason;
		this.#clock.clearTimeout(this.#stepTimer);
		this.#clock.clearTimeout(this.#syncWaitTimer);
		this.#closeSerial();
		this.#flushSoon();
	}

	#flushSoon(): void {
		this.#clock.clearTimeout(this.#flushTimer);
		this.#flushTimer = this.#clock.setTimeout(() => {
			// A constructor that reports an error gives its port only afterwards.
			this.#closeSerial();
			this.#tellGone();
			if (this.#closed || this.#goneTold) return;
			this.#goneTold = true;
			this.#options.onGone(this.#goneReason as string);
		}, 0);
	}

	#tellGone(): void {
		const step = this.#step;
		this.#step = IDLE;
		const jobs = this.#queue.splice(0);
		if (this.#job) jobs.unshift(this.#job);
		this.#job = undefined;
		for (const job of jobs) {
			if (job.kind === "wake") {
				job.done("gone");
			} else {
				const sent = (step.name === "answering" || step.name === "transferring") && step.job === job;
				job.done({ result: "gone", sent, lines: step.name === "answering" && sent ? step.lines : [] });
			}
		}
	}

	#closeSerial(): void {
		const serial = this.#serial;
		this.#serial = undefined;
		try {
			serial?.close();
		} catch {
			// A port that is gone may not even close; nothing is left to be done with it.
		}
	}
}

function nameOf(job: Job): string {
	return job.kind === "wake" ? "a wake" : job.command;
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
