import type { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import type { SerialOptions } from "../../modules/at/channel.js";
import type { SerialCallbacks } from "../../modules/io/serial.js";

export type Direction = "to-modem" | "to-host";

/** What becomes of one byte: these arrive in its place, `delayMs` later, and all that follow them as late. */
export type Disturbance = (
	byte: number,
	direction: Direction,
) => { bytes: readonly number[]; delayMs?: number };

export interface LineOptions {
	clock: VirtualClock;
	/** 8N1, in bit/s; without it everything arrives at once, though later. */
	baud?: number;
	/** So many bytes are handed over together at most, when the last of them has arrived. */
	pieceBytes?: number;
	disturb?: Disturbance;
}

const BITS_PER_BYTE = 10;

/** Two wires between a host's port and a modem's UART, which take as long for each byte as real ones do. */
export class Line {
	readonly #clock: VirtualClock;
	readonly #byteMs: number;
	readonly #pieceBytes: number;
	readonly #disturb: Disturbance | undefined;
	readonly #freeAtMs: Record<Direction, number> = { "to-modem": 0, "to-host": 0 };
	/** Bytes that were sent. */
	readonly sentBytes: Record<Direction, number> = { "to-modem": 0, "to-host": 0 };
	onModem: (bytes: Uint8Array<ArrayBuffer>) => void = () => {};
	onHost: (bytes: Uint8Array<ArrayBuffer>) => void = () => {};
	/** The host's port throws from now on. */
	broken = false;

	constructor({ clock, baud, pieceBytes = 16, disturb }: LineOptions) {
		this.#clock = clock;
		this.#byteMs = baud === undefined ? 0 : (BITS_PER_BYTE * 1000) / baud;
		this.#pieceBytes = pieceBytes;
		this.#disturb = disturb;
	}

	/** The host's end as a Serial for the driver. */
	get serial(): SerialOptions {
		const line = this;
		let unread: number[] = [];
		return {
			io: class {
				constructor({ onReadable }: SerialCallbacks) {
					line.onHost = (bytes) => {
						unread.push(...bytes);
						onReadable(unread.length);
					};
				}
				read(): ArrayBuffer | undefined {
					if (unread.length === 0) return undefined;
					const bytes = Uint8Array.from(unread);
					unread = [];
					return bytes.buffer;
				}
				write(bytes: ArrayBuffer): void {
					if (line.broken) throw new Error("unplugged");
					line.send("to-modem", new Uint8Array(bytes));
				}
				close(): void {
					line.onHost = () => {};
				}
			},
		};
	}

	send(direction: Direction, bytes: Uint8Array): void {
		this.sentBytes[direction] += bytes.length;
		let piece: number[] = [];
		const hand = (): void => {
			const arrived = Uint8Array.from(piece);
			piece = [];
			if (arrived.length === 0) return;
			this.#clock.setTimeout(() => {
				if (direction === "to-modem") this.onModem(arrived);
				else this.onHost(arrived);
			}, this.#freeAtMs[direction] - this.#clock.now());
		};
		this.#freeAtMs[direction] = Math.max(this.#freeAtMs[direction], this.#clock.now());
		for (const byte of bytes) {
			const { bytes: arriving, delayMs = 0 } = this.#disturb?.(byte, direction) ?? { bytes: [byte] };
			if (delayMs > 0) hand();
			this.#freeAtMs[direction] += this.#byteMs * Math.max(1, arriving.length) + delayMs;
			piece.push(...arriving);
			if (piece.length >= this.#pieceBytes) hand();
		}
		hand();
	}
}
