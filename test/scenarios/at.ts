import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { Channel } from "../../modules/at/channel.js";
import { IDENTITY_QUERIES } from "../../modules/modem/identity.js";
import { ChunkSerial, chunksOf } from "../support/chunk-serial.js";
import type { Measured } from "../xs/measure.js";

/** What a modem says of a boot and an update, without being asked. */
const UNSOLICITED = [
	"+CGREG: 2",
	"+WDSI: 0",
	"+CGREG: 5",
	"+PBREADY",
	"+SIM: 1",
	"+KSUP: 0",
	"+WDSI: 4",
	"+WDSI: 6",
	"+WDSI: 23,1",
	"+WDSI: 9,1234567",
	"+WDSI: 18,0",
	"+WDSI: 18,42",
	"+WDSI: 18,100",
	"+WDSI: 10",
	"+WDSI: 12",
	"+WDSI: 3",
]
	.map((line) => `\r\n${line}\r\n`)
	.join("");
const NOISE = `AT\r\r\nOK\r\n\0\0\0swu_start: \x15\r\n\xff\x80\n\n+CME ERROR: 3\r${"x".repeat(300)}\r\n+KSUP: 0\r\nhalf`;
const ROUNDS = 8;

/** Bytes of one step of the story but the last, which has ten times as many. */
export const TRAFFIC_BYTES = UNSOLICITED.length * ROUNDS;

export const scenarios: Record<string, () => string[]> = {
	"lines are the same in every chunking, and what is no line is reported"() {
		const log: string[] = [];
		for (const chunkBytes of [1, 2, 3, 7, 16, 63, 64, 65, 1_000]) {
			const { serial, log: lines } = openChannel();
			serial.receive(chunksOf(UNSOLICITED + NOISE, chunkBytes));
			log.push(`${chunkBytes}: ${JSON.stringify(lines)}`);
		}
		return log;
	},
};

export const measured: Measured = {
	"unsolicited lines"() {
		const serial = new ChunkSerial();
		new Channel({
			serial: serial.options,
			clock: new VirtualClock(),
			syncQueries: IDENTITY_QUERIES,
			onLine: () => {},
			onGone: () => {},
		});
		const steps: Record<string, () => void> = {};
		for (const chunkBytes of [1, 16, 64]) {
			const chunks = chunksOf(UNSOLICITED.repeat(ROUNDS), chunkBytes);
			steps[`chunks of ${chunkBytes}`] = () => serial.receive(chunks);
		}
		const chunks = chunksOf(UNSOLICITED.repeat(10 * ROUNDS), 1);
		steps["chunks of 1, ten times as many"] = () => serial.receive(chunks);
		return steps;
	},
};

function openChannel(): { serial: ChunkSerial; log: string[] } {
	const log: string[] = [];
	const serial = new ChunkSerial();
	new Channel({
		serial: serial.options,
		clock: new VirtualClock(),
		syncQueries: IDENTITY_QUERIES,
		onLine: (line) => log.push(line),
		onTrouble: (trouble) => log.push(JSON.stringify(trouble)),
		onGone: (reason) => log.push(reason),
	});
	return { serial, log };
}
