import { Command, Option } from "commander";
import { type Behaviour, DEFAULT_BEHAVIOUR, INSTALL_OUTCOMES } from "../../emulator/behaviour.js";
import { FAMILIES } from "../../emulator/families.js";
import { UNCONFIRMED } from "../../emulator/unconfirmed.js";
import { filesCommand } from "../emulate/files-command.js";
import { MINUTE_MS, minuteOf } from "../emulate/minute.js";
import type { ModemOptions } from "../emulate/modem.js";
import { portOf } from "../emulate/port.js";
import { processorCommand } from "../emulate/processor-command.js";
import { setCommand } from "../emulate/set-command.js";
import { UsageError } from "../usage-error.js";

const PACKAGE_BYTES_MAX = 99_999_999;

const HELP = `
The modem has been up for a while. Without a leftover it is as the factory made it: it asks nothing and shows no event.
A leftover is the package of --job, or a foreign one, or what --leftover-package says; whoever left it set all agreements.

Installs: ok; fail (15, old version); silent (new version, but neither 14 nor 16); wrong (a version that nobody named);
hang (silence until its power is cycled); cut (its supply fails in the middle, the next session goes on with it).

Signals: SIGUSR1 cycles the modem's power, SIGUSR2 is the operator's notification that wakes it, SIGTERM ends.`;

/** `update-window emulate`: an emulated modem with its server for any other program. */
export function emulateCommand(): Command {
	return new Command("emulate")
		.exitOverride()
		.enablePositionalOptions()
		.description("an emulated modem with its server, or another element, for any other program")
		.addCommand(processorCommand())
		.addCommand(filesCommand())
		.addCommand(setCommand())
		.addOption(new Option("--modem <model>", "which modem").choices(Object.keys(FAMILIES)))
		.option("--version <version>", "the firmware that it runs", versionOf)
		.option("--job <version:bytes>", "a job that waits on the server", packageOf)
		.addOption(
			new Option("--leftover <what>", "what an earlier window left in it")
				.choices(["none", "partial", "downloaded"])
				.default("none"),
		)
		.option("--leftover-package <version:bytes>", "what the leftover is", packageOf)
		.addOption(
			new Option("--install <end>", "how an install ends")
				.choices(INSTALL_OUTCOMES)
				.default(DEFAULT_BEHAVIOUR.HL7800.install),
		)
		.addOption(
			new Option("--minute <duration>", "how long a minute of the modem takes")
				.argParser(minuteOf)
				.default(MINUTE_MS, "1m"),
		)
		.option("--behaviour <name=value>", "another value for one of the emulator's behaviours", behaviourOf, {})
		.option("--link <path>", "a link to a pseudo-terminal, made here and removed at the end")
		.option("--tcp <port>", "a port of 127.0.0.1", portOf)
		.addHelpText("after", HELP)
		.action(async (options: ModemOptions) => {
			// A whole emulator comes with it, which no other command should wait for; so it is with the others below.
			const { emulateModem } = await import("../emulate/modem.js");
			await emulateModem(options);
		});
}

function versionOf(text: string): string {
	if (!/^[!-~]{1,60}$/.test(text))
		throw new UsageError(
			`Expected \`--version\` to be 1 to 60 ASCII characters without spaces, got ${text || "nothing"}`,
		);
	return text;
}

function packageOf(text: string): { version: string; sizeBytes: number } {
	const match = /^(\S+):(\d{1,8})$/.exec(text);
	const sizeBytes = Number(match?.[2]);
	if (!match || sizeBytes < 1 || sizeBytes > PACKAGE_BYTES_MAX)
		throw new UsageError(`Expected VERSION:BYTES with 1 to ${PACKAGE_BYTES_MAX} bytes, got ${text}`);
	return { version: match[1] as string, sizeBytes };
}

/** Takes what the table of defaults has, with a value of the same type, and of the readings where it lists them. */
function behaviourOf(text: string, earlier: Partial<Behaviour>): Partial<Behaviour> {
	const [name = "", written = ""] = text.split(/=(.*)/s);
	const defaults: Readonly<Record<string, unknown>> = { ...DEFAULT_BEHAVIOUR.HL7800 };
	if (!Object.hasOwn(defaults, name))
		throw new UsageError(`Expected one of ${Object.keys(defaults).join(", ")}, got ${name}`);
	const value = valueLike(defaults[name], written);
	const readings: readonly unknown[] | undefined = UNCONFIRMED.find(
		(entry) => entry.switch === name,
	)?.readings;
	if (value === undefined || (readings && !readings.includes(value)))
		throw new UsageError(
			`Expected \`${name}\` to be ${readings ? readings.join(" or ") : `a ${typeof defaults[name]}`}, got ${written}`,
		);
	return { ...earlier, [name]: value };
}

function valueLike(example: unknown, text: string): unknown {
	if (typeof example === "number") return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
	if (typeof example === "boolean") return { true: true, false: false }[text];
	return text;
}
