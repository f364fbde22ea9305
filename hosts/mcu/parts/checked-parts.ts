import type { SerialOptions } from "update-window/at/channel";
import type { Rtc } from "update-window/io/rtc";
import type { Serial, SerialCallbacks } from "update-window/io/serial";
import type { Store } from "update-window/io/store";
import type { BoardParts, Output } from "update-window/mcu/board";
import type { PowerFailStamp } from "update-window/off-time/board";

/** A call into the board gave what no board may give: a promise, a value of another type, or it threw what is no Error. */
export class BoardCallError extends Error {
	override name = "BoardCallError";
}

/** Makes a call into the board, with a name for it and what it may give. */
type Call = <T>(name: string, action: () => T, fits: (value: unknown) => boolean) => T;

/**
 * The same parts, with each call into them looked at. What throws, or gives what it must not, is told to `onFailure`
 * and then thrown, as an Error always; an RTC that fails has no time, as ECMA-419 says it. So nothing that fails is taken for done,
 * an asynchronous part in a synchronous one's place least of all. `restart` is left alone.
 */
export function checkedParts(parts: BoardParts, onFailure: (error: Error) => void): BoardParts {
	const call: Call = (name, action, fits) => {
		try {
			const value = action();
			if (!fits(value)) throw new BoardCallError(`Expected ${name} to give its value, got ${kindOf(value)}`);
			return value;
		} catch (thrown) {
			const error =
				thrown instanceof Error
					? thrown
					: new BoardCallError(`Expected ${name} to throw an Error, got ${kindOf(thrown)}`);
			onFailure(error);
			throw error;
		}
	};
	const { clock, powerFailStamp } = parts;
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
		serial: checkedSerial(parts.serial, call),
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

function checkedSerial({ io: Io, ...port }: SerialOptions, call: Call): SerialOptions {
	class CheckedSerial implements Serial {
		readonly #serial: Serial;

		constructor(options: SerialCallbacks) {
			this.#serial = call("Serial", () => new Io(options), isDone);
		}

		read(): ArrayBuffer | number | undefined {
			return call(
				"serial.read",
				() => this.#serial.read(),
				(value) => isBytes(value) || isNumber(value),
			);
		}

		write(bytes: ArrayBuffer): void {
			call("serial.write", () => this.#serial.write(bytes), isDone);
		}

		close(): void {
			call("serial.close", () => this.#serial.close(), isDone);
		}
	}
	return { ...port, io: CheckedSerial };
}

/** Anything but a promise: what is still to be done is not done. */
function isDone(value: unknown): boolean {
	return typeof (value as { then?: unknown } | null | undefined)?.then !== "function";
}

function isBytes(value: unknown): boolean {
	return value === undefined || value instanceof ArrayBuffer;
}

function isNumber(value: unknown): boolean {
	return Number.isFinite(value);
}

function isInterval(value: unknown): boolean {
	if (value === undefined) return true;
	const { earliestMs, latestMs } = (value ?? {}) as { earliestMs?: unknown; latestMs?: unknown };
	return isNumber(earliestMs) && isNumber(latestMs);
}

/** For a message: never what a stranger's toString() gives. */
function kindOf(value: unknown): string {
	if (!isDone(value)) return "a promise";
	return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : typeof value;
}
