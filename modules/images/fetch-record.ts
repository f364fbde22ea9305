import type { Store } from "../io/store.js";
import { asciiFromBytes, bytesFromAscii } from "../storage/bytes.js";
import { Slots } from "../storage/slots.js";

const KEY = "fetch";
const DIGEST_CHARACTERS = 64;

/** To whom the bytes in the store belong. */
export interface FetchState {
	/** The order's digest, 64 hex digits. */
	order: string;
	/** How often a file of this order was whole and wrong. */
	tries: number;
	/** A bit for each file of the order, by its place in it: it is whole and was verified. */
	wholeMask: number;
	/** The place of the file that is being fetched. */
	current: number;
	/** What tells the source's file from a later one; "" where the source does not tell. */
	tag: string;
}

/** The record beside the files: two slots, ASCII, "ORDER TRIES MASK CURRENT TAG", to be read by whoever looks into a store. */
export class FetchRecord {
	readonly #slots: Slots;

	/** Uses the record `fetch` of `store`. */
	constructor({ store }: { store: Store }) {
		this.#slots = new Slots({ store, key: KEY });
	}

	/** Undefined where there is none that can be read: then nobody knows whose the files are. Throws what the store throws. */
	read(): FetchState | undefined {
		const read = this.#slots.read();
		return read.status === "ok" ? stateFromText(read.record) : undefined;
	}

	/** Throws SlotWriteError. */
	write({ order, tries, wholeMask, current, tag }: FetchState): void {
		this.#slots.write(bytesFromAscii(`${order} ${tries} ${wholeMask} ${current} ${tag}`));
	}
}

function stateFromText(record: Uint8Array): FetchState | undefined {
	let text: string;
	try {
		text = asciiFromBytes(record);
	} catch {
		return undefined; // not ASCII: not ours
	}
	const [order = "", ...words] = text.split(" ", 4);
	const numbers = words.map(Number);
	if (order.length !== DIGEST_CHARACTERS || !numbers.every((value) => Number.isInteger(value) && value >= 0))
		return undefined;
	const [tries, wholeMask, current] = numbers;
	if (tries === undefined || wholeMask === undefined || current === undefined) return undefined;
	const head = [order, ...words, ""].join(" ");
	return { order, tries, wholeMask, current, tag: text.slice(head.length) };
}
