import type { Rtc } from "update-window/io/rtc";
import type { Store } from "update-window/io/store";
import type { BoardParts, Output } from "update-window/mcu/board";
import { type Call, checkedCall, isBytes, isDone, isNumber } from "update-window/mcu/checked-call";
import { checkedOwn, checkedProcessor } from "update-window/mcu/checked-elements";
import { checkedDigests, checkedImages } from "update-window/mcu/checked-images";
import { checkedSerial } from "update-window/mcu/checked-serial";
import type { PowerFailStamp } from "update-window/off-time/board";

/**
 * The same parts, with each call into them looked at. What throws, or gives what it must not, is told to `onFailure`
 * and then thrown, as an Error always; an RTC that fails has no time, as ECMA-419 says it. So nothing that fails is taken for done,
 * an asynchronous part in a synchronous one's place least of all. `restart` is left alone, and so is `web`: that a server cannot be
 * reached is no failure of the board.
 */
export function checkedParts(parts: BoardParts, onFailure: (error: Error) => void): BoardParts {
	const call = checkedCall(onFailure);
	const { clock, powerFailStamp, processors, own, images, newDigest, console, logStore } = parts;
	return {
		...parts,
		clock: {
			now: () => call("clock.now", () => clock.now(), isNumber),
			setTimeout: (callback, delayMs) =>
				call("clock.setTimeout", () => clock.setTimeout(callback, delayMs), isDone),
			clearTimeout: (id) => call("clock.clearTimeout", () => clock.clearTimeout(id), isDone),
		},
		rtc: checkedRtc(parts.rtc, call),
		...(powerFailStamp && { powerFailStamp: checkedStamp(powerFailStamp, call) }),
		markStore: checkedStore("markStore", parts.markStore, call),
		flashStore: checkedStore("flashStore", parts.flashStore, call),
		inbox: checkedStore("inbox", parts.inbox, call),
		serial: checkedSerial({ name: "serial", port: parts.serial, call }),
		...(processors && { processors: processors.map((processor) => checkedProcessor(processor, call)) }),
		...(own && { own: checkedOwn(own, call) }),
		...(images && { images: checkedImages(images, call) }),
		...(newDigest && { newDigest: checkedDigests(newDigest, call) }),
		...(console && { console: checkedSerial({ name: "console", port: console, call }) }),
		...(logStore && { logStore: checkedStore("logStore", logStore, call) }),
		hold: checkedOutput("hold", parts.hold, call),
		updating: checkedOutput("updating", parts.updating, call),
		print: (line) => call("print", () => parts.print(line), isDone),
		feedWatchdog: () => call("feedWatchdog", () => parts.feedWatchdog(), isDone),
	};
}

function checkedRtc(rtc: Rtc, call: Call): Rtc {
	return {
		get time() {
			try {
				return call(
					"rtc.time",
					() => rtc.time,
					(value) => value === undefined || isNumber(value),
				);
			} catch {
				return undefined;
			}
		},
		set time(timeMs) {
			call(
				"rtc.time",
				() => {
					rtc.time = timeMs;
				},
				isDone,
			);
		},
	};
}

function checkedStamp(stamp: PowerFailStamp, call: Call): PowerFailStamp {
	return {
		stepMs: stamp.stepMs,
		read: (markMs) => call("powerFailStamp.read", () => stamp.read(markMs), isInterval),
		clear: () => call("powerFailStamp.clear", () => stamp.clear(), isDone),
	};
}

function checkedStore(name: string, store: Store, call: Call): Store {
	return {
		read: (key) => call(`${name}.read`, () => store.read(key), isBytes),
		write: (key, value) => call(`${name}.write`, () => store.write(key, value), isDone),
		delete: (key) => call(`${name}.delete`, () => store.delete(key), isDone),
	};
}

function checkedOutput(name: string, output: Output, call: Call): Output {
	return { write: (active) => call(`${name}.write`, () => output.write(active), isDone) };
}

function isInterval(value: unknown): boolean {
	if (value === undefined) return true;
	const { earliestMs, latestMs } = (value ?? {}) as { earliestMs?: unknown; latestMs?: unknown };
	return isNumber(earliestMs) && isNumber(latestMs);
}
