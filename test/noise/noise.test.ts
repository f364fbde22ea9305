// Requirements: P1, P2, P3, P4, P8, P9, R30
/**
 * Goal: what the noise searches with can find something, and finds it again by its seed; and noise that once broke a promise breaks
 * none. Method: a few cases of each family, the lines' splits and unsolicited lines with fast-check, which shrinks what it finds, and
 * a watch that is shown products that break their promises. The search itself is the part `noise` of `npm run prove`.
 */
import test from "ava";
import fc from "fast-check";
import { timesOf } from "../support/share.js";
import { allCases } from "./all-cases.js";
import { CALLED, hear, textOf } from "./answers.js";
import { liveThroughNoise, noiseStory } from "./at-noise.js";
import { hashOfLog, runCase } from "./cases.js";
import { UNSOLICITED } from "./corpus.js";
import { mutated, NOISE_KINDS } from "./noise-blocks.js";
import { noise, numbersOf } from "./part.js";
import { PromiseWatch } from "./promise-watch.js";
import { Xorshift } from "./xorshift.js";

/** Cases that broke a promise once, with the promise. */
const ONCE_BROKEN: readonly (readonly [promise: string, family: string, number: number])[] = [
	["P1", "at", 77_000_325],
	["P8", "xmodem", 1_098],
	["P8", "bursts", 6_561],
	["P8", "bursts", 8_820],
	["P1", "bursts", 8_823],
	["P8", "bursts", 15_379],
];

for (const [promise, family, number] of ONCE_BROKEN)
	test(`${promise}: ${family}/${number} breaks no promise any more`, (t) => {
		const cases = allCases().find(({ name }) => name === family);
		t.deepEqual(cases && runCase(cases, number).faults, []);
	});

test("P8: a case is the same each time that it runs", (t) => {
	for (const cases of allCases().filter(({ name }) => name !== "at")) {
		const number = (cases.count ?? 1_000) - 1;
		const first = runCase(cases, number);
		t.true(first.log.length > 0, cases.name);
		t.deepEqual(first.faults, [], cases.name);
		t.is(hashOfLog(runCase(cases, number).log), hashOfLog(first.log), cases.name);
	}
});

test("P8: an answer in any pieces is heard as the whole one is", (t) => {
	fc.assert(
		fc.property(
			fc.constantFrom(...CALLED),
			fc.boolean(),
			fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 200 }),
			(exchange, echo, sizes) => {
				const text = textOf(exchange, echo);
				const pieces: string[] = [];
				for (let at = 0, i = 0; at < text.length; i++) {
					const size = sizes[i % sizes.length] as number;
					pieces.push(text.slice(at, at + size));
					at += size;
				}
				const heard = hear(exchange, pieces);
				const whole = hear(exchange, [text]);
				return heard.faults.length === 0 && JSON.stringify(heard) === JSON.stringify(whole);
			},
		),
		{ numRuns: 300 },
	);
	t.pass();
});

test("P8: a mutated answer with unsolicited lines around it ends the command once, whatever it says", (t) => {
	fc.assert(
		fc.property(
			fc.constantFrom(...CALLED),
			fc.integer(),
			fc.array(fc.constantFrom(...UNSOLICITED), { maxLength: 30 }),
			(exchange, seed, lines) => {
				const text = mutated(textOf(exchange, true), new Xorshift(seed));
				const framed = lines.map((line) => `\r\n${line}\r\n`).join("");
				return hear(exchange, [framed, text, framed]).faults.length === 0;
			},
		),
		{ numRuns: 500 },
	);
	t.pass();
});

test("P1, P2, P3, P4: no order of noise breaks a promise; what breaks one is shrunk", (t) => {
	fc.assert(
		fc.property(
			fc.integer({ min: 0, max: 2 ** 31 }),
			fc.array(
				fc.record({
					kind: fc.constantFrom(...NOISE_KINDS),
					blocks: fc.integer({ min: 1, max: 20 }),
					blockBytes: fc.integer({ min: 1, max: 1_152 }),
				}),
				{ maxLength: 8 },
			),
			(seed, blocks) => {
				const { faults } = liveThroughNoise({ ...noiseStory(seed, 1), noise: blocks });
				if (faults.length > 0) throw new Error(faults.join("\n"));
			},
		),
		{ numRuns: timesOf(8, 60) },
	);
	t.pass();
});

const OPTIONS = {
	prefetch: false,
	thresholdMs: 600_000,
	releaseWithinMs: 1_000_000,
	recoverWithinMs: 60_000,
	prefetchEveryMs: 86_400_000,
};
const bytesOf = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

/** What breaks each promise, and the promise. */
const BROKEN: Readonly<Record<string, (watch: PromiseWatch) => void>> = {
	"P1: AT+WDSR=4 outside of a window": (watch) => watch.sent(bytesOf("AT+WDSR=4\r"), 1),
	"P1: AT+WDSR=2,0 outside of a window": (watch) => {
		watch.event({ event: "decided", window: "open" }, 0);
		watch.event({ event: "closed" }, 1);
		watch.sent(bytesOf("AT+WDSR=2,0\r"), 1);
	},
	"P1: AT+WDSR=6 at any time": (watch) => {
		watch.event({ event: "decided", window: "open" }, 0);
		watch.sent(bytesOf("AT+WDSR=6\r"), 1);
	},
	"P2: a window after 599999 ms off": (watch) => {
		watch.powerOff(0);
		watch.powerOn(599_999);
		watch.event({ event: "decided", window: "open" }, 599_999);
	},
	"P3: a closed boot released after 1 ms": (watch) => {
		watch.event({ event: "decided", window: "closed" }, 0);
		watch.event({ event: "released" }, 1);
	},
	"P3: a closed boot spoke to the modem before the release": (watch) => {
		watch.event({ event: "decided", window: "closed" }, 0);
		watch.sent(bytesOf("AT\r"), 0);
		watch.event({ event: "released" }, 0);
	},
	"P4: not released after 1000001 ms": (watch) => watch.look([], 0, 1_000_001),
	"P4: released after 60001 ms": (watch) => {
		watch.event({ event: "decided", window: "recover" }, 0);
		watch.event({ event: "released" }, 60_001);
	},
	"P8: 49 timers": (watch) => watch.look([], 49, 0),
	"P8: key journal-c in storage": (watch) => watch.look([new Map([["journal-c", new ArrayBuffer(1)]])], 0, 0),
	"P8: 4001 bytes sent within 0 ms": (watch) => watch.sent(new Uint8Array(4_001), 0),
	"P9: refused without saying what was expected: no": (watch) =>
		watch.event({ event: "order", outcome: "refused", message: "no" }, 0),
};

for (const [fault, act] of Object.entries(BROKEN))
	test(`${fault}: the watch sees it`, (t) => {
		const watch = new PromiseWatch(OPTIONS);
		watch.powerOff(-1_000_000);
		watch.powerOn(0);
		act(watch);
		t.deepEqual(watch.faults, [fault]);
	});

test("P8: every code of +WDSI is said in every state with each test run, and no number twice", (t) => {
	const wdsi = allCases().find(({ name }) => name === "wdsi");
	const numbers = wdsi ? numbersOf(wdsi, { quick: true, random: 1 }) : [];
	t.true(numbers.length > 1_000);
	t.is(new Set(numbers).size, numbers.length);
	t.is(new Set(numbers.map((number) => number % 31)).size, 31);
});

test("P8: in every state a burst comes with each test run, of what is asked about each time, and no number twice", (t) => {
	const bursts = allCases().find(({ name }) => name === "bursts");
	const numbers = bursts ? numbersOf(bursts, { quick: true, random: 1 }) : [];
	t.true(numbers.length > 400 && numbers.length < 800, `${numbers.length}`);
	t.is(new Set(numbers).size, numbers.length);
	const logs = numbers.slice(0, 20).flatMap((number) => (bursts ? bursts.run(number).log : []));
	for (const said of [/\+WDSI: 0 \d+ times/, /\+WDSI: 8 \d+ times/, /times, and is deaf$/])
		t.true(
			logs.some((line) => said.test(line)),
			String(said),
		);
});

test("P2: our own MCU alone starts again in every state with each test run, after each delay and by each cause", (t) => {
	const resets = allCases().find(({ name }) => name === "resets");
	const numbers = resets ? numbersOf(resets, { quick: true, random: 1 }) : [];
	t.true(numbers.length > 75 && new Set(numbers).size === numbers.length, `${numbers.length}`);
	t.is(new Set(numbers.map((number) => number % 21)).size, 21);
});

test("P8: a seed replays its case, and what is none is told", async (t) => {
	const lines: string[] = [];
	t.false(await noise.replay("mark-bits/5", (line) => lines.push(line)));
	t.true(lines.length > 0);
	for (const seed of ["mark-bits/1472", "nothing/1", "at/x", "at"])
		await t.throwsAsync(() => noise.replay(seed, () => {}), { instanceOf: RangeError });
});
