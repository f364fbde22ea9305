import type { Rtc } from "../io/rtc.js";
import type { Store } from "../io/store.js";
import { LogRing, type ReadRecord } from "./log-ring.js";

/** What every boot says goes into a ring of its own, so that a thousand closed boots do not push out the story of an update. */
export const LOG_RECORDS = Object.freeze({ lasting: 64, routine: 64 });

/** What is to be logged. Texts are cut off where they are longer than a record takes. */
export interface LogEntry {
	event: string;
	/** "" where there is none. */
	reason: string;
	/** "" where there is none. */
	detail: string;
	/** What tells the story of an update; everything else is what every boot says. */
	lasting: boolean;
}

export interface EventLogOptions {
	/** A medium, or a part of one, in which nothing else has the keys `lasting-<n>` and `routine-<n>`. */
	store: Store;
	rtc: Rtc;
	/** The number of this boot; undefined where it is not known. */
	boot: () => number | undefined;
	/** The digest of the order in force; "" where there is none. */
	order: () => string;
	/** The log could not be read or written. The product goes on. */
	onTrouble?: (error: Error) => void;
}

/**
 * What happened, in storage, bounded: two rings of records that survive power cuts. It is opened at the first entry, which reads every
 * record once; each entry is one write.
 */
export class EventLog {
	readonly #options: EventLogOptions;
	readonly #lasting: LogRing;
	readonly #routine: LogRing;
	#isOpen = false;

	/** Reads nothing yet. */
	constructor(options: EventLogOptions) {
		this.#options = options;
		const { store } = options;
		this.#lasting = new LogRing({ store, key: "lasting", records: LOG_RECORDS.lasting });
		this.#routine = new LogRing({ store, key: "routine", records: LOG_RECORDS.routine });
	}

	/** Writes one record. Never throws: a log that fails must not hinder the product. */
	append({ event, reason, detail, lasting }: LogEntry): void {
		try {
			this.#open();
			const sequence = Math.max(this.#lasting.lastSequence, this.#routine.lastSequence) + 1;
			const record = { sequence, timeMs: this.#time(), boot: this.#boot(), event, reason, detail };
			(lasting ? this.#lasting : this.#routine).append({ ...record, order: this.#order() });
		} catch (error) {
			this.#trouble(error as Error);
		}
	}

	/** What can be read, in the order in which it happened. Throws what the store throws. */
	read(): ReadRecord[] {
		const records = [...this.#lasting.read(), ...this.#routine.read()];
		return records.sort((a, b) => a.sequence - b.sequence);
	}

	/** Where only one ring can be read, its records go on. */
	#open(): void {
		if (this.#isOpen) return;
		this.#isOpen = true;
		for (const ring of [this.#lasting, this.#routine])
			try {
				ring.open();
			} catch (error) {
				this.#trouble(error as Error);
			}
	}

	#time(): number | undefined {
		try {
			const { time } = this.#options.rtc;
			return time !== undefined && Number.isFinite(time) ? time : undefined;
		} catch {
			return undefined;
		}
	}

	#boot(): number | undefined {
		try {
			return this.#options.boot();
		} catch {
			return undefined;
		}
	}

	#order(): string {
		try {
			return this.#options.order();
		} catch {
			return "";
		}
	}

	#trouble(error: Error): void {
		try {
			this.#options.onTrouble?.(error);
		} catch {
			// Whoever is told must not hinder the product either.
		}
	}
}
