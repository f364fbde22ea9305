import { latin1, uint16, uint32 } from "./checker/bytes.js";

/**
 * What the product's two media hold, read from their bytes by this code alone: two slots of magic 2, length 2, sequence 4,
 * CRC-32 4 and a record each, the newest whole one in force (modules/README.md).
 */
const HEADER_BYTES = 12;
const MAGIC = 0x5557;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
	let value = byte;
	for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
	return value;
});

function crc32(bytes: Uint8Array): number {
	let crc = -1;
	for (let i = 0; i < bytes.length; i++) {
		const byte = i >= 8 && i < HEADER_BYTES ? 0 : (bytes[i] as number);
		crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 255] as number);
	}
	return ~crc >>> 0;
}

interface Slot {
	sequence: number;
	record: Uint8Array;
}

/** What was worked out once. Made at the first use: in XS nothing that a module makes while it is loaded can change. */
class Known {
	readonly slots = new WeakMap<ArrayBuffer, Slot | null>();
	readonly journals = new WeakMap<Uint8Array, Record<string, unknown> | "damaged">();
	readonly recordNames = new WeakMap<object, string>();
	readonly names = new Map<string, string>();
}

let known: Known | undefined;

function knownNow(): Known {
	known ??= new Known();
	return known;
}

/** A slot's record; null where the slot is torn. A buffer is never written into, so it is looked at once. */
function slotOf(value: ArrayBuffer): Slot | null {
	const { slots } = knownNow();
	const before = slots.get(value);
	if (before !== undefined) return before;
	const bytes = new Uint8Array(value);
	const isWhole =
		bytes.length >= HEADER_BYTES &&
		uint16(bytes, 0) === MAGIC &&
		uint16(bytes, 2) === bytes.length - HEADER_BYTES &&
		uint32(bytes, 8) === crc32(bytes);
	const slot = isWhole ? { sequence: uint32(bytes, 4), record: bytes.subarray(HEADER_BYTES) } : null;
	slots.set(value, slot);
	return slot;
}

/** The record in force under a key; `null`: something is there, and nothing whole. */
export function recordOf(
	values: ReadonlyMap<string, ArrayBuffer>,
	key: string,
): Uint8Array | null | undefined {
	let newest: Slot | undefined;
	let isThere = false;
	for (const suffix of ["a", "b"]) {
		const value = values.get(`${key}-${suffix}`);
		if (!value) continue;
		isThere = true;
		const slot = slotOf(value);
		if (slot && (!newest || ((slot.sequence - newest.sequence) | 0) > 0)) newest = slot;
	}
	return newest ? newest.record : isThere ? null : undefined;
}

/** One that a torn write may have left behind is told from one that is gone. */
export interface StoredFacts {
	/** The journal's JSON; `damaged`; `missing`. */
	journal: Record<string, unknown> | "damaged" | "missing";
	order: string;
	orderSequence: string;
	/** The boot record, and the mark as it stands to it. */
	mark: string;
	distrusted: boolean;
	keys: string[];
	/** The number of the last boot. */
	bootNumber: number;
}

const shown = (record: Uint8Array | null | undefined): string =>
	record === undefined ? "missing" : record === null ? "damaged" : latin1(record);

function named(record: Uint8Array | null | undefined): string {
	if (!record) return shown(record);
	const { recordNames } = knownNow();
	let name = recordNames.get(record);
	if (name === undefined) {
		name = shortName(shown(record));
		recordNames.set(record, name);
	}
	return name;
}

function parsed(record: Uint8Array): Record<string, unknown> | "damaged" {
	const { journals } = knownNow();
	const before = journals.get(record);
	if (before) return before;
	let value: Record<string, unknown> | "damaged";
	try {
		value = JSON.parse(latin1(record)) as Record<string, unknown>;
	} catch {
		value = "damaged";
	}
	journals.set(record, value);
	return value;
}

export function storedFacts(
	battery: ReadonlyMap<string, ArrayBuffer>,
	flash: ReadonlyMap<string, ArrayBuffer>,
): StoredFacts {
	const boot = recordOf(flash, "boot");
	const mark = recordOf(battery, "mark");
	const journal = recordOf(flash, "journal");
	const bootNumber = boot && boot.length === 6 ? uint32(boot, 0) : 0;
	return {
		journal: journal ? parsed(journal) : journal === null ? "damaged" : "missing",
		order: named(recordOf(flash, "order")),
		orderSequence: named(recordOf(flash, "order-seq")),
		mark: `${bootNumber > 0} ${markFacts(mark, boot ?? undefined)}`,
		distrusted: flash.has("distrust"),
		keys: [...battery.keys(), ...flash.keys()],
		bootNumber,
	};
}

/** format 1, flags 1, epoch 2, boot number 4, time 8; the boot record: number 4, epoch 2. */
function markFacts(mark: Uint8Array | null | undefined, boot: Uint8Array | undefined): string {
	if (mark?.length !== 16) return shown(mark);
	const isOfBoot = boot?.length === 6 && uint32(mark, 4) === uint32(boot, 0);
	const isOfEpoch = boot?.length === 6 && uint16(mark, 2) === uint16(boot, 4);
	return `${mark[1]} ${isOfBoot} ${isOfEpoch}`;
}

/** A short name for a long text: the same for the same text, in this process. */
export function shortName(text: string): string {
	const { names } = knownNow();
	let name = names.get(text);
	if (name === undefined) {
		name = names.size.toString(36);
		names.set(text, name);
	}
	return name;
}

/** Times and counters are left out: a token counts by whether it is the next boot's, a prefetch by whether one was. */
function journalName(journal: Record<string, unknown>, bootNumber: number): string {
	const { restart, prefetchedAtMs, ...rest } = journal as {
		restart: { bootNumber: number; step: string; reason: string } | null;
		prefetchedAtMs: number;
	};
	const { recordNames } = knownNow();
	if (!restart) {
		const before = recordNames.get(journal);
		if (before !== undefined) return before;
	}
	const token = restart && [restart.bootNumber === bootNumber + 1, restart.step, restart.reason];
	const name = shortName(JSON.stringify([rest, token, prefetchedAtMs !== 0]));
	if (!restart) recordNames.set(journal, name);
	return name;
}

export function storedKey({
	journal,
	order,
	orderSequence,
	mark,
	distrusted,
	bootNumber,
}: StoredFacts): string {
	const name = typeof journal === "object" ? journalName(journal, bootNumber) : journal;
	return `${name},${order},${orderSequence},${mark},${distrusted}`;
}
