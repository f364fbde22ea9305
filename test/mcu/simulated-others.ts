import { factoryPartitions, type PartitionFlash } from "../../hosts/emulator/partition-flash.js";
import { EmulatedPartitions } from "../../hosts/emulator/partitions.js";
import { EmulatedProcessor } from "../../hosts/emulator/processor.js";
import { type ProcessorFlash, processorFlash } from "../../hosts/emulator/processor-flash.js";
import { imageFacts, isValidImage } from "../../hosts/emulator/processor-image.js";
import type { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { Wire } from "../../hosts/emulator/wire.js";
import type { BoardParts } from "../../hosts/mcu/board.js";
import { MemoryImageStore } from "../../hosts/sim/memory-image-store.js";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import { newSha256 } from "../../modules/images/sha256.js";
import type { SerialConstructor } from "../../modules/io/serial.js";
import { hexFromBytes } from "../../modules/storage/bytes.js";
import {
	type Call,
	failingDigests,
	failingImages,
	failingSerial,
	failingSlots,
	failingStore,
} from "./failing-parts.js";
import { fileOf, imageOf, NEW, OLD, OTHERS, type Other } from "./set-order.js";

const PROCESSORS = OTHERS.filter((name) => name !== "self");
const QUICK = Object.freeze({ swapMs: 2_000, bootMs: 200, eraseMs: 300, slotBytes: 4_096 });

/** A console's other end, which only sends. */
const DEAF = Object.freeze({ receive: (_bytes: ArrayBuffer): void => {} });

/** What a product of four elements has beside the modem: processors, boot slots, storage of images and of the log, a console. */
export class SimulatedOthers {
	readonly flashes: ReadonlyMap<Other, ProcessorFlash>;
	readonly ownFlash: PartitionFlash;
	readonly images = new MemoryImageStore();
	readonly processors: ReadonlyMap<Other, EmulatedProcessor>;
	readonly partitions: EmulatedPartitions;
	logStore = new MemoryStore();
	readonly #wires = new Map<Other, Wire>();
	readonly #console: Wire;

	/** As from the factory with the new images in its storage, or as `before` is. */
	constructor({ world, before }: { world: VirtualClock; before: SimulatedOthers | undefined }) {
		this.flashes = new Map(
			PROCESSORS.map((name) => {
				const old = before?.flashes.get(name);
				return [name, old ? copied(old) : processorFlash(imageOf(name, OLD))];
			}),
		);
		this.ownFlash = before ? copied(before.ownFlash) : factoryPartitions(imageOf("self", OLD));
		this.processors = new Map(
			PROCESSORS.map((name) => {
				const wire = new Wire({ clock: world });
				const processor = new EmulatedProcessor({
					clock: world,
					flash: this.flashes.get(name) as ProcessorFlash,
					behaviour: QUICK,
					onTransmit: (bytes) => wire.toHost(bytes),
				});
				wire.attachModem(processor);
				this.#wires.set(name, wire);
				return [name, processor];
			}),
		);
		this.partitions = new EmulatedPartitions({ flash: this.ownFlash, identify });
		this.#console = new Wire({ clock: world });
		this.#console.attachModem(DEAF);
		if (before) this.logStore = before.logStore.clone();
		if (before) for (const [name, bytes] of before.images.contents) this.images.put(name, bytes);
		else for (const name of OTHERS) this.images.put(fileOf(name), imageOf(name, NEW));
	}

	powerOn(): void {
		for (const processor of this.processors.values()) processor.powerOn();
		this.partitions.powerOn();
	}

	powerOff(): void {
		for (const processor of this.processors.values()) processor.powerOff();
		this.partitions.cutPower();
	}

	/** Nobody holds the ports any more. */
	release(): void {
		for (const wire of [...this.#wires.values(), this.#console]) wire.release();
	}

	/** Our own MCU alone starts again. */
	restartOwn(): void {
		this.partitions.cutPower();
		this.partitions.powerOn();
	}

	/** Somebody types on the service console. */
	type(text: string): void {
		this.#console.toHost(Uint8Array.from(text, (character) => character.charCodeAt(0)).buffer);
	}

	parts(call: Call, onFault: (error: unknown) => void): Partial<BoardParts> {
		const port = (name: string, wire: Wire) => ({
			io: failingSerial(name, call, onFault) as unknown as SerialConstructor,
			wire,
		});
		return {
			processors: PROCESSORS.map((name) => ({
				name,
				serial: port(name, this.#wires.get(name) as Wire),
			})),
			own: {
				name: "self",
				onTrial: () =>
					call("own.onTrial", { whole: () => this.partitions.state().onTrial, half: () => false }),
				openSlots: () => {
					const open = () => failingSlots(this.partitions, call);
					return call("slots.open", { whole: open, half: open });
				},
			},
			images: failingImages(this.images, call),
			newDigest: failingDigests(newSha256, call),
			logStore: failingStore("logStore", this.logStore, call),
			console: port("console", this.#console),
		};
	}

	/** `old` or `new` for each, with what is on trial; asked of nobody, but read from the emulators' flash. */
	get versions(): Record<Other, string> {
		const versions: Record<string, string> = {};
		for (const [name, { slots, confirmed }] of this.flashes)
			versions[name] = `${imageFacts(slots[0])?.version}${confirmed ? "" : " on trial"}`;
		const { running, onTrial } = this.partitions.state();
		versions.self = `${running.version}${onTrial ? " on trial" : ""}`;
		return versions as Record<Other, string>;
	}
}

/** Images are never changed in place, slots are. */
function copied<T extends ProcessorFlash | PartitionFlash>(flash: T): T {
	const copy = { ...flash } as ProcessorFlash & PartitionFlash;
	if ("slots" in flash) {
		copy.slots = [...flash.slots];
		copy.swap = flash.swap && { ...flash.swap };
	} else {
		copy.partitions = { ...flash.partitions };
		copy.otadata = flash.otadata.map((entry) => entry && { ...entry });
	}
	return copy as T;
}

/** The board's own hash of an image is the one in its header's TLVs. */
function identify(image: Uint8Array): { version: string; hash: string } | undefined {
	const facts = isValidImage(image) ? imageFacts(image) : undefined;
	return facts && { version: facts.version, hash: hexFromBytes(facts.hash) };
}
