import { join } from "node:path";
import { type Command, Option } from "commander";
import { EventLog } from "../../../modules/log/event-log.js";
import { canonicalVersion } from "../../../modules/modem/version.js";
import type { Board } from "../../../modules/off-time/board.js";
import { BootRecord } from "../../../modules/off-time/boot-record.js";
import { OffTime } from "../../../modules/off-time/off-time.js";
import { ENVELOPE_BYTES_MAX } from "../../../modules/order/envelope.js";
import { OrderStore } from "../../../modules/order/order-store.js";
import { Journal } from "../../../modules/set/journal.js";
import { EventRecorder } from "../../../modules/window/event-recorder.js";
import type { ProductEvent } from "../../../modules/window/events.js";
import { DEFAULT_POLICY, type Policy } from "../../../modules/window/policy.js";
import { Product } from "../../../modules/window/product.js";
import { parseDuration } from "../duration.js";
import { LOG_FOLDER } from "../event-log-folder.js";
import { FileStore } from "../file-store.js";
import { readInput } from "../files.js";
import { JsonReporter } from "../json-reporter.js";
import { NodeSerial } from "../node-serial.js";
import { readPublicKey } from "../pem.js";
import { runStatus } from "../run-status.js";
import { shownDuration } from "../shown-duration.js";
import { SystemClock } from "../system-clock.js";
import { SYSTEM_RTC_RESOLUTION_MS, SystemRtc } from "../system-rtc.js";
import { TextReporter } from "../text-reporter.js";
import { UsageError } from "../usage-error.js";

const BAUD = 115_200;

/** The host's parts: the system clock as RTC, with nothing that witnesses the on-time or rates the clock. */
const HOST_BOARD: Board = Object.freeze({
	resolutionMs: SYSTEM_RTC_RESOLUTION_MS,
	watchdogMs: 2_000,
	bootMs: 500,
	finalRunOnMs: 0,
	witness: "assumed",
	rate: "assumed",
});

interface RunOptions {
	port: string;
	modem: "auto" | "HL7692" | "HL7800";
	order: string;
	key: string;
	state: string;
	apn?: string;
	off?: number;
	threshold: number;
	deadline: number;
	installTimeout: number;
	recoverWithin: number;
	policy: "window" | "prefetch";
	guardFor: number;
	json?: boolean;
	rtscts?: boolean;
	trace?: boolean;
}

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

	if (policy.windowMs <= policy.installMs)
		warn(
			`--deadline ${shownDuration(policy.windowMs)} is not longer than --install-timeout ${shownDuration(policy.installMs)}: nothing can be installed in this window`,
		);
	if (isTrial && !options.json)
		process.stdout.write(`Off-time as given by --off, for a trial: nothing was measured.\n`);

	const flash = new FileStore({ directory: join(options.state, "flash") });
	const battery = new FileStore({ directory: join(options.state, "battery-memory") });
	const orders = new OrderStore({ store: flash, canonicalVersion });
	const rtc = new SystemRtc();
	const recorder = new EventRecorder({
		log: new EventLog({
			store: new FileStore({ directory: join(options.state, LOG_FOLDER) }),
			rtc,
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

	const product = new Product({
		policy,
		clock,
		rtc,
		offTime: new OffTime({
			rtc,
			clock,
			markStore: battery,
			flashStore: flash,
			board: HOST_BOARD,
			resetCause: "unknown",
			policy,
			given: options.off,
			onTrouble: (error) => warn(error.message),
		}),
		journal: new Journal({ store: flash }),
		order: () => {
			const stored = orders.current();
			return stored.status === "in-force" ? stored.order : undefined;
		},
		offer: () => {
			const event = offer(options, orders);
			if (event.outcome === "refused") process.stderr.write(`error: ${event.message}\n`);
			emit(event);
			return { accepted: event.outcome === "accepted" };
		},
		serial: {
			io: NodeSerial,
			device: options.port,
			baud: BAUD,
			flowControl: options.rtscts ? "hardware" : "none",
		},
		resetCause: "unknown",
		family: options.modem,
		apn: options.apn,
		emit,
		onSettled: () => wait(guardUntilMs - clock.now()),
		...(options.trace
			? {
					onTraffic: (direction, line) =>
						process.stderr.write(`${direction === "sent" ? ">" : "<"} ${line}\n`),
				}
			: {}),
	});

	function emit(event: ProductEvent): void {
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
	product.boot();
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

/** Offers the order on the command line; a file that cannot be read is a refusal, too. */
function offer({ order, key }: RunOptions, orders: OrderStore): Extract<ProductEvent, { event: "order" }> {
	const read = () => ({
		publicKey: readPublicKey(key),
		envelope: readInput(order, "an update order", ENVELOPE_BYTES_MAX),
	});
	return { event: "order", ...orders.tryOffer(read) };
}

function warn(message: string): void {
	process.stderr.write(`warning: ${message}\n`);
}
