import type { SerialConstructor } from "update-window/io/serial";
import type { Store } from "update-window/io/store";
import { AbsentClock } from "update-window/mcu/absent-clock";
import type { BoardOptions, BoardParts } from "update-window/mcu/board";
import { type DigitalConstructor, openOutput } from "update-window/mcu/digital";
import {
	feedWatchdog,
	restart,
	startHoldLimit,
	startWatchdog,
	stopHoldLimit,
} from "update-window/mcu/hardware";
import { HoldLine } from "update-window/mcu/hold-line";
import { Mcp7940n } from "update-window/mcu/mcp7940n";
import { Mcp7940nPowerFailStamp } from "update-window/mcu/mcp7940n-power-fail-stamp";
import { Mcp7940nSramStore } from "update-window/mcu/mcp7940n-sram-store";
import { ModemSerial, type SdkSerialConstructor } from "update-window/mcu/modem-serial";
import { PowerFailInput } from "update-window/mcu/power-fail-input";
import { TicksClock } from "update-window/mcu/ticks-clock";
import type { Wiring } from "update-window/mcu/wiring";
import type { ResetCause, Witness } from "update-window/off-time/board";

/** HL7692 and HL7800, as they come from the factory. */
const BAUD = 115_200;
/** One reading of the RTC over a bus that something holds may take this long; an access of 8 bytes takes 0.3 ms. */
const BUS_TIMEOUT_MS = 20;
const RTC_STEP_MS = 1_000;
/**
 * The watchdog waits this much longer than a mark is away from the next one: so long JavaScript may keep a mark waiting.
 * The check of an order's signature is the longest that it does: 2.7 s on an emulated Pico whose flash is never slow.
 */
export const WATCHDOG_GRACE_MS = 15_000;
/** How slow the watchdog's clock may be. Both boards count a quartz, which is far better. */
const WATCHDOG_RATE_TOLERANCE = 0.01;
/** From power-on to the reading of the RTC: a guess on the safe side, not measured on hardware. */
const BOOT_MAX_MS = 5_000;
/**
 * The hold line's limit in hardware: longer than the longest window, its report and its end, even where the hardware's
 * clock is a tenth fast.
 */
export const HOLD_LIMIT_MS = 3_600_000;

/** The SDK's classes, as far as all microcontrollers have them. */
export interface SdkIo {
	Digital: DigitalConstructor;
	Serial: SdkSerialConstructor;
	SMBus: ConstructorParameters<typeof Mcp7940n>[0]["clock"]["io"];
}

export interface MicrocontrollerOptions {
	wiring: Wiring;
	io: SdkIo;
	resetCause: ResetCause;
	witness: Witness & ("watchdog" | "power-fail-stamp");
	/** Another medium than the RTC's SRAM. */
	flashStore: () => Store;
	inbox: () => Store;
	board: BoardOptions;
}

/**
 * A microcontroller with an MCP7940N. Opens the outputs first, each at its inactive level, so that whatever throws after
 * them leaves monitoring running; waits for nothing; leaves the modem off.
 */
export function openMicrocontroller({
	wiring,
	io,
	resetCause,
	witness,
	flashStore,
	inbox,
	board,
}: MicrocontrollerOptions): BoardParts {
	const { modem } = wiring;
	const { markEveryMs, onFault, onPowerFail } = board;
	const holdLine = openOutput(io.Digital, wiring.hold, 0);
	const updating = openOutput(io.Digital, wiring.updating, 0);
	const powerKey = openOutput(io.Digital, modem.powerKey, 0);
	openOutput(io.Digital, modem.requestToSend, 1);
	const watchdogMs = markEveryMs + WATCHDOG_GRACE_MS;
	startWatchdog(watchdogMs);
	const bitesWithinMs = watchdogMs * (1 + WATCHDOG_RATE_TOLERANCE);
	const print = (line: string): void => trace(`${line}\n`);
	const clockParts = openClock(wiring, io, print);
	const { transmit, receive, port } = modem;
	const parts: BoardParts = {
		offTime: {
			resolutionMs: RTC_STEP_MS,
			watchdogMs: bitesWithinMs - markEveryMs,
			bootMs: BOOT_MAX_MS,
			// It cannot cut its own power, and a final mark does not feed the watchdog: that may have been fed just before.
			finalRunOnMs: bitesWithinMs,
			witness,
			rate: "measured",
		},
		resetCause,
		clock: new TicksClock({ onFault }),
		...clockParts,
		flashStore: flashStore(),
		inbox: inbox(),
		serial: {
			io: ModemSerial as unknown as SerialConstructor,
			Port: io.Serial,
			pins: port === undefined ? { transmit, receive } : { transmit, receive, port },
			baud: BAUD,
			powerOn: () => powerKey.write(1),
			onFault,
		},
		flowControl: "none",
		hold: new HoldLine({
			line: holdLine,
			limit: { start: (limitMs) => startHoldLimit(limitMs), stop: () => stopHoldLimit() },
			limitMs: HOLD_LIMIT_MS,
		}),
		updating: { write: (active) => updating.write(active ? 1 : 0) },
		print,
		feedWatchdog: () => feedWatchdog(),
		restart: () => restart(),
	};
	// Last, so that it finds everything that a final mark needs.
	new PowerFailInput({ Io: io.Digital, line: wiring.powerFail, onPowerFail, onFault });
	return parts;
}

/** A clock that does not answer costs the window, and neither monitoring nor the guard. */
function openClock(
	{ clock }: Wiring,
	{ SMBus }: SdkIo,
	print: (line: string) => void,
): Pick<BoardParts, "rtc" | "markStore" | "powerFailStamp"> {
	try {
		const rtc = new Mcp7940n({ clock: { ...clock, io: SMBus, timeout: BUS_TIMEOUT_MS } });
		return {
			rtc,
			markStore: new Mcp7940nSramStore({ rtc }),
			powerFailStamp: new Mcp7940nPowerFailStamp({ rtc }),
		};
	} catch (error) {
		const absent = new AbsentClock({ error });
		print(JSON.stringify({ event: "trouble", message: `No RTC: ${String(error)}` }));
		return { rtc: absent, markStore: absent };
	}
}
