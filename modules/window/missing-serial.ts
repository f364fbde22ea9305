import type { Serial } from "../io/serial.js";

/** Stands in for the modem's port where it does not open: nothing comes, and nothing goes anywhere. */
export class MissingSerial implements Serial {
	read(): undefined {
		return undefined;
	}

	write(): void {}

	close(): void {}
}
