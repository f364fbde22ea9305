import Digital from "embedded:io/digital";
import Serial from "embedded:io/serial";
import SMBus from "embedded:io/smbus";
import keyValue from "embedded:storage/key-value";
import type { BoardOptions, BoardParts } from "update-window/mcu/board";
import { esp32ResetCause } from "update-window/mcu/esp32-reset-cause";
import type { KeyValue } from "update-window/mcu/key-value";
import { KeyValueStore } from "update-window/mcu/key-value-store";
import { openMicrocontroller, type SdkIo } from "update-window/mcu/microcontroller";
import type { Wiring } from "update-window/mcu/wiring";

/** What every ESP32 board has besides its wiring: NVS for what must last, a watchdog as witness, its reset cause. */
export function openEsp32(wiring: Wiring, board: BoardOptions): BoardParts {
	// The published typings and the SDK's own differ, and both differ from the classes.
	const io = { Digital, Serial, SMBus } as unknown as SdkIo;
	const store = (path: string) => () =>
		new KeyValueStore({ keyValue: keyValue as unknown as KeyValue, path });
	return openMicrocontroller({
		wiring,
		io,
		resetCause: esp32ResetCause(),
		witness: "watchdog",
		flashStore: store("update-window"),
		inbox: store("inbox"),
		board,
	});
}
