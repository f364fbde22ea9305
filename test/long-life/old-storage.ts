import { crc32 } from "../../modules/storage/crc32.js";

const MAGIC = 0x5557;
const HEADER_BYTES = 12;

type Values = Map<string, ArrayBuffer>;

/**
 * A record as it lies in its slot after so many writes (two slots in turn, a header of 12 bytes: magic, length, sequence, CRC).
 * Written without the module that reads it, and so a second opinion on the layout.
 */
export function putSlot(values: Values, key: string, record: Uint8Array, sequence: number): void {
	const bytes = new Uint8Array(HEADER_BYTES + record.length);
	const view = new DataView(bytes.buffer);
	view.setUint16(0, MAGIC);
	view.setUint16(2, record.length);
	view.setUint32(4, sequence);
	bytes.set(record, HEADER_BYTES);
	view.setUint32(8, crc32(bytes));
	values.set(key, bytes.buffer);
}

/** The sequence of a slot, whatever else is in it. */
export function sequenceOf(values: ReadonlyMap<string, ArrayBuffer>, key: string): number | undefined {
	const value = values.get(key);
	return value && value.byteLength >= HEADER_BYTES ? new DataView(value).getUint32(4) : undefined;
}

/** Gives both slots of a record the highest sequences there are, so that the next writes go over 2^32. */
export function age(values: Values, key: string): void {
	for (const [slot, sequence] of [
		["a", 0xffff_fffe],
		["b", 0xffff_ffff],
	] as const) {
		const value = values.get(`${key}-${slot}`) ?? values.get(`${key}-a`);
		if (value) putSlot(values, `${key}-${slot}`, new Uint8Array(value.slice(HEADER_BYTES)), sequence);
	}
}

/** A product that was switched on almost 2^32 times, and whose clock was set almost 2^16 times. */
export function ageBoots(values: Values, bootNumber: number, epoch: number): void {
	const record = new Uint8Array(6);
	const view = new DataView(record.buffer);
	view.setUint32(0, bootNumber);
	view.setUint16(4, epoch);
	putSlot(values, "boot-a", record, 0xffff_ff00);
}
