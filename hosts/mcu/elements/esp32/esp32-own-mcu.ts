import flash from "embedded:storage/flash";
import update from "embedded:update";
import type { OwnParts } from "update-window/mcu/board";
import { Esp32BootSlots } from "update-window/mcu/esp32-boot-slots";
import trial from "update-window/mcu/trial";

/** An ESP32 as an element of its own, by the name that an order gives it. Nothing is read before a window asks for it. */
export function esp32OwnMcu(name: string): OwnParts {
	return {
		name,
		onTrial: () => trial.canTry() && trial.onTrial(),
		openSlots: () => new Esp32BootSlots({ trial, flash, update }),
	};
}
