import { HOSTILE, TRANSCRIPTS, UNSOLICITED } from "./corpus.js";
import type { Xorshift } from "./xorshift.js";

const CR = 13;
const LF = 10;

type Bytes = Uint8Array<ArrayBuffer>;

export const NOISE_KINDS = [
	"random",
	"printable",
	"mutated",
	"flood",
	"hostile",
	"long-line",
	"zeros",
	"line-ends",
	"final-results",
	"control",
] as const;

export type NoiseKind = (typeof NOISE_KINDS)[number];

/** XMODEM's and others': NUL, ACK, CAN, EOT, `C`, NAK, SUB. */
const CONTROLS: readonly number[] = [0, 6, 24, 4, 67, 21, 26, 127, 17, 19];

/** Fills a block with noise of one kind. */
export function fillNoise(block: Bytes, kind: NoiseKind, random: Xorshift): void {
	switch (kind) {
		case "random":
			random.fill(block);
			return;
		case "printable":
			random.fill(block);
			for (let i = 0; i < block.length; i++) {
				const byte = (block[i] as number) & 0x7f;
				block[i] = byte >= 32 ? byte : byte < 2 ? LF : byte < 4 ? CR : byte + 65;
			}
			return;
		case "mutated":
			fillWith(block, () => mutated(random.pick(TRANSCRIPTS), random));
			return;
		case "flood":
			fillRepeating(block, `\r\n${random.pick(UNSOLICITED)}\r\n`);
			return;
		case "hostile":
			fillWith(block, () => `\r\n${random.pick(HOSTILE)}\r\n`);
			return;
		case "long-line":
			block.fill(65 + random.below(26));
			return;
		case "zeros":
			block.fill(0);
			return;
		case "line-ends":
			for (let i = 0; i < block.length; i++) block[i] = i & 1 ? LF : CR;
			return;
		case "final-results":
			fillRepeating(block, random.pick(["\r\nOK\r\n", "\r\nERROR\r\n", "\r\n+CME ERROR: 3\r\n", "OK\r"]));
			return;
		case "control":
			for (let i = 0; i < block.length; i++) block[i] = random.pick(CONTROLS);
			return;
	}
}

/** A text with a few bytes changed, taken out, put in, doubled or moved. */
export function mutated(text: string, random: Xorshift): string {
	let changed = text;
	for (let times = 1 + random.below(4); times > 0; times--) {
		const at = random.below(changed.length + 1);
		const head = changed.slice(0, at);
		const tail = changed.slice(at);
		switch (random.below(6)) {
			case 0:
				changed = head + tail.slice(1);
				break;
			case 1:
				changed = head + String.fromCharCode(random.below(256)) + tail;
				break;
			case 2:
				changed =
					head + String.fromCharCode((tail.charCodeAt(0) || 0) ^ (1 << random.below(8))) + tail.slice(1);
				break;
			case 3:
				changed = head + tail.slice(0, random.below(40)) + tail;
				break;
			case 4:
				changed = tail + head;
				break;
			default:
				changed = `${head}\r\n${random.pick(UNSOLICITED)}\r\n${tail}`;
		}
	}
	return changed;
}

export function latin1(text: string): Bytes {
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
	return bytes;
}

function fillWith(block: Bytes, next: () => string): void {
	let at = 0;
	while (at < block.length) {
		const text = next();
		const count = Math.min(text.length, block.length - at);
		for (let i = 0; i < count; i++) block[at + i] = text.charCodeAt(i);
		at += count;
	}
}

function fillRepeating(block: Bytes, text: string): void {
	const piece = latin1(text);
	for (let i = 0; i < block.length; i++) block[i] = piece[i % piece.length] as number;
}
