import type { SmBus, SmBusConstructor, SmBusOptions } from "../../hosts/mcu/drivers/smbus.js";

const STATUS = 0x0f;
const OSF = 0x80;
const ALARM_FLAGS = 0x03;

/**
 * As much of a DS3231 as its stop flag needs (data sheet 19-5170): the time is kept as a number, the status register by
 * its bits. Its bus refuses a second opening of one address, as the SDK's I2C does ("duplicate address").
 */
export class Ds3231Model {
	/** What the time registers show; a clock that stopped shows something all the same. */
	timeMs = 0;
	/** OSF as after the first power-up, EN32kHz and both alarms' flags. */
	status = OSF | 0x08 | ALARM_FLAGS;
	/** The oscillator does not start: OSF comes back at once. */
	isBroken = false;
	/** Both alarms go off right after the next reading of the status. */
	alarmsAfterReading = false;
	/** Accesses of the status register fail. */
	isDeaf = false;
	open = 0;
	readonly SMBus: SmBusConstructor;

	constructor() {
		const model = this;
		this.SMBus = class implements SmBus {
			constructor(_options: SmBusOptions) {
				if (model.open > 0) throw new RangeError("duplicate address");
				model.open++;
			}
			close(): void {
				model.open--;
			}
			readUint8(register: number): number {
				if (register !== STATUS) return 0;
				model.#answer();
				const { status } = model;
				if (model.alarmsAfterReading) model.status |= ALARM_FLAGS;
				model.alarmsAfterReading = false;
				return status;
			}
			writeUint8(register: number, byte: number): void {
				if (register !== STATUS) return;
				model.#answer();
				// A flag can be written to 0 and not to 1; the bits between are settings.
				const flags = OSF | ALARM_FLAGS;
				model.status = (model.status & byte & flags) | (byte & ~flags);
				if (model.isBroken) model.status |= OSF;
			}
			readBuffer(): void {}
			writeBuffer(): void {}
		};
	}

	stopOscillator(): void {
		this.status |= OSF;
	}

	#answer(): void {
		if (this.isDeaf) throw new Error("no acknowledge");
	}
}
