import { Command, Option } from "commander";
import { type Behaviour, DEFAULT_BEHAVIOUR, INSTALL_OUTCOMES } from "../../emulator/behaviour.js";
import { FAMILIES, type Model } from "../../emulator/families.js";
import { type FirmwarePackage, factoryFlash, type ModemFlash } from "../../emulator/flash.js";
import { EmulatedModem } from "../../emulator/modem.js";
import { EmulatedServer } from "../../emulator/server.js";
import { UNCONFIRMED } from "../../emulator/unconfirmed.js";
import { filesCommand } from "../emulate/files-command.js";
import { checkLink, type Link, openLink, portOf } from "../emulate/link.js";
import { minuteOf } from "../emulate/minute.js";
import { processorCommand } from "../emulate/processor-command.js";
import { untilSignal } from "../emulate/signals.js";
import { Trace } from "../emulate/trace.js";
import { SystemClock } from "../system-clock.js";
import { UsageError } from "../usage-error.js";

const MODELS = Object.keys(FAMILIES);
const PACKAGE_BYTES_MAX = 99_999_999;
const LEFTOVER_BYTES = 700_000;

interface EmulateOptions {
	modem?: Model;
	version?: string;
	job?: { version: string; sizeBytes: number };
	leftover: "none" | "partial" | "downloaded";
	leftoverPackage?: { version: string; sizeBytes: number };
	install: Behaviour["install"];
	minute: number;
	behaviour: Partial<Behaviour>;
	link?: string;
	tcp?: number;
}

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
		.addOption(new Option("--modem <model>", "which modem").choices(MODELS))
		.option("--version <version>", "the firmware that it runs")
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
		.option("--minute <duration>", "how long a minute of the modem takes", minuteOf, 60_000)
		.option("--behaviour <name=value>", "another value for one of the emulator's behaviours", behaviourOf, {})
		.option("--link <path>", "a link to a pseudo-terminal, made here and removed at the end")
		.option("--tcp <port>", "a port of 127.0.0.1", portOf)
		.addHelpText("after", HELP)
		.action(async (options: EmulateOptions) => emulate(options));
}

async function emulate({ modem: model, ...options }: EmulateOptions): Promise<void> {
	if (model === undefined)
		throw new UsageError(`Expected \`--modem\` to be ${MODELS.join(" or ")}, got none`);
	checkLink(options);
	const clock = new SystemClock();
	const server = new EmulatedServer({ clock });
	if (options.job) server.addJob(options.job);
	const flash = flashOf(model, options, server);
	let link: Link | undefined;
	const toModem = new Trace(">");
	const toHost = new Trace("<");
	const modem = new EmulatedModem({
		model,
		clock,
		flash,
		server,
		behaviour: { minuteMs: options.minute, install: options.install, ...options.behaviour },
		onTransmit: (bytes) => {
			toHost.add(bytes);
			link?.write(bytes);
		},
		onLog: (text) => process.stderr.write(`# ${text}\n`),
	});
	const onBytes = (bytes: ArrayBuffer) => {
		toModem.add(bytes);
		modem.receive(bytes);
	};
	const ended = untilSignal();
	const cyclePower = () => {
		modem.powerOff();
		modem.powerOn();
	};
	const notify = () => server.notify();
	process.on("SIGUSR1", cyclePower).on("SIGUSR2", notify);
	try {
		link = await openLink(options, onBytes);
		modem.findRunning();
		process.stdout.write(`${model} ${flash.version} at ${link.name} (emulated)\n`);
		await ended;
	} finally {
		modem.powerOff();
		link?.close();
		process.off("SIGUSR1", cyclePower).off("SIGUSR2", notify);
	}
}

type FlashOptions = Omit<EmulateOptions, "modem">;

/** The modem as it is found, with what an earlier window left in it. */
function flashOf(model: Model, options: FlashOptions, server: EmulatedServer): ModemFlash {
	const family = FAMILIES[model];
	const flash = factoryFlash(model, options.version ?? family.version);
	if (options.leftover === "none") return flash;
	for (const kind of family.requests) flash.agreements[kind] = true;
	flash.indications = family.indicationsMask;
	flash.startReport = true;
	flash.provisioned = true;
	const left = leftoverOf(model, options, server);
	if (options.leftover === "downloaded") flash.stored = left;
	else
		flash.download = {
			package: left,
			receivedBytes: Math.floor(left.sizeBytes / 2),
			pausedBy: "power",
		};
	return flash;
}

function leftoverOf(
	model: Model,
	{ leftoverPackage, job }: FlashOptions,
	server: EmulatedServer,
): FirmwarePackage {
	const isJobs =
		!leftoverPackage ||
		(leftoverPackage.version === job?.version && leftoverPackage.sizeBytes === job.sizeBytes);
	const offered = isJobs ? server.offer() : undefined;
	if (offered) return offered;
	const foreign = leftoverPackage ?? {
		version: model === "HL7800" ? "HL7800.4.7.1.0" : "RHL769x.2.27.183100.201809071813.x7120m_3",
		sizeBytes: LEFTOVER_BYTES,
	};
	return { jobId: 0, ...foreign, install: null, fault: "none" };
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
