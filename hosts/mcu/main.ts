import { Firmware } from "update-window/mcu/firmware";
import { settings } from "update-window/mcu/settings";
import { openBoard } from "update-window/mcu/this-board";

/** One boot of the product. XS calls it once, after all modules are there. */
export default function main(): void {
	new Firmware({ openBoard, settings: settings() }).boot();
}
