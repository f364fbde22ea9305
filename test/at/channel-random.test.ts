// Requirements: P8, R8
// Goal: an answer is never taken for another command's, whatever the modem does in between.
// Method: a modem that answers in order but after any time, loses commands, restarts and talks unasked; each command
// carries in its name how it is answered. fast-check prints the seed of a failure.
import test from "ava";
import fc from "fast-check";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { Channel } from "../../modules/at/channel.js";
import { IDENTITY_QUERIES } from "../../modules/modem/identity.js";
import { ScriptedPort } from "./scripted-port.js";

interface Act {
	/** What the modem does with the next commands: answers after `latencyMs`, or loses them. */
	latencyMs: number;
	loses: boolean;
	restarts: boolean;
	urc: number;
	fails: boolean;
	timeoutMs: number;
	pauseMs: number;
}

const URCS = ["+WDSI: 3", "+KSUP: 0", "+CGREG: 5", "HL", "+WDSG", "\0\0swu", "O", "AT"];

/** Answers in order: no answer overtakes an earlier one. */
class MoodyModem {
	readonly port = new ScriptedPort();
	latencyMs = 5;
	loses = false;
	readonly #clock: VirtualClock;
	readonly #pending = new Set<unknown>();
	#lastAtMs = 0;

	constructor(clock: VirtualClock) {
		this.#clock = clock;
		this.port.onCommand = (command) => {
			if (this.loses) return;
			this.#lastAtMs = Math.max(this.#lastAtMs, clock.now() + this.latencyMs);
			const lines = answerTo(command);
			const timer = clock.setTimeout(() => {
				this.#pending.delete(timer);
				this.port.inject(lines.map((line) => `\r\n${line}\r\n`).join(""), 7);
			}, this.#lastAtMs - clock.now());
			this.#pending.add(timer);
		};
	}

	restart(): void {
		for (const timer of this.#pending) this.#clock.clearTimeout(timer);
		this.#pending.clear();
		this.#lastAtMs = 0;
		this.port.inject("\0\xff\r\n+KSUP: 0\r\n");
	}
}

function answerTo(command: string): string[] {
	if (command === "AT") return ["OK"];
	if (command === "AT+CGMM") return ["HL7692", "OK"];
	if (command === "AT+CGMR") return ["RHL769x.2.26.180400.201802141030.x7120m_1", "OK"];
	if (command === "AT+CGSN") return ["350000000000006", "OK"];
	const match = /^AT\+(GOOD|BAD)=(\d+)$/.exec(command);
	if (!match) return ["ERROR"];
	return [`+ECHO: ${match[2]}`, match[1] === "GOOD" ? "OK" : "+CME ERROR: 3"];
}

const act = fc.record<Act>({
	latencyMs: fc.oneof(fc.constantFrom(0, 5, 700, 2_000), fc.integer({ min: 0, max: 9_000 })),
	loses: fc.boolean(),
	restarts: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
	urc: fc.integer({ min: 0, max: URCS.length }),
	fails: fc.boolean(),
	timeoutMs: fc.constantFrom(100, 1_000, 6_000),
	pauseMs: fc.integer({ min: 0, max: 8_000 }),
});

test("P8: random latencies, losses, restarts and talk never lead to another command's answer", (t) => {
	let answered = 0;
	let timedOut = 0;
	fc.assert(
		fc.property(fc.array(act, { minLength: 1, maxLength: 25 }), (acts) => {
			const clock = new VirtualClock();
			const modem = new MoodyModem(clock);
			const channel = new Channel({
				serial: modem.port.serial,
				clock,
				syncQueries: IDENTITY_QUERIES,
				isRestart: (line) => line === "+KSUP: 0",
				onLine: () => {},
				onGone: () => {},
			});
			let done = 0;
			acts.forEach(({ latencyMs, loses, restarts, urc, fails, timeoutMs, pauseMs }, id) => {
				modem.latencyMs = latencyMs;
				modem.loses = loses;
				if (restarts) modem.restart();
				if (urc < URCS.length) modem.port.inject(`\r\n${URCS[urc]}\r\n`, 2);
				channel.send({
					command: `AT+${fails ? "BAD" : "GOOD"}=${id}`,
					timeoutMs,
					expect: (line) => line.startsWith("+ECHO:"),
					done: ({ result, lines }) => {
						done++;
						if (result === "timeout") {
							timedOut++;
							return;
						}
						answered++;
						if (result !== (fails ? "error" : "ok") || lines.join() !== `+ECHO: ${id}`)
							throw new Error(`command ${id}: ${result} ${lines.join()}`);
					},
				});
				clock.advance(pauseMs);
				// A modem in a good mood empties the queue before it is full.
				if (id % 8 === 7) {
					modem.loses = false;
					modem.latencyMs = 5;
					clock.runUntil(() => done === id + 1, 1_000_000);
				}
			});
			modem.loses = false;
			modem.latencyMs = 5;
			clock.runUntil(() => done === acts.length, 1_000_000);
			if (done !== acts.length) throw new Error(`${done} of ${acts.length} commands were done`);
			let last = "";
			channel.send({ command: "AT+BAD=99", timeoutMs: 6_000, done: ({ result }) => (last = result) });
			clock.advance(60_000);
			if (last !== "error") throw new Error(`a modem in a good mood got ${last}`);
		}),
		{ numRuns: 1_500 },
	);
	t.log({ answered, timedOut });
	t.true(answered > 1_000 && timedOut > 1_000, "both must happen for this to say something");
});

test("P8: eight megabytes of noise crash nothing, grow nothing, and the channel goes on", (t) => {
	const clock = new VirtualClock();
	const port = new ScriptedPort();
	let lines = 0;
	let longest = 0;
	const channel = new Channel({
		serial: port.serial,
		clock,
		syncQueries: IDENTITY_QUERIES,
		onLine: (line) => {
			lines++;
			longest = Math.max(longest, line.length);
		},
		onGone: () => t.fail(),
	});
	// xorshift32
	let state = 0x2545f491;
	const chunk = new Uint8Array(4_096);
	for (let i = 0; i < 2_048; i++) {
		for (let j = 0; j < chunk.length; j++) {
			state ^= state << 13;
			state ^= state >>> 17;
			state ^= state << 5;
			chunk[j] = state;
		}
		port.injectBytes(chunk);
		if (i % 64 === 0) clock.advance(1_000);
	}
	t.true(lines > 10_000);
	t.true(longest <= 256);
	port.onCommand = (command) =>
		clock.setTimeout(
			() =>
				port.inject(
					answerTo(command)
						.map((line) => `\r\n${line}\r\n`)
						.join(""),
				),
			5,
		);
	let result = "";
	channel.send({ command: "AT+GOOD=1", timeoutMs: 1_000, done: (answer) => (result = answer.result) });
	clock.advance(30_000);
	t.is(result, "ok");
});
