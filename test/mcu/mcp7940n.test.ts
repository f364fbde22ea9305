// Requirements: P2, R2, R22
/** Goal: the driver gives the part's time, or undefined, never a wrong one. Method: a model of the part by its registers. */
import test from "ava";
import fc from "fast-check";
import {
	Mcp7940n,
	OSCILLATOR_READINGS_MAX,
	OscillatorError,
	RtcTimeError,
	SramRangeError,
} from "../../hosts/mcu/drivers/mcp7940n.js";
import { RtcNotOpenError } from "../../hosts/mcu/drivers/rtc-not-open-error.js";
import { Mcp7940nModel, REG } from "./mcp7940n-model.js";

const START_MS = Date.UTC(2026, 10, 23, 4, 12, 35);
const FAULTS = ["before", "after"] as const;

function open(model: Mcp7940nModel): Mcp7940n {
	return new Mcp7940n({ clock: { io: model.SMBus } });
}

/** A part with its battery on that runs from `timeMs`. */
function running(timeMs = START_MS): { model: Mcp7940nModel; rtc: Mcp7940n } {
	const model = new Mcp7940nModel();
	const rtc = open(model);
	rtc.time = timeMs;
	return { model, rtc };
}

/** Puts a register as other software, or an accident, may have left it. */
function put(model: Mcp7940nModel, register: keyof typeof REG, value: number): void {
	model.registers[REG[register]] = value;
}

test("a part that was never set has no time", (t) => {
	const rtc = open(new Mcp7940nModel());
	t.is(rtc.time, undefined);
	t.deepEqual(rtc.configuration, { oscillatorRunning: false, batteryEnabled: false, powerFailed: false });
});

test("the time that was set is shown, the oscillator runs and the battery is on", (t) => {
	const { model, rtc } = running();
	t.is(rtc.time, START_MS);
	t.deepEqual(rtc.configuration, { oscillatorRunning: true, batteryEnabled: true, powerFailed: false });
	t.is((model.registers[REG.weekday] as number) & 7, 2, "a Monday");
	model.advance(61);
	t.is(rtc.time, START_MS + 61_000);
});

test("P2: a running clock is stopped, and has stopped, before its time is written", (t) => {
	const { model, rtc } = running();
	rtc.time = START_MS + 86_400_000;
	t.is(model.writesWhileRunning, 0);
	new model.SMBus({ address: 0x6f, hz: 400_000 }).writeUint8(REG.minutes, 0);
	t.is(model.writesWhileRunning, 1, "the model would have seen it");
});

const rollovers: readonly (readonly [what: string, timeMs: number])[] = [
	["a minute", Date.UTC(2026, 0, 1, 0, 0, 59)],
	["an hour", Date.UTC(2026, 0, 1, 0, 59, 59)],
	["the tens of an hour", Date.UTC(2026, 0, 1, 9, 59, 59)],
	["noon", Date.UTC(2026, 0, 1, 11, 59, 59)],
	["a day", Date.UTC(2026, 0, 1, 23, 59, 59)],
	["a week", Date.UTC(2026, 0, 3, 23, 59, 59)],
	["a month of 30 days", Date.UTC(2026, 3, 30, 23, 59, 59)],
	["a month of 31 days", Date.UTC(2026, 6, 31, 23, 59, 59)],
	["February", Date.UTC(2026, 1, 28, 23, 59, 59)],
	["February 28 of a leap year", Date.UTC(2028, 1, 28, 23, 59, 59)],
	["February 29", Date.UTC(2028, 1, 29, 23, 59, 59)],
	["a year", Date.UTC(2026, 11, 31, 23, 59, 59)],
	["the leap year 2000", Date.UTC(2000, 1, 29, 23, 59, 59)],
	["the year 2098", Date.UTC(2098, 11, 31, 23, 59, 59)],
];

for (const [what, timeMs] of rollovers)
	test(`at the end of ${what} the time goes on by a second`, (t) => {
		const { model, rtc } = running(timeMs);
		t.is(rtc.time, timeMs);
		model.advance(1);
		t.is(rtc.time, timeMs + 1000);
	});

test("a reading during which the second changes shows one time, not parts of two", (t) => {
	const { model, rtc } = running(Date.UTC(2026, 11, 31, 23, 59, 58));
	model.secondsPerAccess = 1;
	t.is(rtc.time, Date.UTC(2026, 11, 31, 23, 59, 58));
	t.is(rtc.time, Date.UTC(2026, 11, 31, 23, 59, 59));
	t.is(rtc.time, Date.UTC(2027, 0, 1));
});

test("any second from 2000 to 2099 that is set is shown, and the fraction is dropped", (t) => {
	fc.assert(
		fc.property(fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) - 1 }), (timeMs) => {
			const { rtc } = running(timeMs);
			return rtc.time === Math.floor(timeMs / 1000) * 1000;
		}),
	);
	t.pass();
});

test("the last second of 2099 can be set, and after it the clock is back in 2000", (t) => {
	const { model, rtc } = running(Date.UTC(2100, 0, 1) - 1000);
	t.is(rtc.time, Date.UTC(2100, 0, 1) - 1000);
	model.advance(1);
	t.is(rtc.time, Date.UTC(2000, 0, 1));
});

test("a time that the part cannot hold is refused and changes nothing", (t) => {
	const { model, rtc } = running();
	const before = model.registers.slice();
	for (const timeMs of [undefined, Number.NaN, -1, Date.UTC(2000, 0, 1) - 1, Date.UTC(2100, 0, 1), Infinity])
		t.throws(
			() => {
				rtc.time = timeMs;
			},
			{ instanceOf: RtcTimeError, message: new RegExp(`got ${timeMs}$`) },
		);
	t.deepEqual(model.registers, before);
});

test("a part that other software put into 12-hour format shows the same time all day", (t) => {
	const { model, rtc } = running(Date.UTC(2026, 5, 15));
	put(model, "hours", 0x40 | 0x12);
	for (let hour = 0; hour < 48; hour++) {
		t.is(rtc.time, Date.UTC(2026, 5, 15, hour));
		model.advance(3600);
	}
});

test("P2: a stopped oscillator has no time, though the registers show one", (t) => {
	const stops: Record<string, (model: Mcp7940nModel) => void> = {
		"ST is clear": (model) => put(model, "seconds", 0x35),
		"the crystal broke": (model) => {
			model.hasCrystal = false;
			model.advance(1);
		},
		"the battery is off": (model) => put(model, "weekday", 0x22),
	};
	for (const [what, stop] of Object.entries(stops)) {
		const { model, rtc } = running();
		stop(model);
		t.is(rtc.time, undefined, what);
	}
});

const garbage: readonly (readonly [register: keyof typeof REG, value: number])[] = [
	["seconds", 0x80 | 0x60],
	["seconds", 0x80 | 0x0a],
	["minutes", 0x60],
	["minutes", 0x1f],
	["minutes", 0x80 | 0x10],
	["hours", 0x80 | 0x10],
	["hours", 0x80 | 0x40 | 0x10],
	["hours", 0x24],
	["hours", 0x2a],
	["hours", 0x40],
	["hours", 0x40 | 0x13],
	["date", 0x00],
	["date", 0x31],
	["date", 0x3a],
	["date", 0x40 | 0x10],
	["month", 0x00],
	["month", 0x13],
	["month", 0x0b],
	["month", 0x80 | 0x10],
	["year", 0xa0],
	["year", 0x0f],
];

for (const [register, value] of garbage)
	test(`P2: ${value.toString(16)} hex in the register of the ${register} is no time`, (t) => {
		const { model, rtc } = running();
		put(model, register, value);
		t.is(rtc.time, undefined);
	});

test("P2: February 29 is a date in leap years only", (t) => {
	const { model, rtc } = running(Date.UTC(2028, 1, 29));
	t.is(rtc.time, Date.UTC(2028, 1, 29));
	put(model, "year", 0x27);
	t.is(rtc.time, undefined);
});

test("P2: whatever the registers hold, the time is undefined or shown by exactly these registers", (t) => {
	let shown = 0;
	// Random bytes seldom are a time, so most of these are two digits.
	const digits = fc.tuple(fc.nat(5), fc.nat(9)).map(([tens, ones]) => tens * 16 + ones);
	const byte = fc.oneof({ weight: 5, arbitrary: digits }, { weight: 1, arbitrary: fc.nat(255) });
	fc.assert(
		fc.property(fc.array(byte, { minLength: 7, maxLength: 7 }), (bytes) => {
			const { model, rtc } = running();
			model.registers.set(bytes);
			put(model, "seconds", (bytes[0] as number) | 0x80);
			put(model, "weekday", (bytes[3] as number) | 0x28);
			put(model, "hours", (bytes[2] as number) & 0xbf);
			const { time } = rtc;
			if (time === undefined) return true;
			shown++;
			const text = new Date(time).toISOString().replace(/\D/g, "").slice(2, 14);
			const masks = [0xff, 0xdf, 0xff, 0xff, 0xff, 0x7f];
			return [6, 5, 4, 2, 1, 0].every((register, i) => {
				const hex = ((model.registers[register] as number) & (masks[i] as number)).toString(16);
				return hex.padStart(2, "0") === text.slice(2 * i, 2 * i + 2);
			});
		}),
		{ numRuns: 5000 },
	);
	t.true(shown > 10, `${shown} of the random registers showed a time`);
});

test("the battery carries time and SRAM through a power cut", (t) => {
	const { model, rtc } = running();
	rtc.writeSram(8, Uint8Array.of(1, 2, 3));
	model.cutPower();
	t.throws(() => rtc.time, { message: /no power/ });
	model.advance(3600);
	model.restorePower();
	t.is(rtc.time, START_MS + 3_600_000);
	t.deepEqual(rtc.readSram(8, 3), Uint8Array.of(1, 2, 3));
});

test("P2: where the battery is missing, or off, a power cut leaves no time", (t) => {
	for (const lose of [
		(model: Mcp7940nModel) => {
			model.hasBattery = false;
		},
		(model: Mcp7940nModel) => put(model, "weekday", 0x22),
	]) {
		const { model, rtc } = running();
		lose(model);
		model.cutPower();
		model.advance(3600);
		model.restorePower();
		t.is(rtc.time, undefined);
		t.deepEqual(rtc.configuration, { oscillatorRunning: false, batteryEnabled: false, powerFailed: false });
		rtc.time = START_MS;
		t.is(rtc.time, START_MS);
	}
});

test("P2: a battery that was taken out while the power was off leaves no time", (t) => {
	const { model, rtc } = running();
	model.cutPower();
	model.pullBattery();
	model.advance(3600);
	model.restorePower();
	t.is(rtc.time, undefined);
});

test("an oscillator that does not start is reported after a bounded number of readings, with the battery on", (t) => {
	const model = new Mcp7940nModel();
	model.hasCrystal = false;
	const rtc = open(model);
	t.throws(
		() => {
			rtc.time = START_MS;
		},
		{ instanceOf: OscillatorError, message: /to run/ },
	);
	t.true(model.accesses <= 2 * OSCILLATOR_READINGS_MAX + 4);
	t.is(rtc.time, undefined);
	t.true(rtc.configuration.batteryEnabled);
	model.hasCrystal = true;
	model.advance(0);
	t.is(rtc.time, START_MS, "a crystal that was only slow shows the time that was set");
});

test("P2: a bus that fails at any access while the clock is set leaves the old time, the new one, or none", (t) => {
	const newMs = START_MS + 86_400_000 * 400;
	for (const fault of FAULTS)
		for (let number = 0; ; number++) {
			const { model, rtc } = running();
			model.failAccess(number, fault);
			const from = model.accesses;
			try {
				rtc.time = newMs;
				t.true(number >= model.accesses - from, "no access is ignored");
				break;
			} catch {
				model.heal();
			}
			model.advance(0);
			t.true([START_MS, newMs, undefined].includes(rtc.time), `access ${number} ${fault}: ${rtc.time}`);
			t.true(rtc.configuration.batteryEnabled, `access ${number} ${fault}`);
			rtc.time = newMs;
			t.is(rtc.time, newMs);
		}
});

test("P2: a power cut at any byte while the clock is set leaves the old time, the new one, or none", (t) => {
	const newMs = START_MS + 86_400_000 * 400;
	let cuts = 0;
	for (; ; cuts++) {
		const { model, rtc } = running();
		model.cutPowerAfterBytes(cuts);
		try {
			rtc.time = newMs;
			break;
		} catch {
			model.heal();
		}
		model.advance(60);
		model.restorePower();
		const times = [START_MS + 60_000, newMs + 60_000, undefined];
		t.true(times.includes(rtc.time), `byte ${cuts}: ${rtc.time}`);
	}
	t.is(cuts, 8, "each byte was cut at");
});

test("every call throws what the bus throws, and works again afterwards", (t) => {
	const calls: Record<string, (rtc: Mcp7940n) => unknown> = {
		time: (rtc) => rtc.time,
		configuration: (rtc) => rtc.configuration,
		powerDown: (rtc) => rtc.powerDown,
		clearPowerDown: (rtc) => rtc.clearPowerDown(),
		readSram: (rtc) => rtc.readSram(0, 28),
		writeSram: (rtc) => rtc.writeSram(0, new Uint8Array(28)),
	};
	for (const [name, call] of Object.entries(calls))
		for (const fault of FAULTS) {
			let failures = 0;
			for (let number = 0; number < 4; number++) {
				const { model, rtc } = running();
				model.cutPower();
				model.restorePower();
				model.failAccess(number, fault);
				const before = model.accesses;
				let thrown: unknown;
				try {
					call(rtc);
				} catch (error) {
					thrown = error;
				}
				if (model.accesses - before <= number) break;
				t.regex(String(thrown), /no acknowledge|bus stuck/, name);
				failures++;
				model.heal();
				t.notThrows(() => call(rtc), name);
				t.is(rtc.time, START_MS, name);
			}
			t.true(failures > 0, name);
		}
});

test("the constructor closes the bus where the part does not answer, and close() may be called twice", (t) => {
	const model = new Mcp7940nModel();
	model.failAccess(0, "before");
	t.throws(() => open(model), { message: "no acknowledge" });
	t.is(model.open, 0);
	const rtc = open(model);
	t.is(model.open, 1);
	rtc.close();
	rtc.close();
	t.is(model.open, 0);
	t.throws(() => rtc.time, { instanceOf: RtcNotOpenError, message: /closed/ });
});

test("the board's pins go to the bus, and its speed goes before the driver's", (t) => {
	const model = new Mcp7940nModel();
	const seen: unknown[] = [];
	const io = class extends model.SMBus {
		constructor(options: { address: number; hz: number }) {
			super(options);
			seen.push(options);
		}
	};
	new Mcp7940n({ clock: { io, data: 21, clock: 22, hz: 100_000 } });
	t.like(seen[0], { address: 0x6f, hz: 100_000, data: 21, clock: 22 });
});

test("the SRAM is read and written to its last byte, and not beyond", (t) => {
	const { model, rtc } = running();
	const bytes = Uint8Array.from({ length: 64 }, (_, i) => i);
	const clock = model.registers.slice(0, 0x20);
	rtc.writeSram(0, bytes);
	t.deepEqual(rtc.readSram(0, 64), bytes);
	t.deepEqual(model.registers.slice(0, 0x20), clock);
	for (const [offset, length] of [
		[-1, 2],
		[1, 64],
		[64, 1],
	] as const) {
		t.throws(() => rtc.readSram(offset, length), { instanceOf: SramRangeError });
		t.throws(() => rtc.writeSram(offset, new Uint8Array(length)), { instanceOf: SramRangeError });
	}
});
