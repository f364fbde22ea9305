import { EmulatedProcessor } from "../../emulator/processor.js";
import {
	DEFAULT_PROCESSOR_BEHAVIOUR,
	type ImageConduct,
	type ProcessorBehaviour,
} from "../../emulator/processor-behaviour.js";
import { processorFlash } from "../../emulator/processor-flash.js";
import { readInput } from "../files.js";
import { McubootImageError, readMcubootImage } from "../image-files/mcuboot-image.js";
import { InputError } from "../input-error.js";
import { SystemClock } from "../system-clock.js";
import { checkLink, type Link, openLink } from "./link.js";
import { MINUTE_MS } from "./minute.js";
import { untilSignal } from "./signals.js";

/** What `emulate processor` was asked for. */
export interface ProcessorOptions {
	image: string;
	conduct: Readonly<Record<string, ImageConduct>>;
	bootloader: ProcessorBehaviour["bootloader"];
	minute: number;
	link?: string;
	tcp?: number;
}

/** Until a signal ends it; one line on standard output when it is ready. Throws UsageError and InputError. */
export async function emulateProcessor(options: ProcessorOptions): Promise<void> {
	checkLink(options);
	const image = readInput(options.image, "an image", DEFAULT_PROCESSOR_BEHAVIOUR.slotBytes);
	const version = versionOf(options.image, image);
	let link: Link | undefined;
	const processor = new EmulatedProcessor({
		clock: new SystemClock(),
		flash: processorFlash(image),
		behaviour: behaviourFrom(options),
		onTransmit: (bytes) => link?.write(bytes),
		onLog: (text) => process.stderr.write(`# ${text}\n`),
	});
	const ended = untilSignal();
	const cyclePower = () => {
		processor.powerOff();
		processor.powerOn();
	};
	process.on("SIGUSR1", cyclePower);
	try {
		link = await openLink(options, (bytes) => processor.receive(bytes));
		processor.powerOn();
		process.stdout.write(`processor ${version} at ${link.name} (emulated)\n`);
		await ended;
	} finally {
		processor.powerOff();
		link?.close();
		process.off("SIGUSR1", cyclePower);
	}
}

function behaviourFrom({ minute, conduct, bootloader }: ProcessorOptions): Partial<ProcessorBehaviour> {
	const { swapMs, eraseMs, bootMs } = DEFAULT_PROCESSOR_BEHAVIOUR;
	const pace = minute / MINUTE_MS;
	return {
		bootloader,
		images: conduct,
		swapMs: swapMs * pace,
		eraseMs: eraseMs * pace,
		bootMs: bootMs * pace,
	};
}

function versionOf(path: string, image: Uint8Array): string {
	try {
		return readMcubootImage(image).version;
	} catch (error) {
		if (error instanceof McubootImageError) throw new InputError(`${path} is refused. ${error.message}`);
		throw error;
	}
}
