import { join } from "node:path";
import { EventLog } from "../../../modules/log/event-log.js";
import { canonicalVersion } from "../../../modules/modem/version.js";
import { BootRecord } from "../../../modules/off-time/boot-record.js";
import { ENVELOPE_BYTES_MAX } from "../../../modules/order/envelope.js";
import type { UpdateOrder } from "../../../modules/order/order.js";
import { type OfferResult, OrderStore } from "../../../modules/order/order-store.js";
import { EventRecorder } from "../../../modules/window/event-recorder.js";
import type { ProductEvent } from "../../../modules/window/events.js";
import { DEFAULT_POLICY, type Policy } from "../../../modules/window/policy.js";
import { LOG_FOLDER } from "../event-log-folder.js";
import { FileStore } from "../file-store.js";
import { readInput } from "../files.js";
import { ImageDirectory } from "../image-directory.js";
import { JsonReporter } from "../json-reporter.js";
import { readPublicKey } from "../pem.js";
import type { Reporter } from "../reporter.js";
import { runStatus } from "../run-status.js";
import type { SelfSlots } from "../self-slots.js";
import { BootFileError } from "../self-slots-error.js";
import { startOwnMcu } from "../self-slots-start.js";
import { shownDuration } from "../shown-duration.js";
import { SystemClock } from "../system-clock.js";
import { SystemRtc } from "../system-rtc.js";
import { TextReporter } from "../text-reporter.js";
import { UsageError } from "../usage-error.js";
import { checkDirectory } from "./check-directory.js";
import { HostProduct, serialOn } from "./host-product.js";
import { OneStory } from "./one-story.js";
import { OrderImages } from "./order-images.js";
import { OrderInlets } from "./order-inlets.js";
import { checkModemSource, orderToCome } from "./order-to-come.js";
import type { RunOptions } from "./run-options.js";

const FETCHED_FOLDER = "images";
/** A run that need not guard any longer waits so long for the web. */
const WEB_WITHIN_MS = 600_000;

/** The events that tell the exit status; each comes once at most. */
const CONCLUSIONS: readonly string[] = Object.freeze(["order", "closed", "recovered"]);

/** One product from its power-on to its power-off; ends the process. Throws UsageError before it has begun. */
export function runProduct(options: RunOptions): void {
	const flash = new FileStore({ directory: join(options.state, "flash") });
	const { order: file } = options;
	const read = file === undefined ? undefined : () => offered(options.key, file);
	const order = orderToCome({ store: flash, read });
	if (options.modemSource) checkModemSource(order, options.modemSource);
	const slots = ownSlots(options);
	const policy = policyFrom(options);
	// Whoever reads the events or the warnings may go; the guard does not.
	for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
	warnOfDeadline(policy, order);
	if (options.off !== undefined && !options.json)
		process.stdout.write(`Off-time as given by --off, for a trial: nothing was measured.\n`);
	new Run({ options, policy, flash, slots, read }).start();
}

interface RunParts {
	options: RunOptions;
	policy: Policy;
	flash: FileStore;
	slots: SelfSlots | undefined;
	/** Reads the order that comes with this run; undefined where none does. */
	read: (() => { envelope: Uint8Array; publicKey: Uint8Array }) | undefined;
}

/** Puts the parts of a run together, and leaves when all of them have nothing to do any more. */
class Run {
	readonly #parts: RunParts;
	readonly #clock = new SystemClock();
	readonly #reporter: Reporter;
	readonly #recorder: EventRecorder;
	readonly #orders: OrderStore;
	readonly #images: OrderImages;
	readonly #inlets: OrderInlets;
	readonly #product: HostProduct;
	readonly #conclusions: ProductEvent[] = [];
	/** What the end of the run still waits for. */
	readonly #waitsFor = new Set<"guard" | "order" | "images">(["guard"]);
	#guardUntilMs = Number.POSITIVE_INFINITY;
	#isLeaving = false;

	constructor(parts: RunParts) {
		this.#parts = parts;
		const { options, policy, flash, slots, read } = parts;
		const clock = this.#clock;
		this.#reporter = reporterFor(options, clock);
		const orders = new OrderStore({ store: flash, canonicalVersion });
		this.#orders = orders;
		this.#recorder = new EventRecorder({ log: this.#log(flash) });
		this.#images = new OrderImages({
			clock,
			order: () => this.#inForce,
			given: options.images === undefined ? undefined : new ImageDirectory({ directory: options.images }),
			fetched: new ImageDirectory({ directory: join(options.state, FETCHED_FOLDER), writable: true }),
			flash,
			web: options.imagesUrl,
		});
		this.#inlets = new OrderInlets({
			clock,
			web: options.orderUrl,
			console: options.orderConsole === undefined ? undefined : serialOn(options.orderConsole),
			offer: (envelope) => this.#offerNext(envelope),
			onProblem: ({ message }) => warn(message),
			onAsked: () => this.#isDone("order"),
		});
		const story = new OneStory({ tell: (event) => this.#tell(event) });
		this.#product = new HostProduct({
			options,
			policy,
			clock,
			flash,
			battery: new FileStore({ directory: join(options.state, "battery-memory") }),
			order: () => this.#inForce,
			offer:
				read &&
				(() => {
					const result = orders.tryOffer(read);
					story.hear({ event: "order", ...result });
					if (result.outcome === "refused") process.stderr.write(`error: ${result.message}\n`);
					return { accepted: result.outcome === "accepted" };
				}),
			openImage: ({ image }) => this.#images.open(image),
			slots,
			emit: (event) => story.hear(event),
			onSettled: () => this.#guard(),
			warn,
		});
	}

	/** The power comes. */
	start(): void {
		const leave = () => this.#leave();
		for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, leave);
		process.on("uncaughtException", (error) => {
			warn(`fault in this program: ${error.message}`);
			leave();
		});
		this.#product.switchOn();
	}

	get #inForce(): UpdateOrder | undefined {
		const stored = this.#orders.current();
		return stored.status === "in-force" ? stored.order : undefined;
	}

	#log(flash: FileStore): EventLog {
		return new EventLog({
			store: new FileStore({ directory: join(this.#parts.options.state, LOG_FOLDER) }),
			rtc: new SystemRtc(),
			boot: () => new BootRecord({ store: flash }).read()?.bootNumber,
			order: () => this.#inForce?.digest ?? "",
			onTrouble: (error) => warn(`event log: ${error.message}`),
		});
	}

	#tell(event: ProductEvent): void {
		if (CONCLUSIONS.includes(event.event)) this.#conclusions.push(event);
		this.#reporter.report(event);
		this.#recorder.hear(event);
		if (event.event === "released") this.#release();
	}

	/** Monitoring runs: the guard's time begins, and the ways for the next order open. */
	#release(): void {
		const { options } = this.#parts;
		this.#guardUntilMs = this.#clock.now() + options.guardFor;
		if (this.#isLeaving) return;
		if (options.orderUrl) this.#waitsFor.add("order");
		// By a timer, for the boot goes on in between.
		this.#clock.setTimeout(() => {
			if (this.#isLeaving) return;
			this.#inlets.open();
			this.#fetchAhead();
		}, 0);
		this.#clock.setTimeout(() => {
			this.#isDone("order");
			this.#isDone("images");
		}, WEB_WITHIN_MS);
	}

	/** An order that came while the product monitors, for the boots to come; it tells nothing of this one. */
	#offerNext(envelope: Uint8Array): OfferResult {
		const result = this.#orders.tryOffer(() => ({
			envelope,
			publicKey: readPublicKey(this.#parts.options.key),
		}));
		const event: ProductEvent = { event: "order", ...result };
		this.#reporter.report(event);
		this.#recorder.hear(event);
		if (result.outcome === "accepted") this.#fetchAhead();
		return result;
	}

	#fetchAhead(): void {
		if (this.#parts.policy.mode !== "prefetch" || !this.#parts.options.imagesUrl) return;
		this.#waitsFor.add("images");
		this.#images.stop();
		this.#images.fetch((problem) => {
			if (problem) warn(problem.message);
			this.#isDone("images");
		});
	}

	#guard(): void {
		const leftMs = this.#guardUntilMs - this.#clock.now();
		if (leftMs <= 0) this.#isDone("guard");
		else if (!this.#isLeaving) this.#clock.setTimeout(() => this.#guard(), leftMs);
	}

	#isDone(what: "guard" | "order" | "images"): void {
		this.#waitsFor.delete(what);
		if (this.#waitsFor.size === 0) this.#leave();
	}

	#leave(): void {
		if (this.#isLeaving) return;
		this.#isLeaving = true;
		this.#inlets.close();
		this.#images.stop();
		this.#product.powerOff(() => {
			this.#reporter.end();
			process.exit(runStatus(this.#conclusions));
		});
	}
}

function reporterFor({ json, off }: RunOptions, clock: SystemClock): Reporter {
	if (!json) return new TextReporter({ stream: process.stdout });
	return new JsonReporter({
		clock,
		write: (text) => process.stdout.write(text),
		extra: ({ event }) =>
			event === "decided" ? { given: off !== undefined, assumed: ["rate", "witness"] } : {},
	});
}

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
function offered(key: string, order: string): { envelope: Uint8Array; publicKey: Uint8Array } {
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

function warn(message: string): void {
	process.stderr.write(`warning: ${message}\n`);
}
