import type { ProcessorBehaviour } from "../../hosts/emulator/processor-behaviour.js";
import { encodeItem } from "../../hosts/emulator/processor-cbor.js";
import { linesOf } from "../../hosts/emulator/processor-console.js";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { SmpProcessor } from "../../modules/elements/smp-processor.js";
import { NEW, ProcessorBench, type Verb } from "../smp/processor-bench.js";
import { ChunkSerial } from "../support/chunk-serial.js";
import type { Measured } from "../xs/measure.js";

type Step = Verb | "cut" | "crash";

/** Each step with what came of it, what the processor tells afterwards, the bytes on the line and the time. */
function story(steps: readonly Step[], behaviour: Partial<ProcessorBehaviour> = {}): string[] {
	const bench = new ProcessorBench({ behaviour });
	const log: string[] = [];
	for (const step of steps) {
		let end = "";
		if (step === "cut") bench.cutPower();
		else if (step === "crash") bench.processor.reset();
		else {
			const error = bench.attempt(step);
			end = error ? ` ${error.reason}: ${error.message}` : " ok";
		}
		const { state } = bench;
		const { wire } = bench;
		log.push(
			`${step}${end}; ${state}; ${wire.bytes("to-modem")} and ${wire.bytes("to-host")} bytes, ${bench.clock.now()} ms`,
		);
	}
	return [...log, ...bench.log, ...bench.troubles];
}

export const scenarios: Record<string, () => string[]> = {
	"an update and back": () => story(["upload", "install", "accept", "reject", "clean"]),
	"a trial that a power cut ends": () => story(["upload", "install", "cut", "reject"]),
	"an old server, with a log on its line": () =>
		story(["upload", "install", "reject"], {
			errors: "legacy",
			indefinite: false,
			frugal: true,
			noise: "log",
			tellsBuffer: false,
		}),
	"a bootloader that keeps no old image": () =>
		story(["upload", "install", "clean"], { bootloader: "overwrite" }),
	"an image that crashes": () => story(["upload", "install", "crash"], { images: { "1.1.0": "crashes" } }),
	"an image that does not fit": () => story(["upload", "start"], { slotBytes: 4_096 }),
};

export const MEASURED_BYTES = 65_536;
const BLOCK_BYTES = 1_024;
/** So that each block is one piece but the first, which also carries size and SHA-256. */
const BUFFER_BYTES = 1_200;
const STEPS = 16;

/** An upload of 1 MiB in 16 steps, against a server that costs nothing: its answers are made before. */
export const measured: Measured = {
	upload: () => {
		const serial = new ChunkSerial();
		const element = new SmpProcessor({ name: "sensor", serial: serial.options, clock: new VirtualClock() });
		const block = new Uint8Array(BLOCK_BYTES).fill(0x5a);
		let answers: ArrayBuffer[] = [];
		let sequence = 0;
		let writtenBytes = 0;
		const answerOf = (
			group: number,
			id: number,
			operation: number,
			map: Parameters<typeof encodeItem>[0],
		): ArrayBuffer => {
			const body = encodeItem(map, true);
			const packet = [
				8 | operation,
				0,
				body.length >> 8,
				body.length & 0xff,
				0,
				group,
				sequence++ & 0xff,
				id,
				...body,
			];
			return Uint8Array.from(linesOf(packet)).buffer;
		};
		const prepare = (): void => {
			answers = [];
			for (let at = writtenBytes + BLOCK_BYTES; at <= writtenBytes + MEASURED_BYTES; at += BLOCK_BYTES)
				answers.push(answerOf(1, 1, 3, { off: at }));
		};
		const upload = (): void => {
			for (const answer of answers) {
				element.write(writtenBytes, block, (error) => {
					if (error) throw error;
				});
				serial.receive([answer]);
				writtenBytes += BLOCK_BYTES;
			}
		};
		const steps: Record<string, () => void> = {
			start: () => {
				element.start({ ...NEW, sizeBytes: STEPS * MEASURED_BYTES }, () => {});
				const slot = { slot: 0, version: "1.0.0", hash: new Uint8Array(32), confirmed: true, active: true };
				serial.receive([answerOf(1, 0, 1, { images: [slot] })]);
				serial.receive([answerOf(0, 8, 1, { mode: 3 })]);
				serial.receive([answerOf(0, 6, 1, { buf_size: BUFFER_BYTES })]);
			},
		};
		for (let step = 1; step <= STEPS; step++) {
			steps[`prepare ${step}`] = prepare;
			steps[`upload ${step}`] = upload;
		}
		steps["let go"] = () => {
			answers = [];
		};
		return steps;
	},
};
