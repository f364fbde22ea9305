import type { Answer } from "../at/answer.js";
import type { Transfer } from "../at/transfer.js";
import type { Clock } from "../io/clock.js";
import type { DeviceServices, Status } from "../modem/device-services.js";
import type { Indication } from "../modem/indication.js";
import type { XmodemBlockBytes } from "../xmodem/control-bytes.js";
import { XmodemError, type XmodemReason } from "../xmodem/xmodem-error.js";
import type { XmodemLimits } from "../xmodem/xmodem-limits.js";
import { XmodemSender } from "../xmodem/xmodem-sender.js";
import type { ElementDone, ImageSink, TargetImage } from "./element.js";
import { ElementError, type ElementReason } from "./element-error.js";
import { MODEM_FILE_LIMITS, type ModemFileLimits } from "./modem-file-limits.js";

export interface ModemFileOptions {
	services: DeviceServices;
	clock: Clock;
	/** The name that the order gives the modem. Default: `modem`. */
	name?: string;
	/** How much goes out at once; 128 from the beginning is slower, and what every firmware takes. Default: 1024. */
	frameBytes?: XmodemBlockBytes;
	/** The line's rate in bit/s where it is a real UART's, see XmodemSender. */
	baud?: number | undefined;
	limits?: Partial<ModemFileLimits>;
	xmodemLimits?: Partial<XmodemLimits>;
}

/** `AT+WDSG: 1,3` */
const PACKAGE_READY = 3;
const FRAME_BYTES_MAX = 1024;
const FRAME_BYTES_MIN = 128;
/** `+WDSI: 11,0` */
const CAUSE_NO_SPACE = 0;

const REASONS: Readonly<Record<XmodemReason, ElementReason>> = Object.freeze({
	"no-start": "no-answer",
	"no-answer": "no-answer",
	rejected: "transfer-failed",
	cancelled: "transfer-failed",
	refused: "transfer-failed",
	deadline: "transfer-failed",
	paused: "transfer-failed",
});

/**
 * The modem takes its image as a file over the AT line: `AT+WDSD`, XMODEM, `OK`, `+WDSI: 3`. What then is a candidate is
 * installed as a downloaded one is, by `AT+WDSR=4`, which is the window's to send. The agreement to install must be on
 * (`AT+WDSC=2,1`) before start().
 *
 * Some firmware fails with blocks of 1024 bytes, for some sizes (EURY-4127). Then the error comes with `retry`, and the
 * same image started once more goes out in blocks of 128. To the caller a block has 1024 bytes in any case.
 *
 * Memory is one frame. Sending the file takes the AT line: until it is over, commands wait.
 */
export class ModemFile implements ImageSink {
	readonly blockBytes = FRAME_BYTES_MAX;
	readonly #options: ModemFileOptions;
	readonly #services: DeviceServices;
	readonly #clock: Clock;
	readonly #limits: ModemFileLimits;
	readonly #name: string;
	#frameBytes: XmodemBlockBytes;
	#retry = false;
	/** Counts the starts and cancels; what was begun before has another number. */
	#run = 0;
	#sender: XmodemSender | undefined;
	#transfer: Transfer | undefined;
	/** The modem's final result, once it came. */
	#answer: Answer | undefined;
	/** A package was there before the file: that there is one says nothing about the file. */
	#hadPackage = false;
	/** A package is there, or will never be. */
	#verdict: ElementError | "ready" | undefined;
	#done: ElementDone | undefined;
	#timer: unknown;
	#deadline: unknown;

	constructor(options: ModemFileOptions) {
		this.#options = options;
		this.#services = options.services;
		this.#clock = options.clock;
		this.#limits = { ...MODEM_FILE_LIMITS, ...options.limits };
		this.#name = options.name ?? "modem";
		this.#frameBytes = options.frameBytes ?? FRAME_BYTES_MAX;
	}

	/** The transfer failed in a way that smaller blocks may cure: start the same image once more. */
	get retry(): boolean {
		return this.#retry;
	}

	/** `AT+WDSD`, until the modem asks for the first block. The offset is always 0. `refused` where the window is closed. */
	start(image: TargetImage, done: (error: ElementError | undefined, offsetBytes: number) => void): void {
		this.cancel();
		this.#retry = false;
		this.#answer = undefined;
		this.#verdict = undefined;
		this.#done = (error) => done(error, 0);
		const { bytesPerSecondMin, extraMs } = this.#limits;
		const sender = new XmodemSender({
			clock: this.#clock,
			blockBytes: this.#frameBytes,
			transmit: (bytes) => this.#transfer?.write(bytes),
			baud: this.#options.baud,
			onFailure: (error) => isCurrent() && this.#failed(error),
			limits: {
				totalMs: extraMs + (image.sizeBytes * 1000) / bytesPerSecondMin,
				...this.#options.xmodemLimits,
			},
		});
		this.#sender = sender;
		// What the modem says by itself may have ended it before its turn came.
		const isCurrent = (): boolean => this.#sender === sender;
		this.#services.status((status) => {
			if (!isCurrent()) return;
			this.#hadPackage = status?.activity === PACKAGE_READY;
			try {
				this.#transfer = this.#services.sendFile(image.sizeBytes, {
					onStart: () => isCurrent() && sender.start((error) => isCurrent() && this.#sent(error)),
					onBytes: (bytes) => sender.receive(bytes),
					onRestart: () => sender.doubt(),
					done: (answer) => isCurrent() && this.#answered(answer),
				});
			} catch (error) {
				const message = error instanceof Error ? error.message : String(error);
				this.#end(this.#error("refused", message));
			}
		});
	}

	write(_offsetBytes: number, block: Uint8Array, done: ElementDone): void {
		this.#done = done;
		if (this.#mayGoOn()) this.#writeFrames(this.#run, block, 0);
		else this.#tellLater();
	}

	/** The end of the file, until the modem holds it as a package. */
	finish(done: ElementDone): void {
		const run = this.#run;
		this.#done = done;
		if (!this.#mayGoOn()) {
			this.#tellLater();
			return;
		}
		this.#sender?.finish((error) => {
			if (run !== this.#run) return;
			if (error) this.#failed(error);
			else if (!this.#answer) this.#awaitAnswer();
		});
	}

	/** Ends the transfer by CAN CAN where one runs, and gives the line back to commands. */
	cancel(): void {
		this.#run++;
		this.#done = undefined;
		this.#sender?.cancel();
		this.#release();
	}

	/**
	 * Every indication of the modem can be given here; none needs to be, for `AT+WDSG` is asked as well, and some firmware
	 * sends none.
	 */
	receive(indication: Indication): void {
		if (!this.#sender) return;
		switch (indication.kind) {
			case "request":
				// Before `OK` it is about an older package, and where there was one it may be so afterwards.
				if (indication.request === "install" && this.#answer && !this.#hadPackage) this.#decide("ready");
				break;
			case "download-failed":
				this.#decide(
					indication.cause === CAUSE_NO_SPACE
						? this.#error("no-space", "Expected the modem to have room for the file, got +WDSI: 11,0")
						: this.#error(
								"refused",
								`Expected the modem to keep the file, got +WDSI: 11,${indication.cause ?? ""}`,
							),
				);
				break;
			case "signature-rejected":
				if (this.#answer)
					this.#decide(
						this.#error("refused", "Expected the modem to accept the file's signature, got +WDSI: 13"),
					);
				break;
			case "install-failed":
				if (this.#answer)
					this.#decide(this.#error("refused", "Expected the modem to take the file, got +WDSI: 15"));
				break;
		}
	}

	#mayGoOn(): boolean {
		if (!this.#sender) this.#verdict ??= this.#error("transfer-failed", "Expected a start() first, got none");
		return this.#verdict === undefined;
	}

	#writeFrames(run: number, block: Uint8Array, fromBytes: number): void {
		const toBytes = Math.min(block.length, fromBytes + this.#frameBytes);
		this.#sender?.write(block.subarray(fromBytes, toBytes), (error) => {
			if (run !== this.#run) return;
			if (error || toBytes === block.length) this.#sent(error);
			else this.#writeFrames(run, block, toBytes);
		});
	}

	/** A step of the transfer is done, or it has failed. */
	#sent(error: XmodemError | undefined): void {
		if (error) this.#failed(error);
		else this.#tell(undefined);
	}

	#failed(error: XmodemError): void {
		const { reason, message } = error;
		const smallerMayDo = reason === "refused" || reason === "rejected";
		if (
			smallerMayDo &&
			this.#sender?.begun &&
			this.#frameBytes > FRAME_BYTES_MIN &&
			this.#answer?.result !== "gone"
		) {
			this.#frameBytes = FRAME_BYTES_MIN;
			this.#retry = true;
		}
		this.#end(this.#error(REASONS[reason], message));
	}

	/** The modem's final result, or that there will be none. */
	#answered(answer: Answer): void {
		this.#answer = answer;
		if (!this.#sender?.begun && answer.result !== "ok") {
			this.#end(this.#notBegun(answer));
			return;
		}
		if (answer.result !== "ok") {
			const code = answer.cmeError === undefined ? "" : ` (+CME ERROR: ${answer.cmeError})`;
			const what = answer.result === "error" ? `an error${code}` : "the port gone";
			const message = `Expected the modem to take the file, got ${what}`;
			this.#sender?.refuse(message);
			// Its end had been acknowledged already.
			if (this.#done) this.#failed(new XmodemError("refused", message));
			return;
		}
		// Where the end is not acknowledged yet, this tells it; else the acknowledgement was waiting for this.
		this.#sender?.confirm();
		if (this.#sender && this.#done) this.#awaitPackage();
	}

	#notBegun({ result, cmeError }: Answer): ElementError {
		if (result === "error")
			return this.#error(
				"refused",
				`Expected the modem to ask for the file, it refused AT+WDSD${cmeError === undefined ? "" : ` with +CME ERROR: ${cmeError}`}`,
			);
		if (result === "withdrawn")
			return this.#error("refused", "Expected an open window for AT+WDSD, got a closed one");
		return this.#error("no-answer", "Expected the modem to answer before AT+WDSD, got silence");
	}

	#awaitAnswer(): void {
		const { resultMs } = this.#limits;
		this.#timer = this.#clock.setTimeout(
			() =>
				this.#end(
					this.#error("no-answer", `Expected OK within ${resultMs} ms of the file's end, got nothing`),
				),
			resultMs,
		);
	}

	#awaitPackage(): void {
		this.#clock.clearTimeout(this.#timer);
		const run = this.#run;
		let last: Status | undefined;
		const { packageMs, statusEveryMs } = this.#limits;
		this.#deadline = this.#clock.setTimeout(() => {
			// Firmware that tells nothing at all is believed its OK; one that says it holds no package is not. An older
			// package has been replaced by now, or the file been rejected aloud.
			if (!last || last.activity === PACKAGE_READY) this.#decide("ready");
			else
				this.#decide(
					this.#error("transfer-failed", `Expected a package after the file, got +WDSG: 1,${last.activity}`),
				);
		}, packageMs);
		const ask = (): void => {
			this.#services.status((status) => {
				if (run !== this.#run || this.#verdict) return;
				last = status ?? last;
				if (status?.activity === PACKAGE_READY && !this.#hadPackage) this.#decide("ready");
				else this.#timer = this.#clock.setTimeout(ask, statusEveryMs);
			});
		};
		this.#timer = this.#clock.setTimeout(ask, statusEveryMs);
	}

	/** The first verdict counts. */
	#decide(verdict: ElementError | "ready"): void {
		if (this.#verdict) return;
		if (verdict instanceof ElementError) this.#end(verdict);
		else {
			this.#verdict = verdict;
			this.#release();
			this.#tell(undefined);
		}
	}

	/** It has failed; told now, or to the next call. */
	#end(error: ElementError): void {
		this.#verdict = error;
		this.#sender?.cancel();
		this.#release();
		this.#tell(error);
	}

	#release(): void {
		this.#clock.clearTimeout(this.#timer);
		this.#clock.clearTimeout(this.#deadline);
		this.#transfer?.end();
		this.#transfer = undefined;
		this.#sender = undefined;
	}

	#tell(error: ElementError | undefined): void {
		const done = this.#done;
		this.#done = undefined;
		done?.(error);
	}

	#tellLater(): void {
		const run = this.#run;
		const verdict = this.#verdict;
		this.#timer = this.#clock.setTimeout(() => {
			if (run === this.#run) this.#tell(verdict instanceof ElementError ? verdict : undefined);
		}, 0);
	}

	#error(reason: ElementReason, message: string): ElementError {
		return new ElementError(this.#name, reason, message);
	}
}
