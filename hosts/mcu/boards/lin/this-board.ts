import files, { type Directory } from "embedded:storage/files";
import config from "mc/config";
import Timer from "timer";
import type { SerialConstructor } from "update-window/io/serial";
import type { BoardOptions, BoardParts, Output } from "update-window/mcu/board";
import { CryptSha256 } from "update-window/mcu/crypt-sha256";
import { FilesImageStore, type SdkDirectory } from "update-window/mcu/files-image-store";
import { FilesStore } from "update-window/mcu/files-store";
import { linProcessors } from "update-window/mcu/lin-processors";
import { LinSerial } from "update-window/mcu/lin-serial";
import { SYSTEM_RTC_RESOLUTION_MS, SystemRtc } from "update-window/mcu/system-rtc";
import { TicksClock } from "update-window/mcu/ticks-clock";

const BAUD = 115_200;

/**
 * A PC: serial devices or pseudo-terminals (`device=/dev/pts/7` for the modem, `elements=sensor:/dev/pts/8,display:/dev/pts/9` for
 * other processors, `console=/dev/pts/10` for orders), folders of the home directory instead of flash, battery-backed memory and
 * a card with images, the system clock as RTC. `off=900000` gives an off-time for a trial. It lacks a watchdog, a reset cause,
 * outputs, a clock to rate the RTC by, and a trial boot.
 */
export function openBoard({ onFault }: BoardOptions): BoardParts {
	// The SDK's typings lack the default export.
	const root = files as unknown as Directory;
	const print = (line: string): void => trace(`${line}\n`);
	const output = (name: string): Output => ({
		write: (active) => print(JSON.stringify({ output: name, active })),
	});
	const port = { io: LinSerial as unknown as SerialConstructor, baud: BAUD, onFault };
	return {
		offTime: {
			resolutionMs: SYSTEM_RTC_RESOLUTION_MS,
			watchdogMs: 2_000,
			bootMs: 5_000,
			finalRunOnMs: 0,
			witness: "assumed",
			rate: "assumed",
		},
		resetCause: "unknown",
		clock: new TicksClock({ onFault }),
		rtc: new SystemRtc(),
		markStore: new FilesStore({ root, folder: "battery-memory" }),
		flashStore: new FilesStore({ root, folder: "flash" }),
		givenOffTimeMs: config.off === undefined ? undefined : Number(config.off),
		inbox: new FilesStore({ root, folder: "inbox" }),
		serial: { ...port, device: config.device },
		processors: linProcessors({ list: config.elements, ...port }),
		images: new FilesImageStore({ root: root as unknown as SdkDirectory, folder: "images" }),
		newDigest: () => new CryptSha256(),
		logStore: new FilesStore({ root, folder: "log" }),
		...(config.console === undefined ? {} : { console: { ...port, device: config.console } }),
		hold: output("hold"),
		updating: output("updating"),
		print,
		feedWatchdog: () => {},
		// The machine aborts on an exception out of a timer; out of a port's callback the SDK would lose it.
		restart: (error) => {
			Timer.set(() => {
				throw error ?? new Error("Expected a board that starts again on purpose");
			}, 0);
		},
	};
}
