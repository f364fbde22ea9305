import Digital from "embedded:io/digital";
import Serial from "embedded:io/serial";
import SMBus from "embedded:io/smbus";
import keyValue from "embedded:storage/key-value";
import type { BoardOptions, BoardParts } from "update-window/mcu/board";
import { esp32OwnMcu } from "update-window/mcu/esp32-own-mcu";
import { esp32ResetCause } from "update-window/mcu/esp32-reset-cause";
import type { KeyValue } from "update-window/mcu/key-value";
import { KeyValueStore } from "update-window/mcu/key-value-store";
import { openMicrocontroller, type SdkIo } from "update-window/mcu/microcontroller";
import type { Wiring } from "update-window/mcu/wiring";

/** What an order calls the ESP32 itself. */
const OWN_NAME = "self";

/**
 * What every ESP32 board has besides its wiring: NVS for what must last, a watchdog as witness, its reset cause, and two slots for
 * its own image.
 */
export function openEsp32(wiring: Wiring, board: BoardOptions): BoardParts {
	// The published typings and the SDK's own differ, and both differ from the classes.
	const io = { Digital, Serial, SMBus } as unknown as SdkIo;
	const store = (path: string) => () =>
		new KeyValueStore({ keyValue: keyValue as unknown as KeyValue, path });
	const parts = openMicrocontroller({
		wiring,
		io,
		resetCause: esp32ResetCause(),
		witness: "watchdog",
		flashStore: store("update-window"),
		inbox: store("inbox"),
		board,
	});
	return { ...parts, own: esp32OwnMcu(OWN_NAME), logStore: store("event-log")() };
}
