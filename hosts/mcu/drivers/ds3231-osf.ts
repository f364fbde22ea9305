import type { StopFlag } from "./checked-rtc.js";
import type { SmBus } from "./smbus.js";

/*
	DS3231 - Maxim Integrated extremely accurate I2C-integrated RTC
	https://datasheets.maximintegrated.com/en/ds/DS3231.pdf (19-5170, rev 10), "Status Register (0Fh)"
*/

const REGISTER = Object.freeze({ status: 0x0f } as const);

const BIT = Object.freeze({
	/** OSF: the oscillator is stopped, or was at some time. Set also at first power-up. */
	oscillatorStopped: 0x80,
	/** A2F and A1F: writing 1 leaves them as they are. */
	alarms: 0x03,
} as const);

/** The DS3231's oscillator stop flag, which the SDK's driver never looks at. Throws what the bus throws. */
export class Ds3231Osf implements StopFlag {
	readonly #bus: SmBus;

	constructor({ bus }: { bus: SmBus }) {
		this.#bus = bus;
	}

	get isSet(): boolean {
		return (this.#bus.readUint8(REGISTER.status) & BIT.oscillatorStopped) !== 0;
	}

	clear(): void {
		const status = this.#bus.readUint8(REGISTER.status);
		this.#bus.writeUint8(REGISTER.status, (status & ~BIT.oscillatorStopped) | BIT.alarms);
	}
}
