// Requirements: P1, P2, R1, R2
import test from "ava";
import { UNKNOWN_REASONS } from "../../modules/off-time/reasons.js";
import type { JournalRecord } from "../../modules/set/journal.js";
import { type Decision, decide, type Facts } from "../../modules/window/decide.js";
import { Bench, BRIEF_OFF_MS, LONG_OFF_MS, MINUTE_MS, SECOND_MS } from "../support/bench.js";

const ORDER = { digest: "d1", modem: { to: "2.0" } };
const RECORD: JournalRecord = {
	order: "",
	element: "modem",
	from: "",
	to: "",
	others: [],
	restart: null,
	package: "none",
	step: "none",
	installMayResume: false,
	reportOwed: false,
	inForce: "",
	seen: "",
	attempts: 0,
	prefetchedAtMs: 0,
};
const OPEN: Facts = {
	offTime: { atLeastMs: 600_000 },
	thresholdMs: 600_000,
	journal: RECORD,
	order: ORDER,
	attemptsMax: 3,
	restarted: false,
};

interface Row {
	when: string;
	facts: Partial<Facts>;
	reason: Decision["reason"];
	window?: Decision["window"];
}

const IN_FORCE = { ...RECORD, order: "d1", inForce: "d1", seen: "2.0" };
const GIVEN_UP = { ...RECORD, order: "d1", attempts: 3 };
const SENT: JournalRecord = { ...RECORD, order: "d1", step: "sent" };
const WITHOUT_MODEM = { digest: "d1", modem: undefined };

const ROWS: readonly Row[] = [
	{ when: "all is well", facts: {}, window: "open", reason: "off-long-enough" },
	{ when: "one ms is missing", facts: { offTime: { atLeastMs: 599_999 } }, reason: "off-too-short" },
	{
		when: "the off-time is no number",
		facts: { offTime: { atLeastMs: Number.NaN } },
		reason: "off-too-short",
	},
	...UNKNOWN_REASONS.map(
		(reason): Row => ({ when: reason, facts: { offTime: { unknown: reason } }, reason }),
	),
	{ when: "there is no order", facts: { order: undefined }, reason: "nothing-to-do" },
	{ when: "the order is in force", facts: { journal: IN_FORCE }, reason: "nothing-to-do" },
	...(["trial", "commit", "sent"] as const).map(
		(step): Row => ({
			when: `the journal is open at ${step}`,
			facts: { journal: { ...IN_FORCE, step } },
			window: "recover",
			reason: "journal-open",
		}),
	),
	...(["trial", "commit", "sent"] as const).map(
		(step): Row => ({
			when: `a planned restart came at ${step}`,
			facts: { journal: { ...RECORD, step }, restarted: true, offTime: { unknown: "no-power-on" } },
			window: "open",
			reason: "restarted",
		}),
	),
	{
		when: "a restart was planned and the journal is closed",
		facts: { restarted: true, offTime: { unknown: "no-power-on" } },
		reason: "no-power-on",
	},
	{
		when: "a restart was planned and the journal is damaged",
		facts: { restarted: true, journal: undefined },
		reason: "journal-damaged",
	},
	{
		when: "an order without a modem is in force, whatever was seen of the modem",
		facts: { order: WITHOUT_MODEM, journal: { ...IN_FORCE, seen: "1.5" } },
		reason: "nothing-to-do",
	},
	{
		when: "the order was in force and another version was seen since",
		facts: { journal: { ...IN_FORCE, seen: "1.5" } },
		window: "open",
		reason: "off-long-enough",
	},
	{
		when: "the order was in force, another version was seen since, and it failed too often then",
		facts: { journal: { ...IN_FORCE, seen: "1.5", attempts: 3 } },
		reason: "given-up",
	},
	{ when: "the order failed too often", facts: { journal: GIVEN_UP }, reason: "given-up" },
	{
		when: "the order failed once less",
		facts: { journal: { ...GIVEN_UP, attempts: 2 } },
		window: "open",
		reason: "off-long-enough",
	},
	{
		when: "another order failed too often",
		facts: { journal: { ...GIVEN_UP, order: "d0" } },
		window: "open",
		reason: "off-long-enough",
	},
	{
		when: "another order is in force, at the very version of this one",
		facts: { journal: { ...IN_FORCE, inForce: "d0", order: "d0" } },
		window: "open",
		reason: "off-long-enough",
	},
	{ when: "the journal is damaged", facts: { journal: undefined }, reason: "journal-damaged" },
	{ when: "an install was sent", facts: { journal: SENT }, window: "recover", reason: "journal-open" },
	// The order of precedence: each row would also give a later reason.
	{
		when: "the journal is damaged and there is no order",
		facts: { journal: undefined, order: undefined },
		reason: "journal-damaged",
	},
	{
		when: "an install was sent, there is no order and the off-time is unknown",
		facts: { journal: SENT, order: undefined, offTime: { unknown: "no-mark" } },
		window: "recover",
		reason: "journal-open",
	},
	{
		when: "an install was sent and the order is given up",
		facts: { journal: { ...GIVEN_UP, step: "sent" } },
		window: "recover",
		reason: "journal-open",
	},
	{
		when: "the order is in force after as many attempts as it may have",
		facts: { journal: { ...IN_FORCE, attempts: 3 } },
		reason: "nothing-to-do",
	},
	{
		when: "the order is given up and the off-time too short",
		facts: { journal: GIVEN_UP, offTime: { atLeastMs: 0 } },
		reason: "given-up",
	},
];

for (const { when, facts, reason, window = "closed" } of ROWS)
	test(`P1, P2: where ${when}: ${window}, ${reason}`, (t) => {
		const given = Object.freeze({ ...OPEN, ...facts });
		t.deepEqual(decide(given), { window, reason } as Decision);
	});

for (const model of ["HL7692", "HL7800"] as const) {
	test(`P2: two short times off never open an ${model}'s window, however long they are together`, (t) => {
		const bench = new Bench({ model });
		bench.job();
		bench.usedThenOff(9 * MINUTE_MS);
		bench.on("first");
		bench.run(2 * SECOND_MS);
		bench.cut(9 * MINUTE_MS);
		bench.forget();
		bench.on();
		bench.run(MINUTE_MS);
		t.like(bench.the("decided"), { window: "closed", reason: "off-too-short" });
		t.deepEqual(bench.faults(), []);
	});

	test(`P2: an ${model} product that was off for \`opensFrom\` opens, and one second before ten minutes it does not`, (t) => {
		const bench = new Bench({ model });
		bench.usedThenOff(BRIEF_OFF_MS);
		bench.on("first");
		const { opensFrom } = bench.the("decided");
		t.true(opensFrom > 10 * MINUTE_MS && opensFrom < LONG_OFF_MS);
		// Whenever in the rhythm of the marks the power went.
		for (const [offMs, window] of [
			[10 * MINUTE_MS - SECOND_MS, "closed"],
			[opensFrom, "open"],
		] as const)
			for (let onMs = 0; onMs < 60 * SECOND_MS; onMs += 7 * SECOND_MS) {
				bench.run(10 * MINUTE_MS + onMs);
				bench.cut(offMs);
				bench.forget();
				bench.on();
				t.is(bench.the("decided").window, window, `on ${onMs}, off ${offMs}`);
			}
	});

	test(`P2: one long time off opens one window of an ${model} product, and a brief cut after it none`, (t) => {
		const bench = new Bench({ model });
		bench.usedThenOff(LONG_OFF_MS);
		bench.on("first");
		t.is(bench.the("decided").window, "open");
		bench.run(3 * SECOND_MS);
		bench.cut(BRIEF_OFF_MS);
		bench.forget();
		bench.on();
		t.like(bench.the("decided"), { window: "closed", reason: "off-too-short" });
	});
}
