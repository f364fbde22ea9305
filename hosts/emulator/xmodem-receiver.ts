import type { Behaviour } from "./behaviour.js";
import type { Timers } from "./timers.js";

const SOH = 0x01;
const STX = 0x02;
const EOT = 0x04;
const CAN = 0x18;
const ACK = "\x06";
const NAK = "\x15";
const CRC_REQUEST = "C";
const CANCEL = "\x18\x18";

const HEADER_BYTES = 3;
/** How often the host is asked for the first block, and how many times (no source has the modem's own numbers). */
const REQUEST_EVERY_MS = 3_000;
const REQUESTS_MAX = 20;
/** Between two bytes of a block. */
const BYTE_MS = 1_000;
/** Between two blocks. */
const BLOCK_MS = 10_000;
/** A block that was not understood is rejected once the line is quiet. */
const QUIET_MS = 50;
const REJECTIONS_MAX = 10;

/** `whole`: it is there. `refused`: what `fileFault` says. `failed`: it did not come, was cancelled or cannot be right. */
export type FileEnd = "whole" | "refused" | "failed";

export interface XmodemReceiverOptions {
	/** What was announced; what comes beyond is padding. */
	fileBytes: number;
	behaviour: Behaviour;
	timers: Timers;
	send: (text: string) => void;
	/** The next bytes of the file, without padding; not to be kept. */
	onBlock: (block: Uint8Array) => void;
	/** Called once; after it nothing more is sent. */
	onEnd: (end: FileEnd) => void;
}

/** Takes a file by XMODEM or XMODEM-1K, with checksums or CRCs, as `behaviour.fileRequest` says. */
export class XmodemReceiver {
	readonly #options: XmodemReceiverOptions;
	readonly #checkBytes: number;
	readonly #frame = new Uint8Array(HEADER_BYTES + 1024 + 2);
	/** Bytes of the frame that came so far; 0 between blocks. */
	#frameFill = 0;
	#dataBytes = 0;
	/** Until the line is quiet nothing is understood. */
	#purging = false;
	#cancelHeard = false;
	/** Blocks taken. */
	#blocks = 0;
	#receivedBytes = 0;
	#requests = 0;
	#rejections = 0;
	/** What `fileFault` wants was done. */
	#faultDone = false;
	#mute = false;
	#ended = false;
	#timer: object | undefined;

	constructor(options: XmodemReceiverOptions) {
		this.#options = options;
		this.#checkBytes = options.behaviour.fileRequest === "crc" ? 2 : 1;
	}

	start(): void {
		this.#request();
	}

	receive(bytes: Uint8Array): void {
		for (const byte of bytes) if (!this.#ended && !this.#mute) this.#take(byte);
	}

	/** Something else needs the modem: what has come of the file is lost. */
	drop(): void {
		this.#options.send(CANCEL);
		this.#end("failed");
	}

	#request(): void {
		if (this.#requests === REQUESTS_MAX) {
			this.#end("failed");
			return;
		}
		this.#requests++;
		this.#options.send(this.#checkBytes === 2 ? CRC_REQUEST : NAK);
		this.#wait(REQUEST_EVERY_MS, () => this.#request());
	}

	#take(byte: number): void {
		if (this.#purging) {
			this.#purge();
			return;
		}
		if (this.#frameFill === 0) {
			this.#takeHeader(byte);
			return;
		}
		this.#frame[this.#frameFill++] = byte;
		if (this.#frameFill < HEADER_BYTES + this.#dataBytes + this.#checkBytes) {
			this.#wait(BYTE_MS, () => this.#reject());
			return;
		}
		this.#frameFill = 0;
		this.#takeFrame();
	}

	#takeHeader(byte: number): void {
		const cancels = byte === CAN && this.#cancelHeard;
		this.#cancelHeard = byte === CAN;
		if (cancels) {
			this.#end("failed");
		} else if (byte === SOH || byte === STX) {
			this.#frame[0] = byte;
			this.#frameFill = 1;
			this.#dataBytes = byte === STX ? 1024 : 128;
			this.#wait(BYTE_MS, () => this.#reject());
		} else if (byte === EOT && this.#receivedBytes >= this.#options.fileBytes) {
			this.#takeEnd();
		} else if (byte !== CAN) {
			this.#purge();
		}
	}

	#takeEnd(): void {
		if (this.#isDue("nak-end")) {
			this.#options.send(NAK);
			this.#await();
			return;
		}
		this.#options.send(ACK);
		this.#end("whole");
	}

	#takeFrame(): void {
		const number = this.#frame[1] as number;
		if (number + (this.#frame[2] as number) !== 255 || !this.#isSound()) {
			this.#purge();
			return;
		}
		if (number === (this.#blocks & 255) && this.#blocks > 0) {
			// It was there already, and the acknowledgement was lost.
			this.#acknowledge();
			return;
		}
		if (number !== ((this.#blocks + 1) & 255)) {
			this.#options.send(CANCEL);
			this.#end("failed");
			return;
		}
		if (this.#interrupts()) return;
		this.#blocks++;
		const { fileBytes, onBlock } = this.#options;
		const bytes = Math.min(this.#dataBytes, fileBytes - this.#receivedBytes);
		this.#receivedBytes += bytes;
		if (bytes > 0) onBlock(this.#frame.subarray(HEADER_BYTES, HEADER_BYTES + bytes));
		this.#acknowledge();
	}

	/** True where `fileFault` strikes instead of the block's being taken. */
	#interrupts(): boolean {
		const { fileFault, fileFaultBlock } = this.#options.behaviour;
		const isLast = this.#receivedBytes + this.#dataBytes >= this.#options.fileBytes;
		if (fileFault === "nak-last" && isLast && this.#isDue("nak-last")) {
			this.#reject();
			return true;
		}
		if (this.#blocks + 1 < fileFaultBlock) return false;
		if (fileFault === "error") {
			this.#end("failed");
		} else if (fileFault === "error-1k" && this.#dataBytes === 1024) {
			this.#end("refused");
		} else if (fileFault === "cancel") {
			this.#options.send(CANCEL);
			this.#end("failed");
		} else if (fileFault === "mute") {
			this.#options.timers.clear(this.#timer);
			this.#mute = true;
		} else {
			return false;
		}
		return true;
	}

	/** True once, where this is the fault. */
	#isDue(fault: Behaviour["fileFault"]): boolean {
		if (this.#faultDone || this.#options.behaviour.fileFault !== fault) return false;
		this.#faultDone = true;
		return true;
	}

	#isSound(): boolean {
		const end = HEADER_BYTES + this.#dataBytes;
		const data = this.#frame.subarray(HEADER_BYTES, end);
		if (this.#checkBytes === 1) {
			let sum = 0;
			for (const byte of data) sum = (sum + byte) % 256;
			return sum === this.#frame[end];
		}
		let crc = 0;
		for (const byte of data) {
			crc ^= byte << 8;
			for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
		}
		return crc === (this.#frame[end] as number) * 256 + (this.#frame[end + 1] as number);
	}

	#acknowledge(): void {
		this.#rejections = 0;
		const isAt = this.#blocks >= this.#options.behaviour.fileFaultBlock;
		if (isAt && this.#isDue("doubled-ack")) this.#options.send(ACK + ACK);
		else if (!isAt || !this.#isDue("lost-ack")) this.#options.send(ACK);
		this.#await();
	}

	#await(): void {
		this.#wait(BLOCK_MS, () => this.#reject());
	}

	#purge(): void {
		this.#purging = true;
		this.#wait(QUIET_MS, () => this.#reject());
	}

	/** Asks for the block, or the end, once more. */
	#reject(): void {
		this.#purging = false;
		this.#frameFill = 0;
		this.#cancelHeard = false;
		this.#rejections++;
		if (this.#rejections > REJECTIONS_MAX) {
			this.#options.send(CANCEL);
			this.#end("failed");
		} else if (this.#blocks === 0) {
			this.#request();
		} else {
			this.#options.send(NAK);
			this.#await();
		}
	}

	/** In the clock's time, for the bytes come in it however fast the modem's own time runs. */
	#wait(durationMs: number, callback: () => void): void {
		this.#options.timers.clear(this.#timer);
		this.#timer = this.#options.timers.soon(durationMs, callback);
	}

	#end(end: FileEnd): void {
		this.#ended = true;
		this.#options.timers.clear(this.#timer);
		this.#options.onEnd(end);
	}
}
