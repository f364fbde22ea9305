import type { Behaviour } from "../../hosts/emulator/behaviour.js";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import type { SerialOptions } from "../../modules/at/channel.js";
import type { ElementError } from "../../modules/elements/element-error.js";
import { ModemFile } from "../../modules/elements/modem-file.js";
import type { SerialCallbacks } from "../../modules/io/serial.js";
import { DeviceServices } from "../../modules/modem/device-services.js";
import { crc16 } from "../../modules/storage/crc16.js";
import { FileBench, type FileBenchOptions } from "../xmodem/file-bench.js";
import { seededNoise } from "../xmodem/noise.js";
import type { Measured } from "../xs/measure.js";

const MEGABYTE = 1_048_576;
const SMALL_BYTES = MEGABYTE;
const BIG_BYTES = 16 * MEGABYTE;

export const scenarios: Record<string, () => string[]> = {
	"files of all kinds arrive in the emulated modem, and what goes wrong has the same end everywhere"() {
		const log: string[] = [`crc ${crc16(Uint8Array.of(1, 2, 3, 255)).toString(16)}`];
		const faults: Partial<Behaviour>[] = [
			{},
			{ fileRequest: "crc" },
			{ fileFault: "error-1k" },
			{ fileFault: "cancel" },
			{ fileFault: "mute" },
			{ fileFault: "lost-ack" },
			{ installAskedAfterDownload: false },
		];
		for (const behaviour of faults) log.push(...told({ behaviour, sizeBytes: 4_100 }));
		log.push(
			...told({
				disturb: seededNoise({ seed: 5, every: 1_000, spacing: 1 }),
				behaviour: { fileRequest: "crc" },
			}),
		);
		return log;
	},
};

/** One file, and what came of it. */
function told(options: FileBenchOptions): string[] {
	const b = new FileBench(options).armed();
	const error = b.send();
	b.file.cancel();
	const end = error ? `${error.reason}: ${error.message}` : "arrived";
	return [...b.traffic, `${end} at ${b.clock.now()}, retry ${b.file.retry}, ${b.flash.stored?.version}`];
}

/**
 * A modem that costs next to nothing, so that what is metered is ours: it answers commands with OK, asks for a file and
 * takes every block of it without looking.
 */
class Taker {
	readonly clock = new VirtualClock();
	readonly options: SerialOptions;
	#onReadable: (bytes: number) => void = () => {};
	#next: ArrayBuffer | undefined;

	constructor() {
		const taker = this;
		this.options = {
			io: class {
				constructor({ onReadable }: SerialCallbacks) {
					taker.#onReadable = onReadable;
				}
				read(): ArrayBuffer | undefined {
					const next = taker.#next;
					taker.#next = undefined;
					return next;
				}
				write(bytes: ArrayBuffer): void {
					taker.#take(bytes);
				}
				close(): void {}
			},
		};
	}

	#take(bytes: ArrayBuffer): void {
		const [first, second, third = 0] = new Uint8Array(bytes);
		if (first === 0x41 && second === 0x54) {
			const isFile = bytes.byteLength > 8 && new Uint8Array(bytes)[6] === 0x44;
			const isModel = third === 0x2b && new Uint8Array(bytes)[3] === 0x43;
			this.#say(isFile ? "\x15" : isModel ? "\r\nHL7800\r\n\r\nOK\r\n" : "\r\nOK\r\n");
		} else {
			this.#say(bytes.byteLength === 1 ? "\x06\r\nOK\r\n\r\n+WDSI: 3\r\n" : "\x06");
		}
	}

	#say(text: string): void {
		const bytes = new Uint8Array(text.length);
		for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
		this.clock.setTimeout(() => {
			this.#next = bytes.buffer;
			this.#onReadable(bytes.length);
		}, 0);
	}
}

/** A driver with a file of so many bytes on its way; `go` takes it on to an offset. */
function sendingTo(taker: Taker, sizeBytes: number) {
	const services: DeviceServices = new DeviceServices({
		serial: taker.options,
		clock: taker.clock,
		family: "HL7800",
		permit: () => true,
		onIndication: (indication) => file.receive(indication),
		onRestart: () => {},
		onGone: () => {},
	});
	const file: ModemFile = new ModemFile({ services, clock: taker.clock });
	const block = new Uint8Array(file.blockBytes);
	let offset = 0;
	let ready = false;
	let end: ElementError | "arrived" | undefined;
	const written = (error: ElementError | undefined): void => {
		ready = true;
		if (error) end = error;
	};
	const until = (done: () => boolean): void => {
		if (!taker.clock.runUntil(() => done() || end !== undefined, 3_600_000) || end instanceof Error)
			throw new Error(`Expected the file to go on at ${offset}, got ${end}`);
	};
	return {
		start(): void {
			file.start({ version: "", sizeBytes, sha256: "", hash: "" }, written);
			until(() => ready);
		},
		go(toBytes: number): void {
			while (offset < toBytes) {
				ready = false;
				offset += block.length;
				file.write(offset - block.length, block, written);
				until(() => ready);
			}
		},
		finish(): void {
			file.finish((error) => {
				end = error ?? "arrived";
			});
			until(() => end !== undefined);
			services.close();
		},
	};
}

const story = (sizeBytes: number) => (): Record<string, () => void> => {
	const sending = sendingTo(new Taker(), sizeBytes);
	return {
		start: () => sending.start(),
		"the first 64 KB": () => sending.go(65_536),
		"the rest": () => sending.go(sizeBytes),
		finish: () => sending.finish(),
	};
};

export const measured: Measured = {
	"a local update of 1 MB": story(SMALL_BYTES),
	"a local update of 16 MB": story(BIG_BYTES),
};
