import { join } from "node:path";
import { Command, Option } from "commander";
import { DEFAULT_BEHAVIOUR } from "../../emulator/behaviour.js";
import { DEFAULT_PROCESSOR_BEHAVIOUR } from "../../emulator/processor-behaviour.js";
import { RELEASES } from "../demo/company.js";
import { FILES_HELP, writeFiles } from "./files-command.js";
import { minuteOf } from "./minute.js";
import { emulateModem } from "./modem.js";
import { emulateProcessor } from "./processor-command.js";

const PROCESSORS = ["sensor", "display"] as const;
const MINUTE_MS = 60_000;

const HELP = `
In the directory are then the links modem, sensor and display, to be given to run, and these files:
${FILES_HELP}
The emulated server has no job: the modem's package is handed over as a file (order new --image).

Signals: SIGUSR1 cycles the power of all three, SIGTERM and Ctrl-C end. Our own MCU is the program \`run\`: SIGKILL is its power cut.`;

/** `update-window emulate set`: all that a product of four elements has beside its own MCU. */
export function setCommand(): Command {
	return new Command("set")
		.exitOverride()
		.description("an emulated HL7800 and two processors, with firmware for all of them, in one directory")
		.requiredOption("--out <dir>", "directory for links and files; made if missing")
		.addOption(
			new Option("--minute <duration>", "how long a minute of theirs takes")
				.argParser(minuteOf)
				.default(MINUTE_MS, "1m"),
		)
		.addHelpText("after", HELP)
		.action(emulateSet);
}

async function emulateSet({ out, minute }: { out: string; minute: number }): Promise<void> {
	writeFiles(out);
	const { old } = RELEASES.HL7800;
	const { install } = DEFAULT_BEHAVIOUR.HL7800;
	const { bootloader } = DEFAULT_PROCESSOR_BEHAVIOUR;
	const modem = { modem: "HL7800", version: old, leftover: "none", install, behaviour: {} } as const;
	await Promise.all([
		emulateModem({ ...modem, minute, link: join(out, "modem") }),
		...PROCESSORS.map((name) =>
			emulateProcessor({
				image: join(out, `${name}-1.0.0.bin`),
				conduct: {},
				bootloader,
				minute,
				link: join(out, name),
			}),
		),
	]);
}
