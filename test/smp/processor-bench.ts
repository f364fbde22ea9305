import { EmulatedProcessor } from "../../hosts/emulator/processor.js";
import type { ProcessorBehaviour } from "../../hosts/emulator/processor-behaviour.js";
import { type ProcessorFlash, processorFlash } from "../../hosts/emulator/processor-flash.js";
import { imageFacts, mcubootImage } from "../../hosts/emulator/processor-image.js";
import { EmulatedSerial } from "../../hosts/emulator/serial.js";
import { sha256 } from "../../hosts/emulator/sha256.js";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { type Direction, Wire } from "../../hosts/emulator/wire.js";
import type { ElementStatus, TargetImage } from "../../modules/elements/element.js";
import type { ElementError } from "../../modules/elements/element-error.js";
import { SmpProcessor, type SmpProcessorOptions } from "../../modules/elements/smp-processor.js";

export const OLD_IMAGE = mcubootImage({ version: "1.0.0", sizeBytes: 3_000 });
export const NEW_IMAGE = mcubootImage({ version: "1.1.0", sizeBytes: 5_000, seed: 2 });
export const OTHER_IMAGE = mcubootImage({ version: "0.9.0", sizeBytes: 4_000, seed: 3 });
const VERB_LIMIT_MS = 3_600_000;

/** What an order says of an image. */
export function targetOf(image: Uint8Array): TargetImage {
	const facts = imageFacts(image);
	return {
		version: facts?.version ?? "",
		sizeBytes: image.length,
		sha256: hexOf(sha256(image)),
		hash: hexOf(facts?.hash ?? new Uint8Array(0)),
	};
}

export const OLD = targetOf(OLD_IMAGE);
export const NEW = targetOf(NEW_IMAGE);

export type Verb = "start" | "upload" | "install" | "accept" | "reject" | "clean";

export interface ProcessorBenchOptions {
	behaviour?: Partial<ProcessorBehaviour>;
	element?: Partial<SmpProcessorOptions>;
	/** What becomes of the bytes on their way; undefined: they are lost. */
	disturb?: (direction: Direction, bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> | undefined;
	flash?: ProcessorFlash;
}

/** An emulated processor, the element that drives it, and a wire between them, in virtual time. The processor has power. */
export class ProcessorBench {
	readonly clock = new VirtualClock();
	readonly flash: ProcessorFlash;
	readonly wire: Wire;
	readonly processor: EmulatedProcessor;
	element: SmpProcessor;
	readonly log: string[] = [];
	readonly troubles: string[] = [];
	/** How often the element pulled the reset line, where it has one. */
	pulls = 0;
	readonly #options: ProcessorBenchOptions;

	constructor(options: ProcessorBenchOptions = {}) {
		this.#options = options;
		const { behaviour = {}, disturb = (_, bytes) => bytes } = options;
		this.flash = options.flash ?? processorFlash(OLD_IMAGE);
		this.wire = new Wire({ clock: this.clock });
		this.processor = new EmulatedProcessor({
			clock: this.clock,
			flash: this.flash,
			behaviour,
			onTransmit: (bytes) => {
				const left = disturb("to-host", new Uint8Array(bytes));
				if (left) this.wire.toHost(left.buffer);
			},
			onLog: (text) => this.log.push(text),
		});
		this.wire.attachModem({
			receive: (bytes) => {
				const left = disturb("to-modem", new Uint8Array(bytes));
				if (left) this.processor.receive(left.buffer);
			},
		});
		this.element = this.#newElement();
		this.processor.powerOn();
		this.clock.advance(1_000);
	}

	/** Our own MCU starts again: everything that the element had in RAM is gone. */
	restartHost(): void {
		this.element.close();
		this.element = this.#newElement();
	}

	/** Power goes for everybody, and comes back. */
	cutPower(offMs = 1_000): void {
		this.processor.powerOff();
		this.restartHost();
		this.clock.advance(offMs);
		this.processor.powerOn();
	}

	/** Runs a verb to its end; "ok", or the reason of its error. Throws where it never ends. */
	run(verb: Verb, image: Uint8Array = verb === "reject" ? OLD_IMAGE : NEW_IMAGE): string {
		return this.attempt(verb, image)?.reason ?? "ok";
	}

	/** Like `run`, and gives the error itself. */
	attempt(
		verb: Verb,
		image: Uint8Array = verb === "reject" ? OLD_IMAGE : NEW_IMAGE,
	): ElementError | undefined {
		let end: { error: ElementError | undefined } | undefined;
		this.begin(verb, image, (error) => {
			if (end) throw new Error(`${verb} ended twice`);
			end = { error };
		});
		if (!this.clock.runUntil(() => end !== undefined, VERB_LIMIT_MS)) throw new Error(`${verb} never ended`);
		return end?.error;
	}

	begin(verb: Verb, image: Uint8Array, done: (error: ElementError | undefined) => void): void {
		const target = targetOf(image);
		const { element } = this;
		if (verb === "upload") this.#upload(image, done);
		else if (verb === "start") element.start(target, (error) => done(error));
		else if (verb === "install") element.install(target, done);
		else if (verb === "accept") element.accept(target, done);
		else if (verb === "reject") element.reject(target, done);
		else element.clean(done);
	}

	/** What the element tells, as `state running/other`, by version; the reason where it fails. */
	get state(): string {
		let told: string | undefined;
		this.element.query((error, status) => {
			told = error?.reason ?? shown(status as ElementStatus);
		});
		if (!this.clock.runUntil(() => told !== undefined, VERB_LIMIT_MS)) throw new Error("query never ended");
		return told as string;
	}

	#upload(image: Uint8Array, done: (error: ElementError | undefined) => void): void {
		const { element } = this;
		const next = (offsetBytes: number): void => {
			if (offsetBytes >= image.length) return element.finish(done);
			const block = image.subarray(offsetBytes, offsetBytes + element.blockBytes);
			element.write(offsetBytes, block, (error) => {
				if (error) done(error);
				else next(offsetBytes + block.length);
			});
		};
		element.start(targetOf(image), (error, offsetBytes) => {
			if (error) done(error);
			else next(offsetBytes);
		});
	}

	#newElement(): SmpProcessor {
		return new SmpProcessor({
			name: "sensor",
			serial: { io: EmulatedSerial as never, wire: this.wire },
			clock: this.clock,
			onTrouble: (trouble) => this.troubles.push(trouble),
			...this.#options.element,
		});
	}
}

function shown({ state, running, other }: ElementStatus): string {
	return `${state} ${running.version}/${other?.version ?? "-"}`;
}

function hexOf(bytes: Uint8Array): string {
	let hex = "";
	for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
	return hex;
}
