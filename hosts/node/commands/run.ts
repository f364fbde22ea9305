import { statSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { EventLog } from "../../../modules/log/event-log.js";
import { canonicalVersion } from "../../../modules/modem/version.js";
import { BootRecord } from "../../../modules/off-time/boot-record.js";
import { ENVELOPE_BYTES_MAX } from "../../../modules/order/envelope.js";
import type { UpdateOrder } from "../../../modules/order/order.js";
import { MODEM_SOURCES } from "../../../modules/order/order-elements.js";
import { OrderStore } from "../../../modules/order/order-store.js";
import { EventRecorder } from "../../../modules/window/event-recorder.js";
import type { ProductEvent } from "../../../modules/window/events.js";
import { DEFAULT_POLICY, type Policy } from "../../../modules/window/policy.js";
import { parseDuration } from "../duration.js";
import { LOG_FOLDER } from "../event-log-folder.js";
import { FileStore } from "../file-store.js";
import { readInput } from "../files.js";
import { ImageDirectory } from "../image-directory.js";
import { JsonReporter } from "../json-reporter.js";
import { readPublicKey } from "../pem.js";
import { withElement } from "../run/element-option.js";
import { HostProduct } from "../run/host-product.js";
import { OneStory } from "../run/one-story.js";
import { checkModemSource, orderToCome } from "../run/order-to-come.js";
import type { RunOptions } from "../run/run-options.js";
import { runStatus } from "../run-status.js";
import type { SelfSlots } from "../self-slots.js";
import { BootFileError } from "../self-slots-error.js";
import { startOwnMcu } from "../self-slots-start.js";
import { shownDuration } from "../shown-duration.js";
import { SystemClock } from "../system-clock.js";
import { SystemRtc } from "../system-rtc.js";
import { TextReporter } from "../text-reporter.js";
import { UsageError } from "../usage-error.js";

export function registerRun(program: Command): void {
	program
		.command("run")
		.description("one product boot on a real serial device: decide, update if the window opens, guard")
		.requiredOption(
			"--port <device>",
			"serial device of the modem, 115200 8N1",
			path("--port", "a serial device"),
		)
		.addOption(
			new Option("--modem <family>", "family of the modem; auto asks it")
				.choices(["auto", "HL7692", "HL7800"])
				.makeOptionMandatory(),
		)
		.requiredOption("--order <file>", "signed update order (DSSE envelope)")
		.requiredOption("--key <file>", "public key that orders are signed for (PEM)")
		.requiredOption(
			"--state <dir>",
			"directory that plays the RTC's memory and the flash; made if missing",
			path("--state", "a directory"),
		)
		.option(
			"--element <name=kind:where>",
			"another element: NAME=smp:DEVICE, a processor with SMP, or NAME=self:DIR, our own MCU (repeatable)",
			withElement,
			[],
		)
		.option("--images <dir>", "directory with the files that the order names", directory("--images"))
		.addOption(
			new Option(
				"--modem-source <source>",
				"narrows where the order lets the modem's package come from",
			).choices(MODEM_SOURCES),
		)
		.option("--apn <name>", "APN for device management", apn)
		.option(
			"--off <duration>",
			"for a trial: take this as the proven off-time instead of measuring it",
			parseDuration0,
		)
		.addOption(duration("--threshold", "off-time that opens a window", DEFAULT_POLICY.thresholdMs))
		.addOption(duration("--deadline", "end of the window, from the program's start", DEFAULT_POLICY.windowMs))
		.addOption(duration("--install-timeout", "longest install", DEFAULT_POLICY.installMs))
		.addOption(
			duration(
				"--recover-within",
				"longest recovery before monitoring starts",
				DEFAULT_POLICY.recoverWithinMs,
			),
		)
		.addOption(
			new Option("--policy <policy>", "prefetch downloads while monitoring")
				.choices(["window", "prefetch"])
				.default("window"),
		)
		.addOption(
			duration("--guard-for", "how long to guard the modem; forever is allowed", 0).argParser((text) =>
				parseDuration(text, { foreverAllowed: true }),
			),
		)
		.option("--json", "one JSON object a line instead of sentences")
		.option("--rtscts", "hardware flow control")
		.option("--trace", "AT traffic on standard error")
		.addHelpText("after", `\n${EXIT_HELP}`)
		.action((options: RunOptions) => run(options));
}

const EXIT_HELP = `Durations are written 500ms, 90s, 10m or 24h.
Exit status: 0 updated or current, 3 the window stayed closed, 4 not updated, 5 mixed, 64 wrong usage,
66 the order or the key was refused.`;

const parseDuration0 = (text: string): number => parseDuration(text);

function duration(flag: string, what: string, defaultMs: number): Option {
	return new Option(`${flag} <duration>`, what)
		.argParser(parseDuration0)
		.default(defaultMs, shownDuration(defaultMs));
}

/** An empty path would be the working directory, or none. */
function path(option: string, what: string): (text: string) => string {
	return (text) => {
		if (text !== "") return text;
		throw new UsageError(`Expected \`${option}\` to be the path of ${what}, got ""`);
	};
}

function apn(name: string): string {
	if (/^[A-Za-z0-9.-]{1,63}$/.test(name)) return name;
	throw new UsageError(
		`Expected an APN of 1 to 63 letters, digits, "." and "-", got ${JSON.stringify(name)}`,
	);
}

function run(options: RunOptions): void {
	const clock = new SystemClock();
	const policy = policyFrom(options);
	const flash = new FileStore({ directory: join(options.state, "flash") });
	const order = orderToCome({ store: flash, read: () => offered(options) });
	if (options.modemSource) checkModemSource(order, options.modemSource);
	const slots = ownSlots(options);

	const conclusions: ProductEvent[] = [];
	const isTrial = options.off !== undefined;
	const reporter = options.json
		? new JsonReporter({
				clock,
				write: (text) => process.stdout.write(text),
				extra: ({ event }) => (event === "decided" ? { given: isTrial, assumed: ["rate", "witness"] } : {}),
			})
		: new TextReporter({ stream: process.stdout });
	// Whoever read the events or the warnings is gone; the guard is not.
	for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

	warnOfDeadline(policy, order);
	if (isTrial && !options.json)
		process.stdout.write(`Off-time as given by --off, for a trial: nothing was measured.\n`);

	const orders = new OrderStore({ store: flash, canonicalVersion });
	const recorder = new EventRecorder({
		log: new EventLog({
			store: new FileStore({ directory: join(options.state, LOG_FOLDER) }),
			rtc: new SystemRtc(),
			boot: () => new BootRecord({ store: flash }).read()?.bootNumber,
			order: () => {
				const stored = orders.current();
				return stored.status === "in-force" ? stored.order.digest : "";
			},
			onTrouble: (error) => warn(`event log: ${error.message}`),
		}),
	});
	let guardUntilMs = Number.POSITIVE_INFINITY;
	let leaving = false;
	const story = new OneStory({ tell });

	const product = new HostProduct({
		options,
		policy,
		clock,
		flash,
		battery: new FileStore({ directory: join(options.state, "battery-memory") }),
		orders,
		offer: () => {
			const result = orders.tryOffer(() => offered(options));
			if (result.outcome === "refused") process.stderr.write(`error: ${result.message}\n`);
			story.hear({ event: "order", ...result });
			return { accepted: result.outcome === "accepted" };
		},
		images: options.images === undefined ? undefined : new ImageDirectory({ directory: options.images }),
		slots,
		emit: (event) => story.hear(event),
		onSettled: () => wait(guardUntilMs - clock.now()),
		warn,
	});

	function tell(event: ProductEvent): void {
		if (CONCLUSIONS.includes(event.event)) conclusions.push(event);
		if (event.event === "released") guardUntilMs = clock.now() + options.guardFor;
		reporter.report(event);
		recorder.hear(event);
	}

	function wait(forMs: number): void {
		if (leaving) return;
		if (forMs <= 0) leave();
		else clock.setTimeout(() => wait(guardUntilMs - clock.now()), forMs);
	}

	function leave(): void {
		if (leaving) return;
		leaving = true;
		product.powerOff(() => {
			reporter.end();
			process.exit(runStatus(conclusions));
		});
	}

	for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, leave);
	process.on("uncaughtException", (error) => {
		warn(`fault in this program: ${error.message}`);
		leave();
	});
	product.switchOn();
}

/** The events that tell the exit status; each comes once at most. */
const CONCLUSIONS: readonly string[] = Object.freeze(["order", "closed", "recovered"]);

function policyFrom(options: RunOptions): Policy {
	return {
		...DEFAULT_POLICY,
		mode: options.policy,
		thresholdMs: options.threshold,
		windowMs: options.deadline,
		installMs: options.installTimeout,
		recoverWithinMs: options.recoverWithin,
	};
}

/** Throws what is wrong with the files on the command line. */
function offered({ order, key }: RunOptions): { envelope: Uint8Array; publicKey: Uint8Array } {
	return {
		publicKey: readPublicKey(key),
		envelope: readInput(order, "an update order", ENVELOPE_BYTES_MAX),
	};
}

/** Plays the bootloader of our own MCU. Nothing that could be seen before the boot is left to be found wrong after it. */
function ownSlots({ element }: RunOptions): SelfSlots | undefined {
	const own = element.find(({ kind }) => kind === "self");
	if (!own) return undefined;
	checkDirectory("--element", own.path);
	try {
		return startOwnMcu(own.path);
	} catch (error) {
		if (error instanceof BootFileError) throw new UsageError(error.message);
		throw error;
	}
}

function warnOfDeadline(
	{ windowMs, installMs, acceptWithinMs }: Policy,
	order: UpdateOrder | undefined,
): void {
	const hasOthers = order?.elements.some(({ kind }) => kind !== "modem") ?? false;
	const neededMs = installMs + (hasOthers ? acceptWithinMs : 0);
	if (windowMs > neededMs) return;
	const accepting = hasOthers ? ` and the ${shownDuration(acceptWithinMs)} to accept the other elements` : "";
	warn(
		`--deadline ${shownDuration(windowMs)} is not longer than --install-timeout ${shownDuration(installMs)}${accepting}: nothing can be installed in this window`,
	);
}

function directory(option: string): (text: string) => string {
	return (text) => {
		checkDirectory(option, path(option, "a directory")(text));
		return text;
	};
}

function checkDirectory(option: string, text: string): void {
	if (!statSync(text, { throwIfNoEntry: false })?.isDirectory())
		throw new UsageError(`Expected \`${option}\` to name a directory that is there, got ${text}`);
}

function warn(message: string): void {
	process.stderr.write(`warning: ${message}\n`);
}
