// Requirements: P2, R2, R22
/** Goal: a clock that stopped has no time, whatever its driver says. Method: a driver like the SDK's over a model of the part. */
import test from "ava";
import { CheckedRtc, type RtcDriver, RtcNotSetError } from "../../hosts/mcu/drivers/checked-rtc.js";
import { Ds3231Osf } from "../../hosts/mcu/drivers/ds3231-osf.js";
import { RtcNotOpenError } from "../../hosts/mcu/drivers/rtc-not-open-error.js";
import type { SmBus, SmBusSpecifier } from "../../hosts/mcu/drivers/smbus.js";
import { Ds3231Model } from "./ds3231-model.js";

const START_MS = Date.UTC(2026, 0, 1);

interface DriverOptions {
	clock: SmBusSpecifier;
}

/** Shows whatever the registers hold, as the SDK's DS3231 does; some of the SDK's setters leave out what they cannot do. */
function driverOf(model: Ds3231Model, habits: { ignoresSet?: boolean; givesDate?: boolean } = {}) {
	return class implements RtcDriver {
		readonly #io: SmBus;
		constructor({ clock }: DriverOptions) {
			this.#io = new clock.io({ hz: 400_000, address: 0x68, ...clock });
		}
		close(): void {
			this.#io.close();
		}
		get time(): number | Date | undefined {
			return habits.givesDate ? new Date(model.timeMs) : model.timeMs;
		}
		set time(timeMs: number) {
			if (!habits.ignoresSet) model.timeMs = timeMs;
		}
	};
}

function checked(habits: { ignoresSet?: boolean; givesDate?: boolean } = {}) {
	const model = new Ds3231Model();
	const rtc = new CheckedRtc({
		rtc: driverOf(model, habits),
		clock: { io: model.SMBus, data: 21, clock: 22 },
		flag: Ds3231Osf,
	});
	return { model, rtc };
}

/** Read by a call, so that the compiler does not take the time for a property that stays. */
const timeOf = (rtc: CheckedRtc) => rtc.time;

test("P2: a clock that never ran, or stopped, has no time", (t) => {
	const { model, rtc } = checked();
	model.timeMs = START_MS;
	t.is(timeOf(rtc), undefined);
	rtc.time = START_MS;
	t.is(timeOf(rtc), START_MS);
	model.stopOscillator();
	t.is(timeOf(rtc), undefined);
	t.is(timeOf(rtc), undefined, "reading does not clear the flag");
});

test("setting the time clears the stop flag and leaves alarms and settings as they are", (t) => {
	const { model, rtc } = checked();
	rtc.time = START_MS;
	t.is(model.status, 0x0b);
	model.status = 0x88;
	rtc.time = START_MS;
	t.is(model.status, 0x08);
	model.status = 0x88;
	model.alarmsAfterReading = true;
	rtc.time = START_MS;
	t.is(model.status, 0x0b, "an alarm in between is not lost");
});

test("P2: the stop flag stays where the driver did not set the time", (t) => {
	const { model, rtc } = checked({ ignoresSet: true });
	t.throws(
		() => {
			rtc.time = START_MS;
		},
		{ instanceOf: RtcNotSetError, message: `Expected the clock to show ${START_MS} once set, got 0` },
	);
	t.is(model.status & 0x80, 0x80);
	t.is(timeOf(rtc), undefined);
});

test("P2: an oscillator that does not start is an error, and has no time", (t) => {
	const { model, rtc } = checked();
	model.isBroken = true;
	t.throws(
		() => {
			rtc.time = START_MS;
		},
		{ instanceOf: RtcNotSetError, message: /it stopped/ },
	);
	t.is(timeOf(rtc), undefined);
});

test("P2: a status register that cannot be read is an error, not a time", (t) => {
	const { model, rtc } = checked();
	rtc.time = START_MS;
	model.isDeaf = true;
	t.throws(() => timeOf(rtc), { message: "no acknowledge" });
});

test("a driver that gives a Date is taken at its word, and one without a time has none", (t) => {
	const { model, rtc } = checked({ givesDate: true });
	rtc.time = START_MS;
	t.is(timeOf(rtc), START_MS);
	model.timeMs = Number.NaN;
	t.is(timeOf(rtc), undefined);
});

test("no time is no time to set", (t) => {
	const { rtc } = checked();
	for (const timeMs of [undefined, Number.NaN, Number.POSITIVE_INFINITY])
		t.throws(
			() => {
				rtc.time = timeMs;
			},
			{ instanceOf: RtcNotSetError },
		);
});

test("driver and check share one bus, which is closed once, and when the check cannot be made", (t) => {
	const { model, rtc } = checked();
	t.is(model.open, 1);
	rtc.close();
	rtc.close();
	t.is(model.open, 0);
	t.throws(() => timeOf(rtc), { instanceOf: RtcNotOpenError, message: /closed/ });
	const silent = class {
		time = START_MS;
		close(): void {}
	};
	t.throws(() => new CheckedRtc({ rtc: silent, clock: { io: model.SMBus }, flag: Ds3231Osf }), {
		instanceOf: RtcNotOpenError,
		message: /did not/,
	});

	const flag = class extends Ds3231Osf {
		constructor(options: { bus: SmBus }) {
			super(options);
			throw new Error("no such part");
		}
	};
	const clock = { io: model.SMBus };
	t.throws(() => new CheckedRtc({ rtc: driverOf(model), clock, flag }), { message: "no such part" });
	t.is(model.open, 0);
});
