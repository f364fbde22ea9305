// Requirements: P2, P3, R2
/** Goal: each doubt has its name, and closes. Method: a product that would open, with one thing wrong. */
import test from "ava";
import type { ResetCause } from "../../modules/off-time/board.js";
import { UNKNOWN_REASONS, type UnknownReason } from "../../modules/off-time/reasons.js";
import { opens, Product, type ProductOptions } from "./product.js";

const LONG_OFF_MS = 700_000;
const DAY_MS = 86_400_000;

interface Case {
	title: string;
	reason: UnknownReason;
	options?: ProductOptions;
	/** What goes wrong while the product is off. */
	wrong?: (product: Product) => void;
	resetCause?: ResetCause;
	/** The next long off-time opens again. */
	healsAtOnce?: boolean;
}

function deleteKeys(store: Product["marks"], prefix: string) {
	for (const key of [...store.values.keys()]) if (key.startsWith(prefix)) store.values.delete(key);
}

function spoil(store: Product["marks"], prefix: string) {
	for (const [key, value] of store.values) if (key.startsWith(prefix)) new Uint8Array(value)[13]! ^= 0x40;
}

const CASES: readonly Case[] = [
	{
		title: "the mark is gone",
		reason: "no-mark",
		wrong: (p) => deleteKeys(p.marks, "mark"),
		healsAtOnce: true,
	},
	{
		title: "both slots of the mark decayed",
		reason: "mark-damaged",
		wrong: (p) => spoil(p.marks, "mark"),
		healsAtOnce: true,
	},
	{
		title: "the mark's medium cannot be read",
		reason: "mark-not-writable",
		wrong: (p) => failReads(p.marks),
	},
	{
		title: "the mark's medium takes no write",
		reason: "mark-not-writable",
		wrong: (p) => failWrites(p.marks),
	},
	{
		title: "the boot number's medium takes no write",
		reason: "mark-not-writable",
		wrong: (p) => failWrites(p.flash),
	},
	{
		title: "neither medium takes a write",
		reason: "mark-not-writable",
		wrong: (p) => {
			failWrites(p.flash);
			failWrites(p.marks);
		},
	},
	{
		title: "the boot number is gone",
		reason: "boot-missed",
		wrong: (p) => deleteKeys(p.flash, "boot"),
		healsAtOnce: true,
	},
	{
		title: "the boot number decayed",
		reason: "boot-missed",
		wrong: (p) => spoil(p.flash, "boot"),
		healsAtOnce: true,
	},
	{
		title: "the clock lost its time",
		reason: "clock-stopped",
		wrong: (p) => {
			p.rtc.isAbsent = true;
		},
		healsAtOnce: true,
	},
	{
		title: "the clock lost its time and cannot be set",
		reason: "clock-stopped",
		wrong: (p) => {
			p.rtc.isAbsent = true;
			p.rtc.isReadOnly = true;
		},
	},
	{
		title: "the clock came up in 1970",
		reason: "clock-unset",
		wrong: (p) => p.rtc.moveTo(5000),
		healsAtOnce: true,
	},
	{
		title: "the clock came up in 2000",
		reason: "clock-unset",
		wrong: (p) => p.rtc.moveTo(Date.UTC(2000, 0, 1)),
		healsAtOnce: true,
	},
	{
		title: "the clock shows 2100",
		reason: "clock-unset",
		wrong: (p) => p.rtc.moveTo(Date.UTC(2100, 0, 1)),
		healsAtOnce: true,
	},
	{
		title: "the clock shows no number",
		reason: "clock-unset",
		wrong: (p) => p.rtc.moveTo(Number.NaN),
		healsAtOnce: true,
	},
	{
		title: "the clock went back by a day",
		reason: "clock-backwards",
		wrong: (p) => p.rtc.jump(-DAY_MS),
		healsAtOnce: true,
	},
	{
		title: "two readings go back, three times",
		reason: "clock-backwards",
		wrong: (p) => jitter(p, -10),
		healsAtOnce: true,
	},
	{
		title: "two readings jump by two steps, three times",
		reason: "clock-backwards",
		wrong: (p) => jitter(p, 20),
		healsAtOnce: true,
	},
	{
		title: "a clock without a battery came up in 2042",
		reason: "too-long",
		wrong: (p) => p.rtc.moveTo(Date.UTC(2042, 0, 1)),
		healsAtOnce: true,
	},
	{
		title: "the product lay in store for two years",
		reason: "too-long",
		wrong: (p) => p.off(2 * 365 * DAY_MS),
		healsAtOnce: true,
	},
	{ title: "the board has no witness", reason: "no-witness", options: { board: { witness: "none" } } },
	{
		title: "the board has a stamp that is missing",
		reason: "no-witness",
		options: { board: { witness: "power-fail-stamp" } },
	},
	{ title: "the clock was never rated", reason: "clock-unrated", options: { board: { rate: "measured" } } },
	...(["software", "watchdog", "brown-out", "external", "other"] as const).map(
		(resetCause): Case => ({
			title: `the reset was ${resetCause}`,
			reason: "no-power-on",
			resetCause,
			healsAtOnce: true,
		}),
	),
	{
		title: "a fault handler had spoken",
		reason: "distrust",
		wrong: (p) => p.flash.write("distrust", new ArrayBuffer(3)),
		healsAtOnce: true,
	},
	{
		title: "the distrust flag cannot be read",
		reason: "distrust",
		wrong: (p) => failFlagReads(p.flash),
	},
	{
		title: "the distrust flag is torn to nothing",
		reason: "distrust",
		wrong: (p) => p.flash.write("distrust", new ArrayBuffer(0)),
		healsAtOnce: true,
	},
];

function failWrites(store: Product["marks"]) {
	store.failing = true;
}

function failFlagReads(store: Product["marks"]) {
	const read = store.read.bind(store);
	store.read = (key) => {
		if (key === "distrust") throw new Error("medium does not answer");
		return read(key);
	};
}

function failReads(store: Product["marks"]) {
	store.read = () => {
		throw new Error("medium does not answer");
	};
}

function jitter(product: Product, byMs: number) {
	const nowMs = product.rtc.time as number;
	product.rtc.readings = [nowMs, nowMs + byMs, nowMs, nowMs + byMs, nowMs, nowMs + byMs];
}

for (const { title, reason, options, wrong, resetCause, healsAtOnce } of CASES)
	test(`P2: ${title}: closed, ${reason}`, (t) => {
		const product = new Product(options);
		product.boot();
		product.run(60_000);
		product.off(LONG_OFF_MS);
		wrong?.(product);
		t.deepEqual(product.boot(resetCause ? { resetCause } : {}).result, { unknown: reason });
		product.run(60_000);
		product.off(LONG_OFF_MS);
		t.is(opens(product.boot()), healsAtOnce === true);
	});

test("P2: a first boot is closed, no-mark; with a clock that nobody set, clock-unset", (t) => {
	t.deepEqual(new Product().boot().result, { unknown: "no-mark" });
	const unset = new Product();
	unset.rtc.isAbsent = true;
	t.deepEqual(unset.boot().result, { unknown: "clock-unset" });
	unset.off(LONG_OFF_MS);
	t.true(opens(unset.boot()));
});

test("every reason has a case", (t) => {
	const elsewhere: UnknownReason[] = ["clock-set", "clock-bad-rate"];
	const shown = new Set([...CASES.map(({ reason }) => reason), ...elsewhere]);
	t.deepEqual([...shown].sort(), [...UNKNOWN_REASONS].sort());
});

test("an unknown reset cause counts as a power-on", (t) => {
	const product = new Product();
	product.boot();
	product.off(LONG_OFF_MS);
	t.true(opens(product.boot({ resetCause: "unknown" })));
});

test("one pair of readings that a scheduler tore apart is read again", (t) => {
	const product = new Product();
	product.boot();
	product.off(LONG_OFF_MS);
	const nowMs = product.rtc.time as number;
	product.rtc.readings = [nowMs, nowMs + 50, nowMs + 50, nowMs + 90];
	t.true(opens(product.boot()));
});

for (const [title, startMs] of [
	["a leap day", Date.UTC(2028, 1, 28, 23, 58)],
	["2038", 2 ** 31 * 1000 - 120_000],
	["a leap year's end", Date.UTC(2028, 11, 31, 23, 58)],
	["the last minutes of 2099", Date.UTC(2099, 11, 31, 23, 40)],
] as const)
	test(`the off-time is the same across ${title}`, (t) => {
		const product = new Product();
		product.rtc.moveTo(startMs);
		product.boot();
		product.run(65_000);
		product.off(LONG_OFF_MS);
		t.deepEqual(product.boot().result, { atLeastMs: 705_000 - 32_000 - 20 - 7050 });
	});

test("P2: a clock that rolls over from 2099 while the product is off is unset", (t) => {
	const product = new Product();
	product.rtc.moveTo(Date.UTC(2099, 11, 31, 23, 55));
	product.boot();
	product.off(LONG_OFF_MS);
	t.deepEqual(product.boot().result, { unknown: "clock-unset" });
});

test("a given off-time replaces the result and nothing else", (t) => {
	const product = new Product({ board: { witness: "none" } });
	t.deepEqual(product.boot({ given: 45_000, resetCause: "watchdog" }).result, { atLeastMs: 45_000 });
	product.off(1000);
	t.deepEqual(product.boot({ given: 0 }).result, { atLeastMs: 0 });
	t.is(product.marks.values.size, 2);
	product.marks.failing = true;
	t.deepEqual(product.boot({ given: 700_000 }).result, { atLeastMs: 700_000 });
	t.true(product.troubles.some((trouble) => trouble.startsWith("SlotWriteError")));
});

test("P3: the measurement sets no timer, and a second one is the first", (t) => {
	const product = new Product();
	const { offTime, result } = product.boot();
	t.is(product.timersSet, 0);
	const { operations } = product.media;
	t.is(offTime.measure(), result);
	t.is(product.media.operations, operations);
	t.true(operations <= 4);
});
