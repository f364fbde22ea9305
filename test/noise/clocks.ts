import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { Mcp7940n } from "../../hosts/mcu/drivers/mcp7940n.js";
import { Mcp7940nSramStore } from "../../hosts/mcu/drivers/mcp7940n-sram-store.js";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import { OffTime } from "../../modules/off-time/off-time.js";
import type { OffTimeResult } from "../../modules/off-time/reasons.js";
import { Mcp7940nModel, REG } from "../mcu/mcp7940n-model.js";
import { type Boot, opens, Product } from "../off-time/product.js";
import type { CaseResult, Cases } from "./cases.js";
import { offTimeStories } from "./off-time-stories.js";
import { Xorshift } from "./xorshift.js";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 86_400_000;
const THRESHOLD_MS = 600_000;
const ON_MS = 5 * MINUTE_MS;
const OFF_MAX_MS = 400 * DAY_MS;
const YEAR_2020_MS = Date.UTC(2020, 0, 1);
const YEAR_2100_MS = Date.UTC(2100, 0, 1);

/** The instants at which calendars and counters have gone wrong before. */
const CORNERS: readonly number[] = [
	YEAR_2020_MS,
	Date.UTC(2024, 1, 29),
	Date.UTC(2026, 11, 31, 23, 59, 59),
	Date.UTC(2028, 1, 29),
	Date.UTC(2028, 2, 1),
	2 ** 31 * SECOND_MS,
	Date.UTC(2036, 1, 7, 6, 28, 16),
	2 ** 32 * SECOND_MS,
	Date.UTC(2096, 1, 29),
	Date.UTC(2099, 11, 31, 23, 59, 59),
	YEAR_2100_MS,
	Date.UTC(2100, 1, 28, 23, 59, 59),
];
const OFFS_MS: readonly number[] = [
	2 * SECOND_MS,
	590 * SECOND_MS,
	599_990,
	11 * MINUTE_MS + 30 * SECOND_MS,
	DAY_MS,
	390 * DAY_MS,
	410 * DAY_MS,
];

function isYear(timeMs: number): boolean {
	return timeMs >= YEAR_2020_MS && timeMs < YEAR_2100_MS;
}

/** P2, and what a boot may say at all. */
function judge(boot: Boot, faults: string[], what: string): string {
	const { result, realOffMs, isCut } = boot;
	if (isCut) return "cut";
	if ("atLeastMs" in result && result.atLeastMs > realOffMs)
		faults.push(`P2: ${what}: at least ${result.atLeastMs} ms, in truth ${realOffMs}`);
	if (opens(boot) && realOffMs < THRESHOLD_MS) faults.push(`P2: ${what}: open after ${realOffMs} ms`);
	return "unknown" in result ? result.unknown : `${result.atLeastMs}`;
}

/** A product that was in use, its clock at `atMs` when it goes off. */
function inUse(atMs: number): Product {
	const product = new Product();
	product.rtc.moveTo(atMs - ON_MS);
	product.boot();
	product.run(ON_MS);
	return product;
}

/** Off over a corner of the calendar: right to the millisecond as ever, or closed; and the boot after it opens again. */
export const calendar: Cases = {
	name: "calendar",
	count: CORNERS.length * OFFS_MS.length * 3,
	run(number): CaseResult {
		const corner = CORNERS[number % CORNERS.length] as number;
		const offMs = OFFS_MS[Math.floor(number / CORNERS.length) % OFFS_MS.length] as number;
		// The corner lies at the end of the on-time, in the middle of the off-time, or at the next boot.
		const share = Math.floor(number / (CORNERS.length * OFFS_MS.length)) / 2;
		const faults: string[] = [];
		const startMs = corner - offMs * share;
		const product = inUse(startMs);
		product.off(offMs);
		const boot = product.boot();
		const what = `${offMs} ms off from ${new Date(startMs).toISOString()}`;
		const log = [what, judge(boot, faults, what)];
		// A clock that shows a year before or after its own is started anew, in 2025, at the boot that finds it so.
		const isStarted = !isYear(startMs - ON_MS);
		const isShowable = isStarted || (isYear(startMs) && isYear(startMs + offMs));
		const isLong = offMs >= 11 * MINUTE_MS && offMs < OFF_MAX_MS;
		if (opens(boot) !== (isShowable && isLong)) faults.push(`P2: ${what}: ${JSON.stringify(boot.result)}`);
		product.run(ON_MS);
		product.off(15 * MINUTE_MS);
		const next = product.boot();
		log.push(judge(next, faults, what));
		// The year 2100 may come only while the product runs, or is off for the second time.
		const endMs = startMs + offMs + ON_MS + 15 * MINUTE_MS;
		const runsOut = !isStarted && isYear(startMs + offMs) && !isYear(endMs);
		if (!opens(next) && !runsOut) faults.push(`P2: ${what}: the boot after it stays closed`);
		return { faults, log, noiseBytes: 0 };
	},
};

const KEYS = ["mark-a", "mark-b", "boot-a", "boot-b"] as const;
/** 12 bytes of a slot's header, then 16 of a mark, or 6 of a boot record. */
const KEY_BITS: readonly number[] = [28 * 8, 28 * 8, 18 * 8, 18 * 8];
const BITS = 2 * (28 + 18) * 8;

function flip(product: Product, bit: number): string {
	let rest = bit;
	for (const [index, key] of KEYS.entries()) {
		const bits = KEY_BITS[index] as number;
		if (rest >= bits) {
			rest -= bits;
			continue;
		}
		const { values } = key.startsWith("mark") ? product.marks : product.flash;
		const value = values.get(key);
		if (!value || value.byteLength * 8 !== bits) return `no ${key}`;
		const bytes = new Uint8Array(value.slice(0));
		bytes[rest >> 3] = (bytes[rest >> 3] as number) ^ (1 << (rest & 7));
		values.set(key, bytes.buffer);
		return `${key} bit ${rest}`;
	}
	return "none";
}

function flipped(bits: readonly number[], offMs: number): CaseResult {
	const faults: string[] = [];
	const product = inUse(Date.UTC(2026, 5, 1));
	// Two boots, so that both slots of everything are written.
	product.off(SECOND_MS);
	product.boot();
	product.run(MINUTE_MS);
	product.off(offMs);
	const what = bits.map((bit) => flip(product, bit)).join(", ");
	if (what.includes("no ")) faults.push(`P2: ${what}: another layout than this test knows`);
	const boot = product.boot();
	const log = [`${offMs} ms, ${what}: ${judge(boot, faults, what)}`];
	product.run(ON_MS);
	product.off(15 * MINUTE_MS);
	const next = product.boot();
	log.push(judge(next, faults, `after ${what}`));
	if (!opens(next))
		faults.push(`P2: after ${what} the next boot stays closed: ${JSON.stringify(next.result)}`);
	return { faults, log, noiseBytes: bits.length };
}

/** Every single bit of the marks and of the boot record, flipped while the product was off, after a short and after a long time. */
export const markBits: Cases = {
	name: "mark-bits",
	count: BITS * 2,
	run: (number) => flipped([number >> 1], number & 1 ? 12 * MINUTE_MS : 30 * SECOND_MS),
};

/** Two bits and more of them, anywhere. */
export const markBitPairs: Cases = {
	name: "mark-bit-pairs",
	run(number) {
		const random = new Xorshift(number);
		const bits = Array.from({ length: random.oneIn(3) ? 2 + random.below(20) : 2 }, () => random.below(BITS));
		return flipped(bits, random.pick([2 * SECOND_MS, 590 * SECOND_MS, 12 * MINUTE_MS]));
	},
};

type Fault = (product: Product, random: Xorshift) => string;

/** What happens to a clock while the product is off, or while it runs. None of it makes a short off-time a long one. */
const CLOCK_FAULTS: Readonly<Record<string, Fault>> = {
	stopped: ({ rtc }) => {
		rtc.isAbsent = true;
		return "";
	},
	"stands still": ({ rtc }) => {
		rtc.standStill();
		return "";
	},
	"set to 1970": ({ rtc }, random) => {
		const timeMs = random.below(2 ** 31);
		rtc.moveTo(timeMs);
		return `${timeMs}`;
	},
	backwards: ({ rtc }, random) => {
		const byMs = 1_000 + (OFF_MAX_MS / 1_000) * random.below(1_000) + 600 * SECOND_MS;
		rtc.jump(-byMs);
		return `${byMs}`;
	},
	"far future": ({ rtc }, random) => {
		const byMs = OFF_MAX_MS + DAY_MS * (1 + random.below(20_000));
		rtc.jump(byMs);
		return `${byMs}`;
	},
	unsteady: ({ rtc }, random) => {
		const at = rtc.time ?? 0;
		const byMs = random.pick([-1, 1]) * (20 + random.below(1_000)) * SECOND_MS;
		// Each pair of readings goes back, or jumps.
		rtc.readings = Array.from({ length: 40 }, (_, i) => at + (i & 1 ? byMs : 0));
		return "";
	},
	garbage: ({ rtc }, random) => {
		rtc.readings = Array.from({ length: 40 }, () =>
			random.pick([undefined, Number.NaN, -1, 0, 1e300, Number.POSITIVE_INFINITY, -(2 ** 53)]),
		);
		return "";
	},
	"read-only": ({ rtc }) => {
		rtc.isReadOnly = true;
		return "";
	},
	slow: ({ rtc }, random) => {
		rtc.setRate(-random.below(100) / 100);
		return "";
	},
};
const FAULT_NAMES = Object.keys(CLOCK_FAULTS);

/** A clock that stops, goes back, jumps, or shows anything, at any time over some boots; every other case is a story of a whole board. */
export const clockFaults: Cases = {
	name: "clock-faults",
	run(number): CaseResult {
		const random = new Xorshift(number);
		if (number % 2 === 1) return offTimeStories(random);
		const faults: string[] = [];
		const log: string[] = [];
		const product = inUse(Date.UTC(2026, 5, 1));
		for (let boots = 0; boots < 6; boots++) {
			const name = random.pick(FAULT_NAMES);
			const isWhileOn = random.oneIn(3);
			const more = isWhileOn ? (CLOCK_FAULTS[name] as Fault)(product, random) : "";
			product.run(random.below(120) * SECOND_MS);
			product.off(random.below(595) * SECOND_MS);
			const told = isWhileOn
				? more
				: random.oneIn(3)
					? "nothing"
					: (CLOCK_FAULTS[name] as Fault)(product, random);
			const boot = product.boot();
			const what = `${name} ${told}`;
			log.push(`${what}: ${judge(boot, faults, what)}`);
			product.rtc.readings = [];
			product.rtc.isReadOnly = false;
			// What stood still goes on from there.
			const { stoodStillAtMs } = product.rtc;
			if (stoodStillAtMs !== undefined) product.rtc.moveTo(stoodStillAtMs);
			product.rtc.stoodStillAtMs = undefined;
			product.rtc.setRate(0);
			product.run(random.below(200) * SECOND_MS);
		}
		// A clock that is well again opens again: at the latest the second time.
		for (const boots of [0, 1]) {
			product.run(ON_MS);
			product.off(15 * MINUTE_MS);
			const boot = product.boot();
			log.push(judge(boot, faults, "well again"));
			if (boots === 1 && !opens(boot))
				faults.push(`P2: well again, and closed: ${JSON.stringify(boot.result)}`);
		}
		return { faults, log, noiseBytes: 0 };
	},
};

const TIME_REGISTERS = [REG.seconds, REG.minutes, REG.hours, REG.date, REG.month, REG.year] as const;
const MASKS: readonly number[] = [0x7f, 0x7f, 0x3f, 0x3f, 0x1f, 0xff];

/** The chip's own date by its data sheet, field by field; undefined where a digit is none or no calendar has the date. */
function shownByRegisters(registers: Uint8Array): number | undefined {
	const fields: number[] = [];
	for (const [index, register] of TIME_REGISTERS.entries()) {
		const byte = (registers[register] as number) & (MASKS[index] as number);
		if (byte >> 4 > 9 || (byte & 15) > 9) return undefined;
		fields.push((byte >> 4) * 10 + (byte & 15));
	}
	const [second = 0, minute = 0, hour = 0, date = 0, month = 0, year = 0] = fields;
	const isLeap = year % 4 === 0;
	const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
	if (days === undefined || date < 1 || date > days || hour > 23 || minute > 59 || second > 59)
		return undefined;
	return Date.UTC(2000 + year, month - 1, date, hour, minute, second);
}

/** An MCP7940N whose time registers hold garbage: its driver shows no time, or the one that stands there. */
export const clockRegisters: Cases = {
	name: "clock-registers",
	run(number): CaseResult {
		const random = new Xorshift(number);
		const faults: string[] = [];
		const model = new Mcp7940nModel();
		const flash = new MemoryStore();
		const boot = (clock: VirtualClock): { result: OffTimeResult; rtc: Mcp7940n; offTime: OffTime } => {
			const rtc = new Mcp7940n({ clock: { io: model.SMBus } });
			const offTime = new OffTime({
				rtc,
				clock,
				markStore: new Mcp7940nSramStore({ rtc }),
				flashStore: flash,
				board: {
					resolutionMs: SECOND_MS,
					watchdogMs: 8_000,
					bootMs: 0,
					finalRunOnMs: 0,
					witness: "watchdog",
					rate: "assumed",
				},
				resetCause: "power-on",
			});
			return { result: offTime.measure(), rtc, offTime };
		};
		// The first boot starts the clock, and the second finds it well.
		for (let i = 0; i < 2; i++) {
			const clock = new VirtualClock();
			const { rtc, offTime } = boot(clock);
			if (random.oneIn(2)) offTime.setTime(YEAR_2020_MS + DAY_MS * (1 + random.below(29_000)));
			offTime.run();
			for (let seconds = 0; seconds < 90; seconds++) {
				model.advance(1);
				clock.advance(SECOND_MS);
			}
			offTime.stop();
			rtc.close();
			model.cutPower();
			model.advance(20);
			model.restorePower();
		}
		const beforeMs = shownByRegisters(model.registers);
		for (let count = 1 + random.below(3); count > 0; count--)
			model.registers[random.pick(TIME_REGISTERS)] = random.oneIn(3)
				? random.below(256)
				: 0x80 | random.below(256);
		const expectedMs = shownByRegisters(model.registers);
		const isTwelve = ((model.registers[REG.hours] as number) & 0x40) !== 0;
		const probe = new Mcp7940n({ clock: { io: model.SMBus } });
		const shownMs = probe.time;
		probe.close();
		if (shownMs !== undefined && !isTwelve && shownMs !== expectedMs)
			faults.push(`P2: registers of ${expectedMs}, and the driver shows ${shownMs}`);
		const { result } = boot(new VirtualClock());
		const isJump = shownMs !== undefined && beforeMs !== undefined && shownMs - beforeMs > THRESHOLD_MS;
		// A date that is right and wrong all the same is like one that other code has set.
		if (!isJump && "atLeastMs" in result && result.atLeastMs >= THRESHOLD_MS)
			faults.push(`P2: open after 20 s by ${shownMs}`);
		return { faults, log: [`${shownMs} ${JSON.stringify(result)}`], noiseBytes: 0 };
	},
};
