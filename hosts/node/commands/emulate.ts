import { lstatSync, readlinkSync, symlinkSync, unlinkSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { Command, Option } from "commander";
import { type Behaviour, DEFAULT_BEHAVIOUR, INSTALL_OUTCOMES } from "../../emulator/behaviour.js";
import { FAMILIES, type Model } from "../../emulator/families.js";
import { type FirmwarePackage, factoryFlash, type ModemFlash } from "../../emulator/flash.js";
import { EmulatedModem } from "../../emulator/modem.js";
import { EmulatedServer } from "../../emulator/server.js";
import { UNCONFIRMED } from "../../emulator/unconfirmed.js";
import { parseDuration } from "../duration.js";
import { PseudoTerminal } from "../pseudo-terminal.js";
import { UsageError } from "../usage-error.js";

const PACKAGE_BYTES_MAX = 99_999_999;
const PORT_MAX = 65_535;
const LEFTOVER_BYTES = 700_000;
const TRACE_LENGTH_MAX = 512;
const SIGNALS = ["SIGTERM", "SIGINT"] as const;

interface EmulateOptions {
	modem: Model;
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

/** The other end of the modem's UART. */
interface Link {
	name: string;
	write(bytes: ArrayBuffer): void;
	close(): void;
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
		.description("an emulated modem with its server, for any other program")
		.addOption(
			new Option("--modem <model>", "which modem").choices(Object.keys(FAMILIES)).makeOptionMandatory(),
		)
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

async function emulate(options: EmulateOptions): Promise<void> {
	if ((options.link === undefined) === (options.tcp === undefined))
		throw new UsageError("Expected exactly one of --link and --tcp");
	const clock = {
		now: () => performance.now(),
		setTimeout: (callback: () => void, delayMs: number): unknown => setTimeout(callback, delayMs),
		clearTimeout: (id: unknown) => clearTimeout(id as NodeJS.Timeout),
	};
	const server = new EmulatedServer({ clock });
	if (options.job) server.addJob(options.job);
	const flash = flashOf(options, server);
	let link: Link | undefined;
	const toModem = new Trace(">");
	const toHost = new Trace("<");
	const modem = new EmulatedModem({
		model: options.modem,
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
	const ended = new Promise<void>((resolve) => {
		for (const signal of SIGNALS) process.once(signal, () => resolve());
	});
	const cyclePower = () => {
		modem.powerOff();
		modem.powerOn();
	};
	const notify = () => server.notify();
	process.on("SIGUSR1", cyclePower).on("SIGUSR2", notify);
	try {
		link =
			options.link === undefined
				? await tcpLink(options.tcp as number, onBytes)
				: terminalLink(options.link, onBytes);
		modem.findRunning();
		process.stdout.write(`${options.modem} ${flash.version} at ${link.name} (emulated)\n`);
		await ended;
	} finally {
		modem.powerOff();
		link?.close();
		process.off("SIGUSR1", cyclePower).off("SIGUSR2", notify);
	}
}

/** The modem as it is found, with what an earlier window left in it. */
function flashOf(options: EmulateOptions, server: EmulatedServer): ModemFlash {
	const family = FAMILIES[options.modem];
	const flash = factoryFlash(options.modem, options.version ?? family.version);
	if (options.leftover === "none") return flash;
	for (const kind of family.requests) flash.agreements[kind] = true;
	flash.indications = family.indicationsMask;
	flash.startReport = true;
	flash.provisioned = true;
	const left = leftoverOf(options, server);
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
	{ leftoverPackage, job, modem }: EmulateOptions,
	server: EmulatedServer,
): FirmwarePackage {
	const isJobs =
		!leftoverPackage ||
		(leftoverPackage.version === job?.version && leftoverPackage.sizeBytes === job.sizeBytes);
	const offered = isJobs ? server.offer() : undefined;
	if (offered) return offered;
	const foreign = leftoverPackage ?? {
		version: modem === "HL7800" ? "HL7800.4.7.1.0" : "RHL769x.2.27.183100.201809071813.x7120m_3",
		sizeBytes: LEFTOVER_BYTES,
	};
	return { jobId: 0, ...foreign, install: null, fault: "none" };
}

function terminalLink(path: string, onBytes: (bytes: ArrayBuffer) => void): Link {
	removeOldLink(path);
	const terminal = new PseudoTerminal({ onBytes });
	try {
		symlinkSync(terminal.path, path);
	} catch (error) {
		terminal.close();
		throw new UsageError(`Expected \`--link\` to be a path that can be made: ${(error as Error).message}`);
	}
	return {
		name: path,
		write: (bytes) => terminal.write(bytes),
		close: () => {
			terminal.close();
			try {
				if (readlinkSync(path) === terminal.path) unlinkSync(path);
			} catch {
				// Somebody else has taken it away already.
			}
		},
	};
}

/** A link to a pseudo-terminal is what an emulator that was killed leaves behind; anything else is not ours. */
function removeOldLink(path: string): void {
	const old = lstatSync(path, { throwIfNoEntry: false });
	if (!old) return;
	if (!old.isSymbolicLink() || !readlinkSync(path).startsWith("/dev/pts/"))
		throw new UsageError(`Expected \`--link\` to be a path where nothing is yet, got ${path}`);
	unlinkSync(path);
}

/** One client at a time, as a UART has; a newer one takes the place of the older. */
async function tcpLink(port: number, onBytes: (bytes: ArrayBuffer) => void): Promise<Link> {
	let client: Socket | undefined;
	const listener = createServer((socket) => {
		client?.destroy();
		client = socket.setNoDelay(true);
		socket.on("data", (chunk) => onBytes(new Uint8Array(chunk).buffer));
		socket.on("error", () => {});
		socket.on("close", () => {
			if (client === socket) client = undefined;
		});
	});
	await new Promise<void>((resolve, reject) => {
		listener.once("error", (error) =>
			reject(new UsageError(`Expected \`--tcp\` to be a port that can be opened: ${error.message}`)),
		);
		listener.listen(port, "127.0.0.1", resolve);
	});
	const address = listener.address();
	return {
		name: `127.0.0.1:${typeof address === "object" && address ? address.port : port}`,
		write: (bytes) => {
			client?.write(new Uint8Array(bytes));
		},
		close: () => {
			client?.destroy();
			listener.close();
		},
	};
}

/** Writes one direction of the traffic to standard error, a line at a time. */
class Trace {
	readonly #mark: string;
	#line = "";

	constructor(mark: string) {
		this.#mark = mark;
	}

	add(bytes: ArrayBuffer): void {
		for (const byte of new Uint8Array(bytes)) {
			if (byte !== 13 && byte !== 10) this.#line += printable(byte);
			if ((byte === 13 || byte === 10 || this.#line.length >= TRACE_LENGTH_MAX) && this.#line) {
				process.stderr.write(`${this.#mark} ${this.#line}\n`);
				this.#line = "";
			}
		}
	}
}

function printable(byte: number): string {
	return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
}

function packageOf(text: string): { version: string; sizeBytes: number } {
	const match = /^(\S+):(\d{1,8})$/.exec(text);
	const sizeBytes = Number(match?.[2]);
	if (!match || sizeBytes < 1 || sizeBytes > PACKAGE_BYTES_MAX)
		throw new UsageError(`Expected VERSION:BYTES with 1 to ${PACKAGE_BYTES_MAX} bytes, got ${text}`);
	return { version: match[1] as string, sizeBytes };
}

function portOf(text: string): number {
	const port = Number(text);
	if (!/^\d{1,5}$/.test(text) || port > PORT_MAX)
		throw new UsageError(`Expected \`--tcp\` to be a port from 0 to ${PORT_MAX}, got ${text}`);
	return port;
}

function minuteOf(text: string): number {
	const minuteMs = parseDuration(text);
	if (minuteMs < 1) throw new UsageError(`Expected \`--minute\` to be longer than nothing, got ${text}`);
	return minuteMs;
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
