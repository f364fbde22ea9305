/**
 * What stands in for the vendor's delta files: one line of ASCII, `EMULATED-DELTA <from> <to> <size>` and LF, then bytes
 * that follow from that line and their place, to the size. Every byte value occurs, those of XMODEM and line ends too. An
 * emulated modem knows by it what it was given, and whether a byte of it was changed on the way, in memory that does not
 * depend on the size.
 */
export interface EmulatedDelta {
	/** The only version that it can be installed over. */
	from: string;
	to: string;
	/** All of it, the line included. */
	sizeBytes: number;
}

const MARK = "EMULATED-DELTA";
const LF = 10;
/** The longest line; a version has about 50 characters. */
export const DELTA_LINE_BYTES_MAX = 160;

/** A delta has no room for its first line, or a version in it cannot be written. */
export class EmulatedDeltaError extends Error {
	override name = "EmulatedDeltaError";
}

/** The whole file. Throws EmulatedDeltaError. */
export function emulatedDelta(delta: EmulatedDelta): Uint8Array<ArrayBuffer> {
	return emulatedDeltaBytes(delta, 0, delta.sizeBytes);
}

/** A piece of the file, for those who have no room for all of it; shorter at its end. Throws EmulatedDeltaError. */
export function emulatedDeltaBytes(
	delta: EmulatedDelta,
	offsetBytes: number,
	bytes: number,
): Uint8Array<ArrayBuffer> {
	const line = lineOf(delta);
	const seed = seedOf(line);
	const piece = new Uint8Array(Math.max(0, Math.min(bytes, delta.sizeBytes - offsetBytes)));
	for (let i = 0; i < piece.length; i++) {
		const at = offsetBytes + i;
		piece[i] = at < line.length ? line.charCodeAt(at) : bodyByte(seed, at);
	}
	return piece;
}

/** The delta whose first line the bytes begin with; undefined where they begin with none. */
export function parseDeltaLine(start: Uint8Array): EmulatedDelta | undefined {
	const end = start.indexOf(LF);
	if (end < 0 || end >= DELTA_LINE_BYTES_MAX) return undefined;
	let line = "";
	for (const byte of start.subarray(0, end)) line += String.fromCharCode(byte);
	const match = /^EMULATED-DELTA ([!-~]+) ([!-~]+) (\d{1,8})$/.exec(line);
	return match
		? { from: match[1] as string, to: match[2] as string, sizeBytes: Number(match[3]) }
		: undefined;
}

/** The byte at a place behind the first line. */
export function bodyByte(seed: number, at: number): number {
	return (Math.imul(at ^ seed, 0x9e3779b1) ^ Math.imul(at, 0x85ebca6b)) >>> 24;
}

/** What the bytes behind the first line follow from. */
export function seedOf(line: string): number {
	let seed = 17;
	for (let i = 0; i < line.length; i++) seed = (Math.imul(seed, 31) + line.charCodeAt(i)) | 0;
	return seed;
}

/** The first line, its LF included. Throws EmulatedDeltaError. */
export function lineOf({ from, to, sizeBytes }: EmulatedDelta): string {
	for (const version of [from, to])
		if (!/^[!-~]+$/.test(version))
			throw new EmulatedDeltaError(`Expected a version without spaces, got ${JSON.stringify(version)}`);
	const line = `${MARK} ${from} ${to} ${sizeBytes}\n`;
	if (line.length > DELTA_LINE_BYTES_MAX || !(sizeBytes >= line.length))
		throw new EmulatedDeltaError(
			`Expected a size of at least ${line.length} bytes and a line of at most ${DELTA_LINE_BYTES_MAX}, got ${sizeBytes} and ${line.length}`,
		);
	return line;
}
