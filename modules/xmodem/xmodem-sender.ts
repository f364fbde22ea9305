import type { Clock } from "../io/clock.js";
import { crc16 } from "../storage/crc16.js";
import { checksum } from "./checksum.js";
import { ACK, CAN, CRC_REQUEST, EOT, HEADERS, NAK, PAD, type XmodemBlockBytes } from "./control-bytes.js";
import { XmodemError, type XmodemReason } from "./xmodem-error.js";
import { XMODEM_LIMITS, type XmodemLimits } from "./xmodem-limits.js";
import { XmodemUsageError } from "./xmodem-usage-error.js";

/** Undefined: done. Never called from within the call. */
export type XmodemDone = (error: XmodemError | undefined) => void;

export interface XmodemSenderOptions {
	clock: Clock;
	blockBytes: XmodemBlockBytes;
	/**
	 * Sends bytes. The buffer is used again for the next block, once this one is acknowledged. It may give out, by
	 * receive(), what has arrived already; that is then no answer to these bytes.
	 */
	transmit(bytes: ArrayBuffer): void;
	/**
	 * The line's rate, 8N1, in bit/s: an acknowledgement that comes before a block can have arrived is an earlier one's.
	 * Undefined: not known, and then an earlier one that comes after the block is begun cannot be told apart.
	 */
	baud?: number | undefined;
	/** It failed between two calls; the next one is told as well. */
	onFailure?(error: XmodemError): void;
	limits?: Partial<XmodemLimits>;
}

const HEADER_BYTES = 3;
const BITS_PER_BYTE = 10;
/** Two UARTs may be so far apart in their rates. */
const RATE_TOLERANCE = 0.95;

/**
 * `starting`: the receiver has asked for nothing yet. `between`: nothing is out. `out`: a block or the end is.
 * `settling`: it was acknowledged, perhaps not for the last time.
 */
type Step = "new" | "starting" | "between" | "out" | "settling" | "over";

/**
 * Sends a file by XMODEM or XMODEM-1K. The receiver chooses: NAK for 8-bit checksums, `C` for CRC-16. It is a pump:
 * whoever has the bytes calls start(), then write() for each block, the next one only when the last one is acknowledged,
 * then finish(). Memory is one frame, whatever the file.
 *
 * The last block is filled with 0x1A; a file that ends with a block has no other after it.
 */
export class XmodemSender {
	readonly #options: XmodemSenderOptions;
	readonly #clock: Clock;
	readonly #limits: XmodemLimits;
	#step: Step = "new";
	#useCrc = false;
	/** What is out: the block, or the end. */
	#frame: Uint8Array<ArrayBuffer>;
	#blocks = 0;
	#ending = false;
	#tries = 0;
	/** It was answered, if not well. */
	#answered = false;
	#sentAtMs = 0;
	/** What arrives now is older than what is being sent. */
	#sending = false;
	/** The byte before was a CAN. */
	#cancelHeard = false;
	#done: XmodemDone | undefined;
	#failure: XmodemError | undefined;
	/** Of an answer, or of the quiet before or after one. */
	#timer: unknown;
	/** Of a step as a whole. */
	#stepTimer: unknown;
	#totalTimer: unknown;

	constructor(options: XmodemSenderOptions) {
		this.#options = options;
		this.#clock = options.clock;
		this.#limits = { ...XMODEM_LIMITS, ...options.limits };
		this.#frame = new Uint8Array(HEADER_BYTES + options.blockBytes + 1);
	}

	/** A block was sent. */
	get begun(): boolean {
		return this.#blocks > 0;
	}

	/** Waits for the receiver's first request. Throws XmodemUsageError. */
	start(done: XmodemDone): void {
		if (this.#step !== "new")
			throw new XmodemUsageError("Expected one start(), got another: a file has a sender of its own");
		this.#step = "starting";
		this.#done = done;
		const { startMs, totalMs } = this.#limits;
		this.#stepTimer = this.#clock.setTimeout(
			() => this.#giveUp("no-start", `Expected a request for the first block within ${startMs} ms, got none`),
			startMs,
		);
		this.#totalTimer = this.#clock.setTimeout(
			() =>
				this.#giveUp(
					"deadline",
					`Expected the whole file to arrive within ${totalMs} ms, got ${this.#place()}`,
				),
			totalMs,
		);
	}

	/** One block; only the last one may be shorter than `blockBytes`. Throws XmodemUsageError. */
	write(block: Uint8Array, done: XmodemDone): void {
		const { blockBytes } = this.#options;
		if (block.length === 0 || block.length > blockBytes)
			throw new XmodemUsageError(`Expected a block of 1 to ${blockBytes} bytes, got ${block.length}`);
		if (!this.#begin(done)) return;
		const frame = this.#frame;
		frame.set(block, HEADER_BYTES);
		frame.fill(PAD, HEADER_BYTES + block.length, HEADER_BYTES + blockBytes);
		this.#blocks++;
		frame[0] = HEADERS[blockBytes];
		frame[1] = this.#blocks;
		frame[2] = ~this.#blocks;
		this.#seal();
		this.#sendFirst();
	}

	/** The file is whole. Throws XmodemUsageError. */
	finish(done: XmodemDone): void {
		if (!this.#begin(done)) return;
		this.#ending = true;
		this.#frame = new Uint8Array([EOT]);
		this.#sendFirst();
	}

	/** Bytes of the receiver, as they arrive together. What comes with an acknowledgement, and after it, is dropped. */
	receive(bytes: Uint8Array): void {
		const count = bytes.length;
		for (let i = 0; i < count; i++) if (this.#take(bytes[i] as number)) return;
	}

	/** The receiver has said in its own words that the file is whole. */
	confirm(): void {
		if (this.#ending && (this.#step === "out" || this.#step === "settling")) this.#succeed();
		else
			this.#fail(
				new XmodemError(
					"refused",
					`Expected the receiver to take all of the file, it ended after ${this.#place()}`,
				),
			);
	}

	/** The receiver has said in its own words that it wants no more, or the line to it is gone; nothing more is sent. */
	refuse(reason: string): void {
		this.#fail(new XmodemError("refused", `${reason}, after ${this.#place()}`));
	}

	/**
	 * The receiver may have started anew. Until it is heard again nothing is sent again unasked, for it would be taken for
	 * something else than a file.
	 */
	doubt(): void {
		if (this.#step !== "out") return;
		const { answerMs } = this.#limits;
		this.#clock.clearTimeout(this.#timer);
		this.#timer = this.#clock.setTimeout(
			() =>
				this.#giveUp(
					"no-answer",
					`Expected an answer within ${answerMs} ms of what looked like a restart, got none for ${this.#place()}`,
				),
			answerMs,
		);
	}

	/** Ends the transfer at once, by CAN CAN where one runs; `done` is not called any more. May be called twice. */
	cancel(): void {
		const runs = this.#step !== "new" && this.#step !== "over";
		this.#done = undefined;
		this.#end();
		if (runs) this.#transmitCancel();
	}

	/** True where a block or the end can be sent now; what failed since the last call is told instead, a little later. */
	#begin(done: XmodemDone): boolean {
		const failure = this.#failure;
		if (failure) {
			this.#clock.setTimeout(() => done(failure), 0);
			return false;
		}
		if (this.#step !== "between" || this.#ending)
			throw new XmodemUsageError(
				`Expected one call at a time between start() and finish(), got one more while ${this.#step}`,
			);
		this.#done = done;
		return true;
	}

	#seal(): void {
		const { blockBytes } = this.#options;
		const end = HEADER_BYTES + blockBytes;
		const checkBytes = this.#useCrc ? 2 : 1;
		if (this.#frame.length !== end + checkBytes) {
			const frame = new Uint8Array(end + checkBytes);
			frame.set(this.#frame.subarray(0, end));
			this.#frame = frame;
		}
		const data = this.#frame.subarray(HEADER_BYTES, end);
		if (this.#useCrc) {
			const crc = crc16(data);
			this.#frame[end] = crc >>> 8;
			this.#frame[end + 1] = crc;
		} else {
			this.#frame[end] = checksum(data);
		}
	}

	#sendFirst(): void {
		this.#tries = 0;
		this.#answered = false;
		const { blockMs } = this.#limits;
		this.#clock.clearTimeout(this.#stepTimer);
		this.#stepTimer = this.#clock.setTimeout(() => {
			const [reason, got] = this.#answered
				? (["deadline", "rejections"] as const)
				: (["no-answer", "silence"] as const);
			this.#giveUp(
				reason,
				`Expected an acknowledgement within ${blockMs} ms, got ${got} for ${this.#place()}`,
			);
		}, blockMs);
		this.#send();
	}

	#send(): void {
		this.#tries++;
		this.#clock.clearTimeout(this.#timer);
		this.#sending = true;
		this.#step = "out";
		this.#options.transmit(this.#frame.buffer);
		this.#sending = false;
		// What had arrived already may have ended it.
		if (this.#step !== "out") return;
		this.#sentAtMs = this.#clock.now();
		this.#timer = this.#clock.setTimeout(
			() => this.#sendAgain("no-answer"),
			this.#frameMs() + this.#limits.answerMs,
		);
	}

	#sendAgain(reason: "no-answer" | "rejected"): void {
		if (this.#tries < this.#limits.triesMax) {
			this.#send();
			return;
		}
		const what = reason === "rejected" ? "rejections" : "silence";
		this.#giveUp(
			reason,
			`Expected an acknowledgement in ${this.#tries} tries, got ${what} for ${this.#place()}`,
		);
	}

	/** True where the rest of what arrived with the byte means nothing any more. */
	#take(byte: number): boolean {
		if (this.#step === "new" || this.#step === "over") return true;
		// One CAN alone may be noise; two of them side by side are hardly.
		if (byte === CAN) {
			if (this.#cancelHeard) {
				this.#fail(new XmodemError("cancelled", `The receiver cancelled the transfer at ${this.#place()}`));
				return true;
			}
			this.#cancelHeard = true;
			return false;
		}
		this.#cancelHeard = false;
		if (this.#sending) return false;
		switch (this.#step) {
			case "starting":
				if (byte !== NAK && byte !== CRC_REQUEST) return false;
				this.#useCrc = byte === CRC_REQUEST;
				this.#succeed();
				return true;
			case "out":
				return this.#takeAnswer(byte);
			case "settling":
				this.#settle();
				return false;
			default:
				return false;
		}
	}

	#takeAnswer(byte: number): boolean {
		const arrivalMs = this.#sentAtMs + this.#frameMs();
		if (byte === ACK) {
			if (this.#clock.now() < arrivalMs) return false;
			if (this.#tries === 1) this.#succeed();
			else this.#settle();
			return true;
		}
		const isFirst = this.#blocks === 1 && !this.#ending;
		if (byte !== NAK && !(byte === CRC_REQUEST && isFirst)) return false;
		this.#answered = true;
		// Until it has a block a receiver that wants CRCs says so again, in the place of a NAK.
		if (byte === CRC_REQUEST && !this.#useCrc) {
			this.#useCrc = true;
			this.#seal();
		}
		this.#clock.clearTimeout(this.#timer);
		const quietFromMs = Math.max(this.#clock.now(), arrivalMs);
		this.#timer = this.#clock.setTimeout(
			() => this.#sendAgain("rejected"),
			quietFromMs - this.#clock.now() + this.#limits.quietMs,
		);
		return false;
	}

	#settle(): void {
		this.#step = "settling";
		this.#clock.clearTimeout(this.#timer);
		this.#timer = this.#clock.setTimeout(() => this.#succeed(), this.#limits.settleMs);
	}

	/** How long the frame is on the line, at least. */
	#frameMs(): number {
		const { baud } = this.#options;
		return baud === undefined ? 0 : (this.#frame.length * BITS_PER_BYTE * 1000 * RATE_TOLERANCE) / baud;
	}

	#succeed(): void {
		this.#clock.clearTimeout(this.#timer);
		this.#clock.clearTimeout(this.#stepTimer);
		if (this.#ending) {
			this.#end();
		} else {
			this.#step = "between";
			const { pauseMs } = this.#limits;
			this.#stepTimer = this.#clock.setTimeout(
				() =>
					this.#giveUp(
						"paused",
						`Expected the next block within ${pauseMs} ms, got none after ${this.#place()}`,
					),
				pauseMs,
			);
		}
		const done = this.#done;
		this.#done = undefined;
		done?.(undefined);
	}

	/** It ends by our own decision, and the receiver has to be told. */
	#giveUp(reason: XmodemReason, message: string): void {
		this.#transmitCancel();
		this.#fail(new XmodemError(reason, message));
	}

	#fail(error: XmodemError): void {
		if (this.#step === "new" || this.#step === "over") return;
		this.#failure = error;
		this.#end();
		const done = this.#done;
		this.#done = undefined;
		if (done) done(error);
		else this.#options.onFailure?.(error);
	}

	#end(): void {
		this.#step = "over";
		this.#clock.clearTimeout(this.#timer);
		this.#clock.clearTimeout(this.#stepTimer);
		this.#clock.clearTimeout(this.#totalTimer);
	}

	#transmitCancel(): void {
		this.#sending = true;
		this.#options.transmit(new Uint8Array([CAN, CAN]).buffer);
		this.#sending = false;
	}

	/** For a person: how far it came. */
	#place(): string {
		if (this.#ending) return `the end, after ${this.#blocks} blocks`;
		return this.#step === "out" ? `block ${this.#blocks}` : `${this.#blocks} blocks`;
	}
}
