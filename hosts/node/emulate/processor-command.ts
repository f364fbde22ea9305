import { Command, Option } from "commander";
import {
	DEFAULT_PROCESSOR_BEHAVIOUR,
	type ImageConduct,
	type ProcessorBehaviour,
} from "../../emulator/processor-behaviour.js";
import { UsageError } from "../usage-error.js";
import { MINUTE_MS, minuteOf } from "./minute.js";
import { portOf } from "./port.js";
import type { ProcessorOptions } from "./processor.js";

const CONDUCTS: readonly ImageConduct[] = ["runs", "silent", "crashes", "keeps-itself"];
const BOOTLOADERS = ["swap-scratch", "swap-move", "swap-offset", "overwrite"] as const;

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
		.action(async (options: ProcessorOptions) => {
			const { emulateProcessor } = await import("./processor.js");
			await emulateProcessor(options);
		});
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
