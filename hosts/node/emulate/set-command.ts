import { Command, Option } from "commander";
import { FILES_HELP } from "./files-command.js";
import { MINUTE_MS, minuteOf } from "./minute.js";

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
		.action(async (options: { out: string; minute: number }) => {
			const { emulateSet } = await import("./set.js");
			await emulateSet(options);
		});
}
