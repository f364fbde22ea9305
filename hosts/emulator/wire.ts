import type { Clock } from "./clock.js";

/** The most traffic that is kept for a test to look at. */
const TRAFFIC_MAX = 10_000;

/** What sits at one end of the wire. */
export interface WireEnd {
	/** Bytes have arrived. */
	receive(bytes: ArrayBuffer): void;
	/** The wire was pulled out. */
	unplugged?(reason: string): void;
}

export type Direction = "to-modem" | "to-host";

export interface Traffic {
	atMs: number;
	direction: Direction;
	bytes: ArrayBuffer;
}

/** The port is in use, or the wire is pulled out. */
export class WireError extends Error {
	override name = "WireError";
}

/**
 * The line between a host's port and a modem's UART: it counts, records, cuts in pieces, and can be pulled out. Bytes
 * for an end that nobody holds are lost, as on a real line.
 */
export class Wire {
	readonly clock: Clock;
	readonly #pieceBytes: number;
	readonly #onTraffic: ((traffic: Traffic) => void) | undefined;
	readonly #traffic: Traffic[] = [];
	readonly #bytes: Record<Direction, number> = { "to-modem": 0, "to-host": 0 };
	#plugged = true;
	#host: WireEnd | undefined;
	#modem: WireEnd | undefined;

	/** `pieceBytes` is the most that arrives at the host at once; without it what is sent at once arrives at once. */
	constructor({
		clock,
		pieceBytes = Number.POSITIVE_INFINITY,
		onTraffic,
	}: {
		clock: Clock;
		pieceBytes?: number;
		onTraffic?: (traffic: Traffic) => void;
	}) {
		if (!(pieceBytes >= 1))
			throw new WireError(`Expected \`pieceBytes\` to be at least 1, got ${pieceBytes}`);
		this.clock = clock;
		this.#pieceBytes = pieceBytes;
		this.#onTraffic = onTraffic;
	}

	get plugged(): boolean {
		return this.#plugged;
	}

	/** The last so many pieces of traffic, oldest first. */
	get traffic(): readonly Traffic[] {
		return this.#traffic;
	}

	/** How many bytes were put on the wire so far, lost ones included. */
	bytes(direction: Direction): number {
		return this.#bytes[direction];
	}

	attachModem(modem: WireEnd): void {
		this.#modem = modem;
	}

	/** Takes the host's end. Throws WireError where it is taken or the wire is pulled out. */
	open(host: WireEnd): void {
		if (!this.#plugged) throw new WireError("Expected the wire to be plugged in, it is pulled out");
		if (this.#host) throw new WireError("Expected the port to be free, it is open already");
		this.#host = host;
	}

	/** Gives the host's end back; by anybody else than its holder it changes nothing. */
	close(host: WireEnd): void {
		if (this.#host === host) this.#host = undefined;
	}

	/** The host lost its power: whoever held its end holds it no more, and is not told. */
	release(): void {
		this.#host = undefined;
	}

	/** Throws WireError where the wire is pulled out. */
	toModem(bytes: ArrayBuffer): void {
		if (!this.#plugged) throw new WireError("Expected the wire to be plugged in, it is pulled out");
		this.#record("to-modem", bytes);
		this.#modem?.receive(bytes);
	}

	toHost(bytes: ArrayBuffer): void {
		this.#record("to-host", bytes);
		if (!this.#plugged) return;
		for (let start = 0; start < bytes.byteLength; start += this.#pieceBytes)
			this.#host?.receive(bytes.slice(start, start + this.#pieceBytes));
	}

	/** Pulls the wire out: whoever holds the host's end is told, and has lost it. */
	unplug(reason = "the device is gone"): void {
		if (!this.#plugged) return;
		this.#plugged = false;
		const host = this.#host;
		this.#host = undefined;
		if (host) this.clock.setTimeout(() => host.unplugged?.(reason), 0);
	}

	plug(): void {
		this.#plugged = true;
	}

	#record(direction: Direction, bytes: ArrayBuffer): void {
		this.#bytes[direction] += bytes.byteLength;
		const traffic: Traffic = { atMs: this.clock.now(), direction, bytes };
		if (this.#traffic.length === TRAFFIC_MAX) this.#traffic.shift();
		this.#traffic.push(traffic);
		this.#onTraffic?.(traffic);
	}
}
