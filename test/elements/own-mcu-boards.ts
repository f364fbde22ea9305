import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { factoryPartitions } from "../../hosts/emulator/partition-flash.js";
import { EmulatedPartitions } from "../../hosts/emulator/partitions.js";
import { Esp32BootSlots } from "../../hosts/mcu/update/esp32-boot-slots.js";
import type { NativeTrial } from "../../hosts/mcu/update/native-trial.js";
import { startOwnMcu } from "../../hosts/node/self-slots-start.js";
import type { BootSlots } from "../../modules/io/boot-slots.js";
import { identify } from "./own-images.js";

/** A board whose boot slots can be tested: switched on, with one image. */
export interface TestBoard {
	/** As the firmware that runs sees them. */
	slots: BootSlots;
	/** Any reset: a power cut, a watchdog, a planned restart. */
	reset(): void;
	/** One byte of the image in the slot that does not run is another one. */
	damageOther(): void;
	close(): void;
}

/** Every implementation of BootSlots that there is. */
export const BOARDS: Readonly<Record<string, (factory: Uint8Array) => TestBoard>> = {
	"the emulated partitions": (factory) => {
		const { flash, partitions } = emulated(factory);
		return {
			slots: partitions,
			reset: () => partitions.powerOn(),
			damageOther: () => flipByte(flash.partitions[partitions.running === "a" ? "b" : "a"]),
			close: () => {},
		};
	},
	"ESP32 over the emulated partitions": (factory) => {
		const { flash, partitions } = emulated(factory);
		const board: TestBoard = {
			slots: esp32Slots(partitions),
			reset: () => {
				partitions.powerOn();
				board.slots = esp32Slots(partitions);
			},
			damageOther: () => flipByte(flash.partitions[partitions.running === "a" ? "b" : "a"]),
			close: () => {},
		};
		return board;
	},
	"the host's directory": (factory) => {
		const directory = mkdtempSync(join(tmpdir(), "self-slots-"));
		writeFileSync(join(directory, "slot-a"), factory);
		let slots = startOwnMcu(directory);
		const board: TestBoard = {
			slots,
			reset: () => {
				slots = startOwnMcu(directory);
				board.slots = slots;
			},
			damageOther: () => writeFileSync(join(directory, `slot-${slots.slot === "a" ? "b" : "a"}`), "no image"),
			close: () => rmSync(directory, { recursive: true }),
		};
		return board;
	},
};

function emulated(factory: Uint8Array) {
	const flash = factoryPartitions(factory);
	const partitions = new EmulatedPartitions({ flash, identify });
	partitions.powerOn();
	return { flash, partitions };
}

/** The class of the ESP32, with the SDK's modules and the native one played by the emulated partitions. */
export function esp32Slots(partitions: EmulatedPartitions): Esp32BootSlots<{ close(): void }> {
	return new Esp32BootSlots({
		trial: playedTrial(partitions),
		flash: { open: () => ({ close: () => {} }) },
		update: {
			open: () => {
				partitions.begin(0);
				return { write: (bytes) => partitions.append(bytes), close: () => partitions.cancel() };
			},
		},
	});
}

/** trial.c, call by call. */
function playedTrial(partitions: EmulatedPartitions): NativeTrial {
	return {
		canTry: () => partitions.canTry,
		keepsOther: () => partitions.keepsOther,
		onTrial: () => partitions.state().onTrial,
		selected: () => ({ running: 0, trial: 1, other: 2, unstarted: 3 })[partitions.selected],
		capacity: () => partitions.capacityBytes,
		image: (other) => {
			const { running, other: beside } = partitions.state();
			const image = other ? beside : running;
			return image && { version: image.version, hash: bytesOfHex(image.hash) };
		},
		tryNext: () => partitions.tryNext(),
		untry: () => partitions.untry(),
		confirm: () => partitions.confirm(),
		rollBack: () => {
			if (partitions.selected !== "running") throw new Error("other slot is selected");
			partitions.rollBack();
		},
		restart: () => partitions.powerOn(),
	};
}

function flipByte(bytes: Uint8Array): void {
	const at = bytes.length >> 1;
	bytes[at] = (bytes[at] ?? 0) ^ 1;
}

function bytesOfHex(hex: string): ArrayBuffer {
	return new Uint8Array(Buffer.from(hex, "hex")).buffer;
}
