import Digital from "embedded:io/digital";
import Serial from "embedded:io/serial";
import SMBus from "embedded:io/smbus";
import { Directory, File } from "file";
import type { BoardOptions, BoardParts } from "update-window/mcu/board";
import { FileKeyValue } from "update-window/mcu/file-key-value";
import { KeyValueStore } from "update-window/mcu/key-value-store";
import { openMicrocontroller, type SdkIo } from "update-window/mcu/microcontroller";
import { picoResetCause } from "update-window/mcu/pico-reset-cause";
import type { Wiring } from "update-window/mcu/wiring";

/** UART 0 and I2C 0, as their pins say. GP15 is UART 0's own RTS, for a Serial that can use it. After a reset the chip itself pulls every pin down. */
export const WIRING: Wiring = Object.freeze({
	modem: Object.freeze({
		transmit: 12,
		receive: 13,
		requestToSend: Object.freeze({ pin: 15, active: "low" } as const),
		powerKey: Object.freeze({ pin: 18, active: "high" } as const),
	}),
	clock: Object.freeze({ data: 4, clock: 5 }),
	hold: Object.freeze({ pin: 16, active: "high" } as const),
	updating: Object.freeze({ pin: 17, active: "high" } as const),
	powerFail: Object.freeze({ pin: 19, active: "low" } as const),
});

/**
 * A Raspberry Pi Pico with an MCP7940N. Its witness is the RTC's stamp, for its watchdog is kept alive by an interrupt of
 * ours. Littlefs holds what must last: the SDK's key-value storage can lose all of it in one power cut.
 */
export function openBoard(board: BoardOptions): BoardParts {
	// The published typings and the SDK's own differ, and both differ from the classes.
	const io = { Digital, Serial, SMBus } as unknown as SdkIo;
	const store = (path: string) => () =>
		new KeyValueStore({ keyValue: new FileKeyValue({ File, Directory }), path });
	return openMicrocontroller({
		wiring: WIRING,
		io,
		resetCause: picoResetCause(),
		witness: "power-fail-stamp",
		flashStore: store("/update-window"),
		inbox: store("/inbox"),
		board,
	});
}
