import type { SmBus, SmBusConstructor, SmBusOptions } from "../../hosts/mcu/drivers/smbus.js";

const ADDRESS = 0x6f;
const RTCC_BYTES = 0x20;
const END = 0x60;

export const REG = {
	seconds: 0x00,
	minutes: 0x01,
	hours: 0x02,
	weekday: 0x03,
	date: 0x04,
	month: 0x05,
	year: 0x06,
	control: 0x07,
	powerDown: 0x18,
	powerUp: 0x1c,
	sram: 0x20,
} as const;

const ST = 0x80;
const TWELVE = 0x40;
const PM = 0x20;
const OSCRUN = 0x20;
const PWRFAIL = 0x10;
const VBATEN = 0x08;
const LPYR = 0x20;

/** The seconds are written to stop the oscillator, the weekday to clear the stamp. */
const TIME_FIELDS: readonly number[] = [REG.minutes, REG.hours, REG.date, REG.month, REG.year];

/** Bits that can be written, where not all can. */
const WRITABLE: Readonly<Record<number, number>> = {
	[REG.minutes]: 0x7f,
	[REG.hours]: 0x7f,
	[REG.weekday]: VBATEN | 0x07,
	[REG.date]: 0x3f,
	[REG.month]: 0x1f,
};

const AFTER_POWER_ON_RESET: Readonly<Record<number, number>> = {
	[REG.weekday]: 1,
	[REG.date]: 1,
	[REG.month]: 1,
	[REG.control]: 0x80,
};

/** Readings of OSCRUN until it follows the oscillator: 32 cycles are about 1 ms, a reading 0.1 ms. */
const OSCRUN_LAG_ACCESSES = 10;

/** What the bus does to an access: it fails before the part took it, or after; or the power goes at a written byte. */
export type BusFault = "before" | "after";

/**
 * An MCP7940N by its registers, from its data sheet (DS20005010F, sections 5.3, 5.7 and the register tables), written
 * without a look at the driver.
 */
export class Mcp7940nModel {
	readonly registers = new Uint8Array(END);
	/** A cell with some charge is in its holder. */
	hasBattery = true;
	/** The crystal swings when it is let. */
	hasCrystal = true;
	/** Every access that got through, for tests that count them. */
	accesses = 0;
	/** Buses that are open. */
	open = 0;
	/** Fields of the time that were written while the oscillator ran: one that rolls over then spoils the time (5.3, note 2). */
	writesWhileRunning = 0;
	/** Seconds that pass with each access. */
	secondsPerAccess = 0;
	readonly SMBus: SmBusConstructor;

	#hasPower = true;
	#oscillatorRuns = false;
	#lagAccesses = 0;
	#stampedThisFailure = false;
	#failAtAccess: number | undefined;
	#fault: BusFault = "before";
	#cutAtByte: number | undefined;

	constructor() {
		this.#reset();
		const model = this;
		this.SMBus = class implements SmBus {
			#isOpen = true;

			constructor({ address, hz }: SmBusOptions) {
				if (address !== ADDRESS) throw new Error(`Expected address ${ADDRESS}, got ${address}`);
				if (hz > 400_000) throw new Error(`Expected at most 400,000 Hz, got ${hz}`);
				model.open++;
			}

			close(): void {
				if (!this.#isOpen) throw new Error("Expected a bus to be closed once");
				this.#isOpen = false;
				model.open--;
			}

			readUint8(register: number): number {
				const buffer = new Uint8Array(1);
				this.readBuffer(register, buffer);
				return buffer[0] as number;
			}

			writeUint8(register: number, byte: number): void {
				this.writeBuffer(register, Uint8Array.of(byte));
			}

			readBuffer(register: number, buffer: Uint8Array<ArrayBuffer>): void {
				model.#access(() => {
					// The part buffers its registers as a reading begins.
					const shown = model.registers.slice();
					let address = register;
					for (let i = 0; i < buffer.length; i++) {
						buffer[i] = shown[address] as number;
						address = next(address);
					}
				});
			}

			writeBuffer(register: number, buffer: Uint8Array<ArrayBuffer>): void {
				model.#access(() => {
					let address = register;
					for (const byte of buffer) {
						model.#write(address, byte);
						address = next(address);
					}
				});
			}
		};
	}

	/** The access of this number from now on, 0 for the next one, fails. */
	failAccess(number: number, fault: BusFault): void {
		this.#failAtAccess = this.accesses + number;
		this.#fault = fault;
	}

	/** The power goes when so many more bytes have been written. */
	cutPowerAfterBytes(bytes: number): void {
		this.#cutAtByte = bytes;
	}

	heal(): void {
		this.#failAtAccess = undefined;
		this.#cutAtByte = undefined;
	}

	cutPower(): void {
		if (!this.#hasPower) return;
		this.#hasPower = false;
		this.#stampedThisFailure = false;
		if (!this.#isSupplied) return;
		this.#settle();
		if ((this.#at(REG.weekday) & PWRFAIL) !== 0 || !this.#oscillatorRuns) return;
		this.#stamp(REG.powerDown);
		this.registers[REG.weekday] = this.#at(REG.weekday) | PWRFAIL;
		this.#stampedThisFailure = true;
	}

	restorePower(): void {
		if (this.#hasPower) return;
		if (!this.#isSupplied) this.#reset();
		this.#hasPower = true;
		if (this.#stampedThisFailure) this.#stamp(REG.powerUp);
		this.#follow();
	}

	/** Time passes, with or without main power. */
	advance(seconds: number): void {
		this.#settle();
		if (!this.#isSupplied) return;
		for (let i = 0; i < seconds && this.#oscillatorRuns; i++) this.#tick();
	}

	/** Takes out the battery for a moment. */
	pullBattery(): void {
		if (!this.#hasPower) this.#reset();
	}

	#access(action: () => void): void {
		if (!this.#hasPower) throw new Error("no acknowledge: no power");
		const faulty = this.accesses === this.#failAtAccess;
		this.accesses++;
		if (faulty && this.#fault === "before") throw new Error("no acknowledge");
		if (this.#lagAccesses > 0 && --this.#lagAccesses === 0) this.#settle();
		action();
		if (this.secondsPerAccess > 0) this.advance(this.secondsPerAccess);
		if (faulty) throw new Error("bus stuck");
	}

	#write(address: number, byte: number): void {
		if (this.#cutAtByte !== undefined && this.#cutAtByte-- === 0) {
			this.cutPower();
			throw new Error("no acknowledge: power gone");
		}
		if (address >= REG.powerDown && address < RTCC_BYTES) return;
		if (this.#oscillatorRuns && TIME_FIELDS.includes(address)) this.writesWhileRunning++;
		const writable = WRITABLE[address] ?? 0xff;
		this.registers[address] = (this.#at(address) & ~writable) | (byte & writable);
		// PWRFAIL cannot be written to 1; clearing it clears the stamps.
		if (address === REG.weekday) {
			this.registers[REG.weekday] = this.#at(REG.weekday) & ~PWRFAIL;
			this.registers.fill(0, REG.powerDown, RTCC_BYTES);
		}
		if (address === REG.year) this.#showLeapYear();
		if (address === REG.seconds) this.#lagAccesses = OSCRUN_LAG_ACCESSES;
	}

	get #isSupplied(): boolean {
		return this.#hasPower || (this.hasBattery && (this.#at(REG.weekday) & VBATEN) !== 0);
	}

	#at(address: number): number {
		return this.registers[address] as number;
	}

	/** OSCRUN says what the oscillator does by now. */
	#settle(): void {
		this.#lagAccesses = 0;
		this.#follow();
	}

	#follow(): void {
		this.#oscillatorRuns = this.hasCrystal && (this.#at(REG.seconds) & ST) !== 0;
		const weekday = this.#at(REG.weekday) & ~OSCRUN;
		this.registers[REG.weekday] = weekday | (this.#oscillatorRuns ? OSCRUN : 0);
	}

	#reset(): void {
		this.registers.fill(0, 0, RTCC_BYTES);
		for (const [address, value] of Object.entries(AFTER_POWER_ON_RESET))
			this.registers[Number(address)] = value;
		for (let i = REG.sram; i < END; i++) this.registers[i] = (i * 37 + 11) & 0xff;
		this.#oscillatorRuns = false;
		this.#stampedThisFailure = false;
	}

	#stamp(address: number): void {
		this.registers[address] = this.#at(REG.minutes);
		this.registers[address + 1] = this.#at(REG.hours);
		this.registers[address + 2] = this.#at(REG.date);
		this.registers[address + 3] = (this.#at(REG.month) & 0x1f) | ((this.#at(REG.weekday) & 7) << 5);
	}

	#tick(): void {
		if (this.#count(REG.seconds, 0x7f, 0, 59)) return;
		if (this.#count(REG.minutes, 0x7f, 0, 59)) return;
		if (this.#countHour()) return;
		this.#count(REG.weekday, 0x07, 1, 7);
		if (this.#count(REG.date, 0x3f, 1, this.#daysOfMonth())) return;
		if (this.#count(REG.month, 0x1f, 1, 12)) return;
		this.#count(REG.year, 0xff, 0, 99);
		this.#showLeapYear();
	}

	/** Counts a field up; false where it rolled over. */
	#count(address: number, mask: number, first: number, last: number): boolean {
		const value = decimal(this.#at(address) & mask);
		const rolls = value >= last;
		const counted = binaryCoded(rolls ? first : value + 1);
		this.registers[address] = (this.#at(address) & ~mask) | counted;
		return !rolls;
	}

	/** 11:59:59 PM is followed by 12:00:00 AM, 12:59:59 by 1:00:00. False where a day is over. */
	#countHour(): boolean {
		if ((this.#at(REG.hours) & TWELVE) === 0) return this.#count(REG.hours, 0x3f, 0, 23);
		const hour = decimal(this.#at(REG.hours) & 0x1f);
		const isPm = (this.#at(REG.hours) & PM) !== 0;
		const halfOver = hour === 11;
		const nowPm = halfOver ? !isPm : isPm;
		this.registers[REG.hours] = TWELVE | (nowPm ? PM : 0) | binaryCoded(hour === 12 ? 1 : hour + 1);
		return !(halfOver && isPm);
	}

	#daysOfMonth(): number {
		const month = decimal(this.#at(REG.month) & 0x1f);
		if (month === 2) return this.#isLeapYear ? 29 : 28;
		return [4, 6, 9, 11].includes(month) ? 30 : 31;
	}

	get #isLeapYear(): boolean {
		return decimal(this.#at(REG.year)) % 4 === 0;
	}

	#showLeapYear(): void {
		this.registers[REG.month] = (this.#at(REG.month) & ~LPYR) | (this.#isLeapYear ? LPYR : 0);
	}
}

/** The address after this one: the clock's registers and the SRAM each begin anew at their end. */
function next(address: number): number {
	if (address === RTCC_BYTES - 1) return 0;
	return address === END - 1 ? RTCC_BYTES : address + 1;
}

function decimal(byte: number): number {
	return (byte >> 4) * 10 + (byte & 0x0f);
}

function binaryCoded(value: number): number {
	return (Math.trunc(value / 10) << 4) + (value % 10);
}
