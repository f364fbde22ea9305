import type { InstallOutcome } from "../../hosts/emulator/behaviour.js";
import type { ProcessorBehaviour } from "../../hosts/emulator/processor-behaviour.js";
import { imageFacts } from "../../hosts/emulator/processor-image.js";
import { envelope } from "../../hosts/sim/sample-orders.js";
import {
	OTHER_VERSIONS,
	otherFile,
	type SampleSource,
	sampleFiles,
	sampleImage,
	setEnvelope,
} from "../../hosts/sim/sample-set.js";
import { Bench, BRIEF_OFF_MS, HOUR_MS, LONG_OFF_MS, MINUTE_MS } from "../support/bench.js";
import type { Measured } from "../xs/measure.js";
import { measuredWindows } from "../xs/measure-window.js";

type Model = Bench["model"];

/** So quick that an engine without a compiler runs every story in a second or two. */
const QUICK_MODEM = {
	installMs: 20_000,
	bootMs: 5_000,
	progressStepPercent: 50,
	startRequestDelayMs: 4_000,
} as const;
const QUICK_PROCESSOR = { swapMs: 4_000, eraseMs: 500, bufferBytes: 1_024 } as const;
/** From here on the clock's rate is known. */
const USED_MS = 150_000;
/** Boots after which every set has to be whole again. */
const BOOTS_MAX = 3;

interface SetBenchOptions {
	model?: Model;
	source?: SampleSource;
	sensor?: Partial<ProcessorBehaviour>;
	install?: InstallOutcome;
}

/** A product with four elements, made of what needs nothing but ECMAScript. */
class SetBench extends Bench {
	readonly source: SampleSource;

	constructor({ model = "HL7800", source = "avms", sensor = {}, install = "ok" }: SetBenchOptions = {}) {
		const [old] = OTHER_VERSIONS;
		super({
			model,
			behaviour: { ...QUICK_MODEM, install },
			processors: (["sensor", "display"] as const).map((name) => ({
				name,
				image: sampleImage(name, old),
				behaviour: { ...QUICK_PROCESSOR, ...(name === "sensor" ? sensor : {}) },
			})),
			own: { name: "self", image: sampleImage("self", old) },
			images: sampleFiles(model),
		});
		this.source = source;
	}

	/** The product has its order and is off for so long. */
	orderedThenOff(offMs: number): void {
		this.on();
		this.run(USED_MS);
		this.cut(BRIEF_OFF_MS);
		this.product.switchOn(setEnvelope(this.model, this.source));
		this.run(USED_MS);
		if (this.source === "avms") this.job();
		this.cut(offMs);
		this.forget();
	}

	/** Goes on until `done` holds, then the power goes for so long. */
	cutWhen(done: () => boolean, offMs: number): void {
		this.log.push(this.clock.runUntil(done, HOUR_MS) ? `cut in ${this.#state}` : "never came to the cut");
		this.cut(offMs);
	}

	/** A boot, to the release of monitoring and a little beyond. */
	boot(): void {
		this.on();
		if (this.of("released").length === 0) this.until("released");
		this.run(MINUTE_MS);
	}

	/** Boots with brief cuts between, until the set is whole. */
	bootUntilWhole(): void {
		for (let boot = 0; boot < BOOTS_MAX; boot++) {
			this.forgetAfterLogging();
			this.boot();
			this.log.push(this.versions);
			if (!this.journal.open) return;
			this.cut(BRIEF_OFF_MS);
		}
	}

	readonly log: string[] = [];

	/** Events and AT traffic since the last time. */
	forgetAfterLogging(): void {
		this.log.push(...this.events.map((event) => JSON.stringify(event)), ...this.traffic);
		this.forget();
	}

	get #state(): string {
		return JSON.stringify(this.of("state").at(-1)?.value ?? "");
	}

	/** What runs, asked of the emulators' own flash. */
	get versions(): string {
		const { modemFlash, processors, ownFlash, partitions } = this.product;
		const running = partitions?.running;
		return [
			modemFlash.version,
			...processors.map(({ flash }) => `${imageFacts(flash.slots[0])?.version}${flash.confirmed ? "" : "?"}`),
			running && ownFlash ? imageFacts(ownFlash.partitions[running])?.version : "off",
			this.journal.open ? "journal open" : "journal closed",
		].join(", ");
	}

	/** All that was told, and what has become of it all. */
	told(): string[] {
		this.forgetAfterLogging();
		const { processors, wire, server, flash } = this.product;
		const bytes = [wire, ...processors.map((processor) => processor.wire)].map(
			(line) => `${line.bytes("to-modem")}/${line.bytes("to-host")}`,
		);
		const jobs = server.jobs.map(({ state }) => state).join();
		return [
			...this.log,
			this.versions,
			`bytes ${bytes.join(", ")}; jobs ${jobs}; ${flash.values.size} records`,
		];
	}
}

/** An update from the beginning, and the next boot. */
function whole(options: SetBenchOptions): string[] {
	const bench = new SetBench(options);
	bench.orderedThenOff(LONG_OFF_MS);
	bench.boot();
	bench.cut(BRIEF_OFF_MS);
	bench.boot();
	return bench.told();
}

/** An update that a power cut ends where `done` holds, and the boots after it. */
function cut(done: (bench: SetBench) => boolean, offMs: number): string[] {
	const bench = new SetBench();
	bench.orderedThenOff(LONG_OFF_MS);
	bench.on();
	bench.cutWhen(() => done(bench), offMs);
	bench.bootUntilWhole();
	return bench.told();
}

const isNew = (bench: SetBench, name: string): boolean =>
	bench.product.processors.some((each) => each.name === name && each.processor.version === OTHER_VERSIONS[1]);

export const scenarios: Record<string, () => string[]> = {
	"HL7692: four elements, the modem by AVMS": () => whole({ model: "HL7692" }),
	"HL7800: four elements, the modem by AVMS": () => whole({ model: "HL7800" }),
	"HL7692: four elements, the modem by a local file": () => whole({ model: "HL7692", source: "local" }),
	"HL7800: four elements, the modem by a local file": () => whole({ source: "local" }),
	"three elements without the modem": () => whole({ source: "none" }),
	"a long cut while the images are written": () =>
		cut((bench) => bench.of("staged").length === 1, LONG_OFF_MS),
	"a brief cut in our own MCU's planned restart": () =>
		cut((bench) => bench.of("restart").length > 0, BRIEF_OFF_MS),
	"a brief cut in the trial": () => cut((bench) => isNew(bench, "display"), BRIEF_OFF_MS),
	"a brief cut between the first accept and the install": () =>
		cut(
			(bench) => bench.product.processors.some(({ flash }) => flash.confirmed) && isNew(bench, "display"),
			BRIEF_OFF_MS,
		),
	"a brief cut in the modem's install": () =>
		cut((bench) => bench.product.modem.phase === "installing", BRIEF_OFF_MS),
	"a long cut in the modem's install": () =>
		cut((bench) => bench.product.modem.phase === "installing", LONG_OFF_MS),
	"a new image that crashes": () => whole({ sensor: { images: { "1.1.0": "crashes" } } }),
	"an install of the modem that fails": () => whole({ install: "fail" }),
	"a file with other bytes than the order's": () => {
		const bench = new SetBench({ source: "none" });
		bench.product.putImage(otherFile("display"), sampleImage("display", OTHER_VERSIONS[0]));
		bench.orderedThenOff(LONG_OFF_MS);
		bench.boot();
		return bench.told();
	},
};

/** A boot that stays closed, with other elements, partitions and images there. */
function closedBoot(order: Uint8Array) {
	const bench = new SetBench({ source: "local" });
	bench.on();
	bench.run(USED_MS);
	bench.cut(BRIEF_OFF_MS);
	bench.product.switchOn(order);
	bench.run(10 * MINUTE_MS);
	bench.product.wire.unplug();
	bench.cut(BRIEF_OFF_MS);
	bench.forget();
	return {
		// What the other parts do at power-up is not ours: the emulated bootloaders and partitions hash whole images.
		"(the other parts start)": () => {
			const { processors, partitions } = bench.product;
			for (const { processor } of processors) processor.powerOn();
			partitions?.powerOn();
			const state = partitions?.state();
			if (!partitions) return;
			Object.defineProperty(partitions, "powerOn", { value: () => {} });
			Object.defineProperty(partitions, "state", { value: () => state });
		},
		"from power to the end of the boot": () => bench.on(),
	};
}

export const measured: Measured = {
	...measuredWindows,
	// With the modem's wire pulled out the boot ends at `released`: no guard is started.
	"four elements, closed by a brief cut, an order for the modem": () =>
		closedBoot(envelope("HL7800", "first")),
	"four elements, closed by a brief cut, an order for all": () => closedBoot(setEnvelope("HL7800", "local")),
};
