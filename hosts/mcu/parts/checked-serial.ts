import type { Serial, SerialCallbacks, SerialConstructor } from "update-window/io/serial";
import { type Call, isBytes, isDone, isNumber } from "update-window/mcu/checked-call";

/** A Serial's constructor with its options. */
interface Port {
	io: SerialConstructor;
	[option: string]: unknown;
}

export function checkedSerial({ name, port, call }: { name: string; port: Port; call: Call }): Port {
	const { io: Io, ...options } = port;
	class CheckedSerial implements Serial {
		readonly #serial: Serial;

		constructor(given: SerialCallbacks) {
			this.#serial = call(name, () => new Io(given), isDone);
		}

		read(): ArrayBuffer | number | undefined {
			return call(
				`${name}.read`,
				() => this.#serial.read(),
				(value) => isBytes(value) || isNumber(value),
			);
		}

		write(bytes: ArrayBuffer): void {
			call(`${name}.write`, () => this.#serial.write(bytes), isDone);
		}

		close(): void {
			call(`${name}.close`, () => this.#serial.close(), isDone);
		}
	}
	return { ...options, io: CheckedSerial };
}
