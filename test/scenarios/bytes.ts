import { asciiFromBytes, bytesFromAscii, latin1FromBytes } from "../../modules/storage/bytes.js";
import { crc32 } from "../../modules/storage/crc32.js";
import type { Measured } from "../xs/measure.js";

const LENGTHS = [0, 1, 31, 32, 33, 64, 1_000] as const;

export const scenarios: Record<string, () => string[]> = {
	"bytes become text and a checksum, and what is not ASCII is named"() {
		const log: string[] = [];
		for (const length of LENGTHS) {
			const bytes = new Uint8Array(length).map((_, index) => (index * 7) % 128);
			const text = asciiFromBytes(bytes);
			log.push(`${length} ${crc32(bytes)} ${crc32(bytesFromAscii(text))} ${JSON.stringify(text.slice(-40))}`);
			const high = bytes.map((byte) => byte + 128);
			log.push(`${crc32(high)} ${JSON.stringify(latin1FromBytes(high).slice(-40))}`);
			bytes[length - 1] = 200;
			for (const notAscii of [high, bytes]) {
				try {
					log.push(asciiFromBytes(notAscii));
				} catch (error) {
					log.push(String(error));
				}
			}
		}
		return log;
	},
};

export const measured: Measured = {
	"1 KiB"() {
		const bytes = new Uint8Array(1024).fill(97);
		const text = asciiFromBytes(bytes);
		return {
			"bytes to text": () => {
				asciiFromBytes(bytes);
			},
			"text to bytes": () => {
				bytesFromAscii(text);
			},
			"CRC-32": () => {
				crc32(bytes);
			},
		};
	},
};
