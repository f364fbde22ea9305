/** What the watch is told of the product's policy, as the order of the company has it. Durations are milliseconds. */
export interface WatchOptions {
	prefetch: boolean;
	thresholdMs: number;
	/** From power-on to the release of monitoring, whatever happens. */
	releaseWithinMs: number;
	/** As above, where the boot recovers. */
	recoverWithinMs: number;
	prefetchEveryMs: number;
}

/** An event as the host sees it. */
export interface SeenEvent {
	readonly event: string;
	readonly [field: string]: unknown;
}

const CR = 13;
const NEVER = /^AT\+WDSR=[68]/;
const ACCEPTING = /^AT\+WDS(R=[134](,|$)|D=|S=1,1)/;
const PREFETCHING = /^AT\+WDS(R=[13]$|S=1,1)/;
const REFUSING = /^AT\+WDSR=[25],0/;
const COMMAND = /^AT[\x20-\x7e]{0,126}$/;

/** Keys that the product may ever have in its two media; what else appears there grows. */
const STORAGE_KEYS = /^((mark|boot|journal|order|order-seq)-[ab]|distrust)$/;
const STORAGE_BYTES_MAX = 40_000;
/** Modem, guard, marks, rate check, window with its delays, and prefetch: each has a handful. */
const TIMERS_MAX = 48;
/** A line rate of 115,200 bit/s takes no more; a product that answers a flood with a flood would send without end. */
const SENT_BYTES_PER_SECOND_MAX = 2_000;
const SESSION_TRIES_MS = 150_000;
const SENT_BYTES_AT_ONCE_MAX = 4_000;

/**
 * Watches a product from outside, and shares nothing with it: it sees the power, the events, the bytes that go to the modem, and
 * what lies in storage. What breaks a promise is written down with the promise's number.
 */
export class PromiseWatch {
	readonly faults: string[] = [];
	readonly #options: WatchOptions;
	#isOn = false;
	#onAtMs = 0;
	#offAtMs: number | undefined;
	#realOffMs = 0;
	#window = "";
	#released = 0;
	#isOpen = false;
	#sentBeforeRelease = 0;
	#line = "";
	#lastSessionMs: number | undefined;
	#accepted = 0;
	#sentBytes = 0;
	#sessionsEnded = 0;

	constructor(options: WatchOptions) {
		this.#options = options;
	}

	/** How often an install was accepted, over all boots. */
	get installsAccepted(): number {
		return this.#accepted;
	}

	/** How often the modem was told to end a session, over all boots. */
	get sessionsEnded(): number {
		return this.#sessionsEnded;
	}

	powerOn(atMs: number): void {
		this.#isOn = true;
		this.#onAtMs = atMs;
		this.#realOffMs = this.#offAtMs === undefined ? 0 : atMs - this.#offAtMs;
		this.#window = "";
		this.#released = 0;
		this.#isOpen = false;
		this.#sentBeforeRelease = 0;
		this.#line = "";
		this.#sentBytes = 0;
	}

	/** The boot is over: by now monitoring was released, unless the power went before it had to be. */
	powerOff(atMs: number): void {
		if (this.#isOn) this.#checkReleased(atMs);
		this.#isOn = false;
		this.#offAtMs = atMs;
	}

	event(event: SeenEvent, atMs: number): void {
		switch (event.event) {
			case "decided":
				this.#window = String(event.window);
				this.#isOpen = this.#window === "open";
				if (this.#isOpen && this.#realOffMs < this.#options.thresholdMs)
					this.#fault("P2", `a window after ${this.#realOffMs} ms off`);
				return;
			case "closed":
				this.#isOpen = false;
				return;
			case "released":
				this.#isOpen = false;
				this.#released++;
				if (this.#released > 1) this.#fault("P3", "released twice in a boot");
				if (this.#window === "closed" && atMs !== this.#onAtMs)
					this.#fault("P3", `a closed boot released after ${atMs - this.#onAtMs} ms`);
				if (this.#window === "closed" && this.#sentBeforeRelease > 0)
					this.#fault("P3", "a closed boot spoke to the modem before the release");
				if (atMs - this.#onAtMs > this.#limitMs)
					this.#fault("P4", `released after ${atMs - this.#onAtMs} ms`);
				return;
			case "order":
				if (event.outcome === "refused" && !/^Expected |^Could not /.test(String(event.message)))
					this.#fault("P9", `refused without saying what was expected: ${String(event.message)}`);
				return;
			default:
		}
	}

	/** Bytes that the product sent to its modem. */
	sent(bytes: Uint8Array, atMs: number): void {
		if (!this.#isOn) this.#fault("P1", "bytes from a product that is off");
		if (this.#released === 0) this.#sentBeforeRelease += bytes.length;
		this.#sentBytes += bytes.length;
		const onMs = atMs - this.#onAtMs;
		if (this.#sentBytes > SENT_BYTES_AT_ONCE_MAX + (SENT_BYTES_PER_SECOND_MAX * onMs) / 1000)
			this.#fault("P8", `${this.#sentBytes} bytes sent within ${onMs} ms`);
		for (const byte of bytes) {
			if (byte !== CR) {
				// What wakes a modem that waits for a file is no part of a command.
				if (byte >= 32) this.#line += String.fromCharCode(byte);
				continue;
			}
			const line = this.#line;
			this.#line = "";
			this.#command(line, atMs);
		}
	}

	/** What lies in the product's media, and how many timers are set. */
	look(stores: readonly ReadonlyMap<string, ArrayBuffer>[], timers: number, atMs: number): void {
		let bytes = 0;
		for (const values of stores)
			for (const [key, value] of values) {
				bytes += value.byteLength;
				if (!STORAGE_KEYS.test(key)) this.#fault("P8", `key ${key} in storage`);
			}
		if (bytes > STORAGE_BYTES_MAX) this.#fault("P8", `${bytes} bytes in storage`);
		if (timers > TIMERS_MAX) this.#fault("P8", `${timers} timers`);
		if (this.#isOn) this.#checkReleased(atMs);
	}

	#command(line: string, atMs: number): void {
		if (!COMMAND.test(line)) return this.#fault("P8", `no command: ${line.slice(0, 40)}`);
		if (NEVER.test(line)) return this.#fault("P1", `${line} at any time`);
		if (REFUSING.test(line) && !this.#isOpen) return this.#fault("P1", `${line} outside of a window`);
		if (line === "AT+WDSS=1,0") this.#sessionsEnded++;
		if (!ACCEPTING.test(line)) return;
		if (this.#isOpen) {
			if (line.startsWith("AT+WDSR=4")) this.#accepted++;
			return;
		}
		if (!this.#options.prefetch || this.#released === 0 || !PREFETCHING.test(line))
			return this.#fault("P1", `${line} outside of a window`);
		if (!line.startsWith("AT+WDSS")) return;
		// A modem that refuses a session is asked again for a while: all that is one attempt.
		const sinceMs = this.#lastSessionMs === undefined ? Number.NaN : atMs - this.#lastSessionMs;
		if (sinceMs <= SESSION_TRIES_MS) return;
		if (sinceMs < this.#options.prefetchEveryMs)
			this.#fault("P1", `a session after ${sinceMs} ms while closed`);
		this.#lastSessionMs = atMs;
	}

	get #limitMs(): number {
		const { releaseWithinMs, recoverWithinMs } = this.#options;
		return this.#window === "recover" ? recoverWithinMs : releaseWithinMs;
	}

	#checkReleased(atMs: number): void {
		if (this.#released === 0 && atMs - this.#onAtMs > this.#limitMs)
			this.#fault("P4", `not released after ${atMs - this.#onAtMs} ms`);
	}

	#fault(promise: string, what: string): void {
		const fault = `${promise}: ${what}`;
		if (!this.faults.includes(fault) && this.faults.length < 20) this.faults.push(fault);
	}
}
