// Requirements: P2, R2, R22
/** Goal: the stamp is the minute of the first power failure, with the right year. Method: the model of the part. */
import test from "ava";
import { Mcp7940n } from "../../hosts/mcu/drivers/mcp7940n.js";
import { Mcp7940nPowerFailStamp } from "../../hosts/mcu/drivers/mcp7940n-power-fail-stamp.js";
import { Mcp7940nModel, REG } from "./mcp7940n-model.js";

const MINUTE_MS = 60_000;

function stamped(timeMs: number) {
	const model = new Mcp7940nModel();
	const rtc = new Mcp7940n({ clock: { io: model.SMBus } });
	rtc.time = timeMs;
	const stamp = new Mcp7940nPowerFailStamp({ rtc });
	const cut = (seconds: number) => {
		model.cutPower();
		model.advance(seconds);
		model.restorePower();
	};
	return { model, rtc, stamp, cut };
}

/** The minute from this UTC time on. */
function minute(...fields: [number, number, number, number, number]) {
	const earliestMs = Date.UTC(...fields);
	return { earliestMs, latestMs: earliestMs + MINUTE_MS };
}

test("without a power failure there is no stamp", (t) => {
	const { model, stamp } = stamped(Date.UTC(2026, 4, 6, 7, 8, 9));
	t.is(stamp.read(Date.UTC(2026, 4, 6, 7, 8)), undefined);
	model.registers.set([0x08, 0x07, 0x06, 0x65], REG.powerDown);
	t.is(stamp.read(Date.UTC(2026, 4, 6, 7, 8)), undefined, "the flag says so, not the registers");
	t.notThrows(() => stamp.clear());
});

test("P2: a stamp is the minute in which the power failed, no wider than it says", (t) => {
	for (const second of [0, 1, 59]) {
		const { stamp, cut } = stamped(Date.UTC(2026, 4, 6, 7, 8, second));
		cut(86_400);
		const interval = stamp.read(Date.UTC(2026, 4, 6, 7, 7, 30));
		t.deepEqual(interval, minute(2026, 4, 6, 7, 8));
		t.is(stamp.stepMs, MINUTE_MS);
	}
});

test("P2: the first failure is kept until it is cleared, and then the next one", (t) => {
	const { model, stamp, cut } = stamped(Date.UTC(2026, 4, 6, 7, 8, 9));
	const markMs = Date.UTC(2026, 4, 6, 7, 8);
	cut(600);
	model.advance(120);
	cut(600);
	t.deepEqual(stamp.read(markMs), minute(2026, 4, 6, 7, 8));
	stamp.clear();
	t.is(stamp.read(markMs), undefined);
	cut(600);
	t.deepEqual(stamp.read(markMs), minute(2026, 4, 6, 7, 30));
});

test("clearing the stamp leaves time, weekday and battery as they are", (t) => {
	const { model, rtc, stamp, cut } = stamped(Date.UTC(2026, 4, 6, 7, 8, 9));
	cut(60);
	const before = model.registers.slice(0, 8);
	stamp.clear();
	const after = model.registers.slice(0, 8);
	t.is((before[REG.weekday] as number) & ~(after[REG.weekday] as number), 0x10, "PWRFAIL alone has gone");
	after[REG.weekday] = before[REG.weekday] as number;
	t.deepEqual(after, before);
	t.true(rtc.configuration.batteryEnabled);
	const { accesses } = model;
	stamp.clear();
	t.is(model.accesses, accesses + 1, "what is clear is only read");
});

test("clearing does not turn on a battery that was off", (t) => {
	const { model, rtc, stamp, cut } = stamped(Date.UTC(2026, 4, 6));
	cut(60);
	model.registers[REG.weekday] = (model.registers[REG.weekday] as number) & ~0x08;
	stamp.clear();
	t.deepEqual(rtc.configuration, { oscillatorRunning: true, batteryEnabled: false, powerFailed: false });
});

test("P2: setting the clock clears the stamp, which is a time of the clock as it was", (t) => {
	const { rtc, stamp, cut } = stamped(Date.UTC(2026, 4, 6));
	cut(60);
	t.true(rtc.configuration.powerFailed);
	rtc.time = Date.UTC(2027, 0, 1);
	t.is(stamp.read(Date.UTC(2026, 4, 6)), undefined);
});

test("P2: writing the weekday register clears the stamp of the part, as its data sheet says", (t) => {
	const { model, stamp, cut } = stamped(Date.UTC(2026, 4, 6));
	cut(60);
	const bus = new model.SMBus({ address: 0x6f, hz: 400_000 });
	bus.writeUint8(REG.weekday, 0xff);
	t.is(stamp.read(Date.UTC(2026, 4, 6)), undefined);
	t.deepEqual(model.registers.slice(0x18, 0x20), new Uint8Array(8));
});

test("no stamp is kept where the oscillator stood or the battery was off", (t) => {
	for (const spoil of [
		(model: Mcp7940nModel) => {
			model.hasCrystal = false;
		},
		(model: Mcp7940nModel) => {
			model.hasBattery = false;
		},
	]) {
		const { model, stamp, cut } = stamped(Date.UTC(2026, 4, 6));
		spoil(model);
		cut(60);
		t.is(stamp.read(Date.UTC(2026, 4, 6)), undefined);
	}
});

test("P2: over New Year the failure is of the year after its mark", (t) => {
	const { stamp, cut } = stamped(Date.UTC(2027, 0, 1, 0, 0, 20));
	cut(700);
	t.deepEqual(stamp.read(Date.UTC(2026, 11, 31, 23, 59, 30)), minute(2027, 0, 1, 0, 0));
});

test("P2: a failure in the minute of its mark is of that minute, at New Year too", (t) => {
	const { stamp, cut } = stamped(Date.UTC(2026, 11, 31, 23, 59, 40));
	cut(700);
	t.deepEqual(stamp.read(Date.UTC(2026, 11, 31, 23, 59, 30)), minute(2026, 11, 31, 23, 59));
});

test("P2: a stale stamp of last December stays before a mark of January", (t) => {
	const { stamp, cut } = stamped(Date.UTC(2026, 11, 30, 12));
	cut(60);
	t.deepEqual(stamp.read(Date.UTC(2027, 0, 2)), minute(2026, 11, 30, 12, 0));
});

test("February 29 takes the leap year next to the mark, and is no stamp where there is none", (t) => {
	const { stamp, cut } = stamped(Date.UTC(2028, 1, 29, 23, 59, 59));
	cut(60);
	t.deepEqual(stamp.read(Date.UTC(2028, 1, 29, 23, 59, 30)), minute(2028, 1, 29, 23, 59));
	t.is(stamp.read(Date.UTC(2026, 1, 28)), undefined);
});

test("the stamp is read in 12-hour format, too", (t) => {
	const { model, stamp, cut } = stamped(Date.UTC(2026, 4, 6, 15, 0, 0));
	model.registers[REG.hours] = 0x40 | 0x20 | 0x03;
	cut(60);
	t.deepEqual(stamp.read(Date.UTC(2026, 4, 6, 15)), minute(2026, 4, 6, 15, 0));
});

test("P2: a stamp that shows no possible time is none", (t) => {
	for (const [register, value] of [
		[0x18, 0x60],
		[0x19, 0x25],
		[0x1a, 0x00],
		[0x1a, 0x32],
		[0x1b, 0x13],
		[0x1b, 0x0d],
	] as const) {
		const { model, stamp, cut } = stamped(Date.UTC(2026, 4, 6));
		cut(60);
		model.registers[register] = value;
		t.is(stamp.read(Date.UTC(2026, 4, 6)), undefined, `${value.toString(16)} at ${register.toString(16)}`);
	}
});
