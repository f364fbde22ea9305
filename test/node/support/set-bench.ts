import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import type { Behaviour } from "../../../hosts/emulator/behaviour.js";
import { emulatedDelta } from "../../../hosts/emulator/emulated-delta.js";
import { factoryFlash, type ModemFlash } from "../../../hosts/emulator/flash.js";
import { EmulatedModem } from "../../../hosts/emulator/modem.js";
import { EmulatedProcessor } from "../../../hosts/emulator/processor.js";
import type { ProcessorBehaviour } from "../../../hosts/emulator/processor-behaviour.js";
import { type ProcessorFlash, processorFlash } from "../../../hosts/emulator/processor-flash.js";
import { imageFacts, mcubootImage } from "../../../hosts/emulator/processor-image.js";
import { EmulatedServer } from "../../../hosts/emulator/server.js";
import { PseudoTerminal } from "../../../hosts/node/pseudo-terminal.js";
import { SystemClock } from "../../../hosts/node/system-clock.js";
import { holdsContract } from "./contract.js";
import { FROM, TO, writeKey, writeSigned } from "./order-files.js";
import { type Ended, Running, type Skew } from "./running.js";

export const OLD = "1.0.0";
export const NEW = "1.1.0";
const IMAGE_BYTES = 3_000;
const DELTA_BYTES = 5_000;
const PROCESSORS = ["sensor", "display"] as const;
const OTHERS = [...PROCESSORS, "self"] as const;
type Other = (typeof OTHERS)[number];

/** The modem's minute takes so long. */
const MINUTE_MS = 400;
const QUICK: Partial<ProcessorBehaviour> = Object.freeze({
	bootMs: 20,
	swapMs: 100,
	eraseMs: 20,
	answerDelayMs: 0,
});

export interface SetBenchOptions {
	/** What the order says of the modem's package; what the product is told is an argument of `run`. */
	sources?: readonly ("avms" | "local")[];
	modem?: Partial<Behaviour>;
	processors?: Partial<Record<(typeof PROCESSORS)[number], Partial<ProcessorBehaviour>>>;
	/** The elements that the order names beside the modem. */
	others?: readonly Other[];
}

interface Processor {
	name: string;
	flash: ProcessorFlash;
	terminal: PseudoTerminal;
	emulated: EmulatedProcessor;
}

export function imageOf(name: Other, version: string): Uint8Array<ArrayBuffer> {
	return mcubootImage({
		version,
		sizeBytes: IMAGE_BYTES,
		seed: OTHERS.indexOf(name) * 10 + (version === OLD ? 1 : 2),
	});
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A product of four elements: `run` in processes of its own, and everything else emulated here, on pseudo-terminals. */
export class SetBench {
	readonly t: ExecutionContext;
	readonly directory: string;
	readonly state: string;
	readonly own: string;
	readonly images: string;
	readonly server: EmulatedServer;
	readonly modemFlash: ModemFlash;
	readonly processors: readonly Processor[];
	order: string;
	/** The modem does not get its power. */
	modemAbsent = false;
	/** The element that `run` is not told of. */
	without: Other | undefined;
	/** Where `run` finds the images. */
	imagesArguments: readonly string[];
	readonly #key: string;
	readonly #modem: EmulatedModem;
	readonly #terminal: PseudoTerminal;
	readonly #others: readonly Other[];

	constructor(
		t: ExecutionContext,
		{ sources = ["avms"], modem = {}, processors = {}, others = OTHERS }: SetBenchOptions = {},
	) {
		this.t = t;
		this.#others = others;
		this.directory = mkdtempSync(join(tmpdir(), "update-window-set-"));
		this.state = join(this.directory, "state");
		this.own = join(this.directory, "own");
		this.images = join(this.directory, "images");
		this.imagesArguments = ["--images", this.images];
		this.#key = writeKey(this.directory);
		for (const directory of [this.own, this.images]) mkdirSync(directory);
		writeFileSync(join(this.own, "slot-a"), imageOf("self", OLD));
		for (const name of others) writeFileSync(join(this.images, fileOf(name)), imageOf(name, NEW));
		writeFileSync(join(this.images, "modem.bin"), DELTA);
		this.order = writeSigned(join(this.directory, "order.signed"), {
			schema: 1,
			sequence: 1,
			elements: [...(sources.length > 0 ? [modemElement(sources)] : []), ...others.map(elementOf)],
		});
		const clock = new SystemClock();
		this.server = new EmulatedServer({ clock });
		this.server.addJob({ version: TO.HL7800, sizeBytes: DELTA_BYTES });
		this.modemFlash = factoryFlash("HL7800", FROM.HL7800);
		this.#terminal = new PseudoTerminal({ onBytes: (bytes) => this.#modem.receive(bytes) });
		this.#modem = new EmulatedModem({
			model: "HL7800",
			clock,
			flash: this.modemFlash,
			server: this.server,
			behaviour: { minuteMs: MINUTE_MS, ...modem },
			onTransmit: (bytes) => this.#terminal.write(bytes),
		});
		this.processors = PROCESSORS.map((name) => processorOf(name, processors[name] ?? {}, clock));
		t.teardown(() => {
			this.cutPower();
			this.#terminal.close();
			for (const { terminal } of this.processors) terminal.close();
			rmSync(this.directory, { recursive: true, force: true });
		});
	}

	/** The power of everything but our own MCU, which is the program. */
	cutPower(): void {
		this.#modem.powerOff();
		for (const { emulated } of this.processors) emulated.powerOff();
	}

	powerOn(): void {
		if (!this.modemAbsent) this.#modem.powerOn();
		for (const { emulated } of this.processors) emulated.powerOn();
	}

	/** What `run` needs for this product. */
	get parameters(): string[] {
		const ports = [
			...this.processors.map(({ name, terminal }) => `${name}=smp:${terminal.path}`),
			`self=self:${this.own}`,
		].filter((element) => !element.startsWith(`${this.without}=`));
		return [
			...["--port", this.#terminal.path, "--modem", "auto", "--order", this.order, "--key", this.#key],
			...["--state", this.state, ...ports.flatMap((port) => ["--element", port])],
			...[...this.imagesArguments, "--json"],
		];
	}

	boot(args: readonly string[] = [], skew: Skew = {}): Promise<Running> {
		this.powerOn();
		return Running.start(this.t, ["run", ...this.parameters, ...args], skew);
	}

	/** A boot from its start to its end, with all that the contract promises of it; then the power goes. */
	async whole(args: readonly string[] = [], skew: Skew = {}): Promise<Running & Ended> {
		const run = await this.boot(args, skew);
		const ended = await run.ended;
		holdsContract(this.t, run, ended);
		this.cutPower();
		return Object.assign(run, ended);
	}

	/** The power is cut as soon as the boot says this. */
	async cutAt(run: Running, what: Parameters<Running["until"]>[0]): Promise<void> {
		await run.until(what);
		run.kill("SIGKILL");
		this.cutPower();
		this.t.is((await run.ended).signal, "SIGKILL");
	}

	/** One of the files that the order names. */
	image(name: string): Uint8Array | undefined {
		const path = join(this.images, name);
		return existsSync(path) ? readFileSync(path) : undefined;
	}

	/** What each element has, asked of nobody; what a start would take back is no version that it has. */
	get versions(): Record<string, string> {
		const versions: Record<string, string> = { modem: this.modemFlash.version };
		for (const { name, flash } of this.processors)
			versions[name] = `${imageFacts(flash.slots[0])?.version}${flash.confirmed ? "" : " on trial"}`;
		versions.self = this.#ownVersion;
		return versions;
	}

	get side(): "old" | "new" | "mixed" {
		const { modem, ...all } = this.versions;
		const others = this.#others.map((name) => all[name]);
		if (modem === FROM.HL7800 && others.every((version) => version === OLD)) return "old";
		if (modem === TO.HL7800 && others.every((version) => version === NEW)) return "new";
		return "mixed";
	}

	get #ownVersion(): string {
		let active = "a";
		let trial = "";
		try {
			const boot = JSON.parse(readFileSync(join(this.own, "boot"), "utf8"));
			active = boot.active;
			trial = boot.confirmed ? (boot.pending === null ? "" : " pending") : " on trial";
		} catch {
			// Never updated: slot a.
		}
		return `${imageFacts(readFileSync(join(this.own, `slot-${active}`)))?.version}${trial}`;
	}
}

const DELTA = emulatedDelta({ from: FROM.HL7800, to: TO.HL7800, sizeBytes: DELTA_BYTES });
const fileOf = (name: Other): string => `${name}-${NEW}.bin`;

function modemElement(sources: readonly string[]): object {
	return {
		...{ name: "modem", kind: "modem", model: "HL7800", from: [FROM.HL7800], to: TO.HL7800 },
		...{ sizeBytes: DELTA_BYTES, sources },
		...(sources.includes("local") ? { image: "modem.bin", sha256: sha256(DELTA) } : {}),
	};
}

function elementOf(name: Other): object {
	const image = imageOf(name, NEW);
	const hash = Buffer.from(imageFacts(image)?.hash ?? []).toString("hex");
	return {
		...{ name, kind: name === "self" ? "self" : "smp", from: [OLD], to: NEW, sizeBytes: image.length },
		...{ image: fileOf(name), sha256: sha256(image), hash },
	};
}

function processorOf(name: Other, behaviour: Partial<ProcessorBehaviour>, clock: SystemClock): Processor {
	const flash = processorFlash(imageOf(name, OLD));
	const terminal = new PseudoTerminal({ onBytes: (bytes) => emulated.receive(bytes) });
	const emulated: EmulatedProcessor = new EmulatedProcessor({
		clock,
		flash,
		behaviour: { ...QUICK, ...behaviour },
		onTransmit: (bytes) => terminal.write(bytes),
	});
	return { name, flash, terminal, emulated };
}
