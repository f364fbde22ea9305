import { Command, Option } from "commander";
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
import { UsageError } from "../usage-error.js";
import { checkLink, type Link, openLink, portOf } from "./link.js";
import { minuteOf } from "./minute.js";
import { untilSignal } from "./signals.js";

const CONDUCTS: readonly ImageConduct[] = ["runs", "silent", "crashes", "keeps-itself"];
const BOOTLOADERS = ["swap-scratch", "swap-move", "swap-offset", "overwrite"] as const;
const MINUTE_MS = 60_000;

/** What `emulate processor` was asked for. */
export interface ProcessorOptions {
	image: string;
	conduct: Readonly<Record<string, ImageConduct>>;
	bootloader: ProcessorBehaviour["bootloader"];
	minute: number;
	link?: string;
	tcp?: number;
}

const HELP = `
It has MCUboot with two slots, and a server of the Simple Management Protocol on its console. A swap of the slots takes
20 s of its own time, an erase 3 s. What it does is told on standard error.

Images: runs; silent (it runs, its server does not); crashes (it resets soon after its start); keeps-itself (it confirms
itself without being asked).

Signals: SIGUSR1 cycles its power, SIGTERM ends.`;

/** `update-window emulate processor`: an emulated processor for any other program. */
export function processorCommand(): Command {
	return new Command("processor")
		.exitOverride()
		.description("an emulated processor with MCUboot and SMP, for any other program")
		.requiredOption("--image <file>", "the image that it runs (MCUboot)")
		.addOption(
			new Option("--conduct <version=how>", "what an image does when it runs (repeatable)")
				.argParser(conductOf)
				.default({}, "runs"),
		)
		.option(
			"--bootloader <mode>",
			"how MCUboot updates",
			bootloaderOf,
			DEFAULT_PROCESSOR_BEHAVIOUR.bootloader,
		)
		.addOption(
			new Option("--minute <duration>", "how long a minute of the processor takes")
				.argParser(minuteOf)
				.default(MINUTE_MS, "1m"),
		)
		.option("--link <path>", "a link to a pseudo-terminal, made here and removed at the end")
		.option("--tcp <port>", "a port of 127.0.0.1", portOf)
		.addHelpText("after", HELP)
		.action(async (options: ProcessorOptions) => emulateProcessor(options));
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

function conductOf(
	text: string,
	earlier: Readonly<Record<string, ImageConduct>>,
): Readonly<Record<string, ImageConduct>> {
	const [, version, how] = /^([^=]+)=(.*)$/.exec(text) ?? [];
	const conduct = CONDUCTS.find((each) => each === how);
	if (version === undefined || !conduct)
		throw new UsageError(
			`Expected \`--conduct\` to be VERSION=HOW with ${CONDUCTS.join(", ")}, such as 1.1.0=crashes, got ${text}`,
		);
	return { ...earlier, [version]: conduct };
}

function bootloaderOf(text: string): ProcessorBehaviour["bootloader"] {
	const known = BOOTLOADERS.find((each) => each === text);
	if (known) return known;
	throw new UsageError(`Expected \`--bootloader\` to be ${BOOTLOADERS.join(", ")}, got ${text}`);
}
