import type { Bench } from "./bench.js";

const SOH = 0x01;
const STX = 0x02;
const EOT = 0x04;
const PAD = 0x1a;

export interface TypeFileOptions {
	blockBytes?: 128 | 1024;
	crc?: boolean;
	/** What is announced; default: what the file has. */
	sizeBytes?: number;
	/** Only so many blocks, and no end. */
	blocks?: number;
}

/** Types `AT+WDSD` and the file, and does not look at what comes back. */
export function typeFile(bench: Bench, file: Uint8Array, options: TypeFileOptions = {}): void {
	const { blockBytes = 1024, crc = false, sizeBytes = file.length, blocks } = options;
	bench.type(`AT+WDSD=${sizeBytes}\r`);
	bench.clock.advance(10);
	const count = Math.ceil(file.length / blockBytes);
	for (let number = 1; number <= Math.min(count, blocks ?? count); number++) {
		const block = new Uint8Array(blockBytes).fill(PAD);
		block.set(file.subarray((number - 1) * blockBytes, number * blockBytes));
		typeFrame(bench, frameOf(block, number, crc));
	}
	if (blocks === undefined) typeFrame(bench, Uint8Array.of(EOT));
}

/** Lines without the bytes of a transfer between them. */
export function worded(lines: readonly string[]): string[] {
	return lines.map((line) => [...line].filter((c) => c >= " ").join("")).filter((line) => !/^C*$/.test(line));
}

export function frameOf(block: Uint8Array, number: number, crc: boolean): Uint8Array<ArrayBuffer> {
	const check = crc ? crcOf(block) : [block.reduce((sum, byte) => sum + byte, 0) & 255];
	return Uint8Array.of(block.length === 1024 ? STX : SOH, number & 255, ~number & 255, ...block, ...check);
}

export function typeFrame(bench: Bench, frame: Uint8Array<ArrayBuffer>): void {
	bench.modem.receive(frame.buffer);
	bench.clock.advance(100);
}

function crcOf(block: Uint8Array): [number, number] {
	let crc = 0;
	for (const byte of block)
		for (let bit = 7; bit >= 0; bit--) {
			const out = crc & 0x8000;
			crc = ((crc << 1) | ((byte >> bit) & 1)) & 0xffff;
			if (out) crc ^= 0x1021;
		}
	for (let i = 0; i < 16; i++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
	return [crc >> 8, crc & 255];
}
