import type { BoardOptions, BoardParts } from "update-window/mcu/board";
import { openEsp32 } from "update-window/mcu/open-esp32";
import type { Wiring } from "update-window/mcu/wiring";

/** A module of the first ESP32 without PSRAM, which would take 16 and 17. Of these pins none is a strapping pin or has a pull of its own. */
export const WIRING: Wiring = Object.freeze({
	modem: Object.freeze({
		transmit: 17,
		receive: 16,
		port: 2,
		requestToSend: Object.freeze({ pin: 33, active: "low" } as const),
		powerKey: Object.freeze({ pin: 32, active: "high" } as const),
	}),
	clock: Object.freeze({ data: 21, clock: 22 }),
	hold: Object.freeze({ pin: 25, active: "high" } as const),
	updating: Object.freeze({ pin: 26, active: "high" } as const),
	// An input and nothing else.
	powerFail: Object.freeze({ pin: 34, active: "low" } as const),
});

/** A development board with an ESP32 and an MCP7940N. */
export function openBoard(options: BoardOptions): BoardParts {
	return openEsp32(WIRING, options);
}
