import type { Store } from "../../../modules/io/store.js";

/** What lies where in the SRAM. The two slots of the alive mark; 8 bytes are left. */
const LAYOUT: Readonly<Record<string, { readonly offset: number; readonly lengthBytes: number }>> =
	Object.freeze({
		"mark-a": Object.freeze({ offset: 0, lengthBytes: 28 }),
		"mark-b": Object.freeze({ offset: 28, lengthBytes: 28 }),
	});

/** A key that has no place in the SRAM, or a value of another length than its place. */
export class SramLayoutError extends Error {
	override name = "SramLayoutError";
}

/** The part of Mcp7940n that has to do with its SRAM. */
export interface SramRtc {
	readSram(offset: number, lengthBytes: number): Uint8Array<ArrayBuffer>;
	writeSram(offset: number, bytes: Uint8Array<ArrayBuffer>): void;
}

/**
 * The MCP7940N's battery-backed SRAM as the medium of the alive mark: no wear, and gone with the battery. A key is there
 * unless all its bytes are 0; what a part without a battery woke up with is for the slots' CRC to find out.
 */
export class Mcp7940nSramStore implements Store {
	readonly #rtc: SramRtc;

	constructor({ rtc }: { rtc: SramRtc }) {
		this.#rtc = rtc;
	}

	read(key: string): ArrayBuffer | undefined {
		const place = LAYOUT[key];
		if (!place) return undefined;
		const bytes = this.#rtc.readSram(place.offset, place.lengthBytes);
		return bytes.every((byte) => byte === 0) ? undefined : bytes.buffer;
	}

	/** Throws SramLayoutError, and what the bus throws. */
	write(key: string, value: ArrayBuffer): void {
		const place = LAYOUT[key];
		if (!place) throw new SramLayoutError(`Expected one of ${Object.keys(LAYOUT).join(", ")}, got ${key}`);
		if (value.byteLength !== place.lengthBytes)
			throw new SramLayoutError(`Expected ${place.lengthBytes} bytes for ${key}, got ${value.byteLength}`);
		this.#rtc.writeSram(place.offset, new Uint8Array(value));
	}

	delete(key: string): void {
		const place = LAYOUT[key];
		if (place) this.#rtc.writeSram(place.offset, new Uint8Array(place.lengthBytes));
	}
}
