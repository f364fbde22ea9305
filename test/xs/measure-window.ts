import { emulatedDeltaBytes } from "../../hosts/emulator/emulated-delta.js";
import { factoryFlash } from "../../hosts/emulator/flash.js";
import { EmulatedModem } from "../../hosts/emulator/modem.js";
import { EmulatedProcessor } from "../../hosts/emulator/processor.js";
import { processorFlash } from "../../hosts/emulator/processor-flash.js";
import { imageFacts, mcubootImage } from "../../hosts/emulator/processor-image.js";
import { EmulatedSerial } from "../../hosts/emulator/serial.js";
import { EmulatedServer } from "../../hosts/emulator/server.js";
import { sha256 } from "../../hosts/emulator/sha256.js";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import type { Wire, WireEnd } from "../../hosts/emulator/wire.js";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import { VERSIONS } from "../../hosts/sim/sample-orders.js";
import { SimulatedRtc } from "../../hosts/sim/simulated-rtc.js";
import type { ElementPort } from "../../modules/elements/element.js";
import { SmpProcessor } from "../../modules/elements/smp-processor.js";
import type { ImageSource } from "../../modules/images/image-source.js";
import { canonicalVersion } from "../../modules/modem/version.js";
import { parseOrder } from "../../modules/order/order.js";
import { Journal } from "../../modules/set/journal.js";
import type { SmpSerialOptions } from "../../modules/smp/smp-client.js";
import { bytesFromAscii, hexFromBytes } from "../../modules/storage/bytes.js";
import type { ProductEvent } from "../../modules/window/events.js";
import { DEFAULT_POLICY } from "../../modules/window/policy.js";
import { Product } from "../../modules/window/product.js";
import type { Measured } from "./measure.js";

const MODEL = "HL7800";
const [OLD_MODEM, NEW_MODEM] = VERSIONS[MODEL];
const [OLD, NEW] = ["1.0.0", "1.1.0"] as const;
const LIMIT_MS = 3_600_000;
/** Memory is told for each part of an image: what grows with it, grows in each. A part is no more than one step can meter. */
const PART_BYTES_MAX = 1_048_576;
const PARTS_MIN = 4;
/** Where the first part begins: what is taken once is taken by then. */
const BEGUN_BYTES = 32_768;

/** Of `emulatedDelta()` from OLD_MODEM to NEW_MODEM; test/xs/measure-window.test.ts hashes them again. */
export const DELTAS = Object.freeze({
	"256 KB": Object.freeze({
		sizeBytes: 262_144,
		sha256: "a923ba7d77ccad5dfe68e9251e58b22937dcbd62719d276650160e5fbaf74b01",
	}),
	"1 MB": Object.freeze({
		sizeBytes: 1_048_576,
		sha256: "2229d6494f95c356273917bc78d86dc26315c8efb5f2045d9e8dbbcdc7732d23",
	}),
	"16 MB": Object.freeze({
		sizeBytes: 16_777_216,
		sha256: "b48024d1e427cc2e6762e9cfacd720f0c22fc12aebaf36d2ce30167f1f97024f",
	}),
});
export const deltaOf = (sizeBytes: number) => ({ from: OLD_MODEM, to: NEW_MODEM, sizeBytes });

/** No block is larger. */
const LAST_BYTES = 1_024;

const PROCESSOR_BYTES = 1_048_576;
const OLD_PROCESSOR_BYTES = 1_024;

/** A wire that records nothing: what is measured must not grow by what a test would look at. */
class BareWire {
	readonly clock: VirtualClock;
	readonly #device: () => { receive(bytes: ArrayBuffer): void };
	#host: WireEnd | undefined;

	constructor(clock: VirtualClock, device: () => { receive(bytes: ArrayBuffer): void }) {
		this.clock = clock;
		this.#device = device;
	}

	open(host: WireEnd): void {
		this.#host = host;
	}

	close(): void {
		this.#host = undefined;
	}

	toModem(bytes: ArrayBuffer): void {
		this.#device().receive(bytes);
	}

	toHost(bytes: ArrayBuffer): void {
		this.#host?.receive(bytes);
	}
}

/** Bytes that are made as they are read, up to a gate; who reads beyond it waits. */
class GatedSource implements ImageSource {
	readonly sizeBytes: number;
	readonly #piece: (offsetBytes: number, bytes: number) => Uint8Array;
	#gateBytes = 0;
	#waiting: (() => void) | undefined;

	constructor(sizeBytes: number, piece: (offsetBytes: number, bytes: number) => Uint8Array) {
		this.sizeBytes = sizeBytes;
		this.#piece = piece;
	}

	get isWaiting(): boolean {
		return this.#waiting !== undefined;
	}

	open(gateBytes: number): void {
		this.#gateBytes = gateBytes;
		const waiting = this.#waiting;
		this.#waiting = undefined;
		waiting?.();
	}

	read(offsetBytes: number, bytes: number, done: (error: undefined, block: Uint8Array) => void): void {
		if (offsetBytes < this.#gateBytes) done(undefined, this.#piece(offsetBytes, bytes));
		else this.#waiting = () => this.read(offsetBytes, bytes, done);
	}

	close(): void {}
}

/** An open window with one element, from the decision to the release. */
class OneWindow {
	readonly #clock = new VirtualClock();
	readonly #product: Product<{ wire: Wire }>;
	readonly #source: GatedSource;
	#outcome = "";

	constructor(element: object, source: GatedSource, ports: (clock: VirtualClock) => ElementPort[]) {
		const clock = this.#clock;
		this.#source = source;
		const modem = new EmulatedModem({
			model: MODEL,
			clock,
			flash: factoryFlash(MODEL, OLD_MODEM),
			server: new EmulatedServer({ clock }),
			onTransmit: (bytes) => wire.toHost(bytes),
		});
		const wire = new BareWire(clock, () => modem);
		modem.powerOn();
		const payload = JSON.stringify({ schema: 1, sequence: 1, elements: [element] });
		const order = parseOrder(bytesFromAscii(payload), { canonicalVersion });
		this.#product = new Product<{ wire: Wire }>({
			policy: DEFAULT_POLICY,
			clock,
			rtc: new SimulatedRtc({ world: clock, startMs: 1_767_225_600_000, resolutionMs: 1_000 }),
			offTime: {
				measure: () => ({ atLeastMs: 2 * DEFAULT_POLICY.thresholdMs }),
				opensFromMs: DEFAULT_POLICY.thresholdMs,
				bootNumber: 1,
				run() {},
				markFinal() {},
				stop() {},
			},
			journal: new Journal({ store: new MemoryStore() }),
			order: () => order,
			resetCause: "power-on",
			serial: { io: EmulatedSerial, wire: wire as unknown as Wire },
			elements: ports(clock),
			openImage: () => source,
			family: "auto",
			emit: (event) => this.#hear(event),
		});
	}

	#hear(event: ProductEvent): void {
		if (event.event === "closed") this.#outcome = event.outcome;
	}

	/** Boots, and goes on to an offset of the image. */
	boot(toBytes: number): void {
		this.#product.boot();
		this.go(toBytes);
	}

	go(toBytes: number): void {
		this.#source.open(toBytes);
		const isThere = () => this.#source.isWaiting || this.#outcome !== "";
		if (!this.#clock.runUntil(isThere, LIMIT_MS) || this.#outcome !== "")
			throw new Error(`Expected the image to go on to ${toBytes}, got ${this.#outcome}`);
	}

	/** The last block, and all that comes after it. */
	end(): void {
		this.#source.open(this.#source.sizeBytes);
		this.#clock.runUntil(() => this.#outcome !== "", LIMIT_MS);
		if (this.#outcome !== "updated") throw new Error(`Expected an update, got ${this.#outcome}`);
	}
}

function inParts(sizeBytes: number, begin: () => OneWindow): Record<string, () => void> {
	let window: OneWindow;
	const parts = Math.max(PARTS_MIN, Math.ceil(sizeBytes / PART_BYTES_MAX));
	const steps: Record<string, () => void> = {
		"boot and the first 32 KB": () => {
			window = begin();
			window.boot(BEGUN_BYTES);
		},
	};
	// The very last block is that of the next step.
	for (let part = 1; part <= parts; part++)
		steps[`part ${part} of ${parts}`] = () => window.go(Math.floor((part * sizeBytes) / parts) - LAST_BYTES);
	steps["the last block, the install, the read-back"] = () => window.end();
	return steps;
}

function modemByFile({ sizeBytes, sha256: hash }: { sizeBytes: number; sha256: string }) {
	return inParts(sizeBytes, () => {
		const element = {
			name: "modem",
			kind: "modem",
			model: MODEL,
			from: [OLD_MODEM],
			to: NEW_MODEM,
			sizeBytes,
			sources: ["local"],
			image: "modem.bin",
			sha256: hash,
		};
		const piece = (offset: number, bytes: number) => emulatedDeltaBytes(deltaOf(sizeBytes), offset, bytes);
		return new OneWindow(element, new GatedSource(sizeBytes, piece), () => []);
	});
}

function processorBySmp() {
	let image = new Uint8Array(0);
	let hashes = { sha256: "", hash: "" };
	const begin = (): OneWindow => {
		const element = {
			name: "sensor",
			kind: "smp",
			from: [OLD],
			to: NEW,
			sizeBytes: image.length,
			image: "sensor.bin",
			...hashes,
		};
		const piece = (offset: number, bytes: number) => image.subarray(offset, offset + bytes);
		return new OneWindow(element, new GatedSource(image.length, piece), (clock) => {
			const processor = new EmulatedProcessor({
				clock,
				flash: processorFlash(mcubootImage({ version: OLD, sizeBytes: OLD_PROCESSOR_BYTES })),
				behaviour: { bufferBytes: 1_024 },
				onTransmit: (bytes) => wire.toHost(bytes),
			});
			const wire = new BareWire(clock, () => processor);
			processor.powerOn();
			const serial = { io: EmulatedSerial, wire } as unknown as SmpSerialOptions;
			return [
				{ name: "sensor", kind: "smp", open: () => new SmpProcessor({ name: "sensor", clock, serial }) },
			];
		});
	};
	return {
		"(the image and its hashes are made)": () => {
			image = mcubootImage({ version: NEW, sizeBytes: PROCESSOR_BYTES });
			hashes = {
				sha256: hexFromBytes(sha256(image)),
				hash: hexFromBytes(imageFacts(image)?.hash ?? new Uint8Array(0)),
			};
		},
		...inParts(PROCESSOR_BYTES, begin),
	};
}

/** Whole windows, the emulated modem and processor included; they keep nothing of an image but its bytes. */
export const measuredWindows: Measured = {
	"a window that hands the modem a file of 256 KB": () => modemByFile(DELTAS["256 KB"]),
	"a window that hands the modem a file of 1 MB": () => modemByFile(DELTAS["1 MB"]),
	"a window that hands the modem a file of 16 MB": () => modemByFile(DELTAS["16 MB"]),
	"a window that writes 1 MB to another processor": processorBySmp,
};
