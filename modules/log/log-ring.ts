import type { Store } from "../io/store.js";
import { bytesOfLogRecord, type LogRecord, logRecordFromBytes, seemingNumber } from "./log-record.js";

/** A record as it was read. */
export interface ReadRecord extends LogRecord {
	/** So many records between this one and the one before it in its ring cannot be read. */
	lostBefore: number;
}

export interface LogRingOptions {
	store: Store;
	/** The keys are `<key>-0` and so on; 15 characters at most with the number. */
	key: string;
	/** 1 to 256. */
	records: number;
}

/**
 * So many records under as many keys, written in turn. A torn write costs the record that is being written, and the oldest one, whose
 * place it takes. A number that could not be written is given up, so that one bad place does not end the log.
 */
export class LogRing {
	readonly #store: Store;
	readonly #key: string;
	readonly #records: number;
	#nextNumber = 0;
	#lastSequence = 0;

	constructor({ store, key, records }: LogRingOptions) {
		this.#store = store;
		this.#key = key;
		this.#records = records;
	}

	/** Finds the end. Reads every key once; throws at the end what the store threw last, and what could be read counts. */
	open(): void {
		let failure: unknown;
		const numbers: (number | undefined)[] = [];
		for (let place = 0; place < this.#records; place++)
			try {
				const bytes = this.#store.read(this.#keyOf(place));
				numbers.push(bytes && seemingNumber(bytes));
			} catch (error) {
				numbers.push(undefined);
				failure = error;
			}
		const newest = this.#newest(numbers);
		this.#nextNumber = newest ? newest.number + 1 : 0;
		this.#lastSequence = newest?.sequence ?? 0;
		if (failure !== undefined) throw failure;
	}

	/** The whole record with the highest number; a torn one is passed over. */
	#newest(numbers: (number | undefined)[]): LogRecord | undefined {
		for (let tries = 0; tries < numbers.length; tries++) {
			let at: number | undefined;
			for (const [place, number] of numbers.entries())
				if (number !== undefined && (at === undefined || number > (numbers[at] as number))) at = place;
			if (at === undefined) return undefined;
			const record = this.#read(at);
			if (record) return record;
			numbers[at] = undefined;
		}
		return undefined;
	}

	/** The highest sequence that was read or written. */
	get lastSequence(): number {
		return this.#lastSequence;
	}

	/** One write. Throws what the store throws. */
	append(record: Omit<LogRecord, "number">): void {
		const number = this.#nextNumber++;
		const bytes = bytesOfLogRecord({ ...record, number });
		this.#lastSequence = record.sequence;
		this.#store.write(this.#keyOf(number % this.#records), bytes.buffer);
	}

	/** What can be read, oldest first. What was overwritten counts as lost before the first one. Throws what the store throws. */
	read(): ReadRecord[] {
		const records: ReadRecord[] = [];
		for (let place = 0; place < this.#records; place++) {
			const record = this.#read(place);
			if (record) records.push({ ...record, lostBefore: 0 });
		}
		records.sort((a, b) => a.number - b.number);
		let expected = 0;
		for (const record of records) {
			record.lostBefore = record.number - expected;
			expected = record.number + 1;
		}
		return records;
	}

	/** A record in another one's place is none of this ring's: the number of records was another one then. */
	#read(place: number): LogRecord | undefined {
		const bytes = this.#store.read(this.#keyOf(place));
		const record = bytes && logRecordFromBytes(new Uint8Array(bytes));
		return record && record.number % this.#records === place ? record : undefined;
	}

	#keyOf(place: number): string {
		return `${this.#key}-${place}`;
	}
}
