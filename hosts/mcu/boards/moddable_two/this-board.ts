import type { BoardOptions, BoardParts } from "update-window/mcu/board";
import { openEsp32 } from "update-window/mcu/open-esp32";
import type { Wiring } from "update-window/mcu/wiring";

/**
 * All at the 16-pin connector. The RTC shares the touch panel's bus (addresses 6Fh and 38h), which has no pull-up
 * resistors; the display's pins stay the display's, and 0 and 12 are strapping pins.
 */
export const WIRING: Wiring = Object.freeze({
	modem: Object.freeze({
		transmit: 17,
		receive: 16,
		port: 2,
		requestToSend: Object.freeze({ pin: 33, active: "low" } as const),
		powerKey: Object.freeze({ pin: 32, active: "high" } as const),
	}),
	clock: Object.freeze({ data: 21, clock: 22 }),
	hold: Object.freeze({ pin: 26, active: "high" } as const),
	updating: Object.freeze({ pin: 27, active: "high" } as const),
	// An input and nothing else.
	powerFail: Object.freeze({ pin: 35, active: "low" } as const),
});

/** A Moddable Two with an MCP7940N. */
export function openBoard(options: BoardOptions): BoardParts {
	return openEsp32(WIRING, options);
}
