// Requirements: P1, P4, P8, R8
// Goal: an answer is never taken for another command's, and no line is lost or delivered twice.
// Method: a modem of a few lines that answers in order and in a constant time, in virtual time.
import test from "ava";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { type Answer, Channel, type ChannelOptions, type Trouble } from "../../modules/at/channel.js";
import { IDENTITY_QUERIES } from "../../modules/modem/identity.js";
import { hl7800, type Script, ScriptedModem, type ScriptedModemOptions } from "./scripted-modem.js";

interface Bench {
	clock: VirtualClock;
	modem: ScriptedModem;
	channel: Channel;
	lines: string[];
	troubles: Trouble[];
	gone: string[];
	/** Sends and runs until done. */
	ask(command: string, timeoutMs?: number, expect?: (line: string) => boolean): Answer;
}

function bench(
	modemOptions: Partial<ScriptedModemOptions> & { script?: Script } = {},
	channelOptions: Partial<ChannelOptions> = {},
): Bench {
	const clock = new VirtualClock();
	const modem = new ScriptedModem({ clock, script: hl7800(), ...modemOptions });
	const lines: string[] = [];
	const troubles: Trouble[] = [];
	const gone: string[] = [];
	const channel = new Channel({
		serial: modem.port.serial,
		clock,
		syncQueries: IDENTITY_QUERIES,
		isRestart: (line) => line === "+KSUP: 0",
		onLine: (line) => lines.push(line),
		onTrouble: (trouble) => troubles.push(trouble),
		onGone: (reason) => gone.push(reason),
		...channelOptions,
	});
	const ask: Bench["ask"] = (command, timeoutMs = 6_000, expect) => {
		let answer: Answer | undefined;
		channel.send({ command, timeoutMs, ...(expect && { expect }), done: (a) => (answer = a) });
		clock.runUntil(() => answer !== undefined, 120_000);
		if (!answer) throw new Error(`${command} was never done`);
		return answer;
	};
	return { clock, modem, channel, lines, troubles, gone, ask };
}

const isModel = (line: string): boolean => line === "HL7800";
const STATUS: Answer = { result: "ok", sent: true, lines: ["+WDSG: 0,3", "+WDSG: 1,0"] };

/** The model, the status and an error, in turn: an answer that belongs to another is seen at once. */
function checkInStep(
	t: { deepEqual(a: unknown, b: unknown, message?: string): void },
	b: Bench,
	rounds = 3,
): void {
	for (let round = 0; round < rounds; round++) {
		t.deepEqual(b.ask("AT+WDSG"), STATUS);
		t.deepEqual(b.ask("AT+CGMM", 6_000, isModel), { result: "ok", sent: true, lines: ["HL7800"] });
		t.deepEqual(b.ask("AT+NOSUCH"), { result: "error", sent: true, lines: [] });
	}
}

test("nothing is sent until something is asked, and then the channel first finds its place", (t) => {
	const b = bench();
	b.clock.advance(60_000);
	t.deepEqual(b.modem.port.sent, []);
	t.deepEqual(b.ask("AT+WDSG"), STATUS);
	t.deepEqual(b.ask("AT+WDSG"), STATUS);
	t.deepEqual(b.modem.port.sent, ["AT", "AT+CGMM", "AT+WDSG", "AT+WDSG"]);
});

for (const echo of [false, true])
	for (const chunkBytes of [1, 3, 1000])
		test(`answers belong to their commands with echo ${echo} and chunks of ${chunkBytes}`, (t) => {
			const b = bench({ echo, chunkBytes });
			checkInStep(t, b);
			t.deepEqual(b.lines, []);
			t.deepEqual(b.troubles, []);
		});

test("errors come with their number where the modem gives one", (t) => {
	const answers = {
		"AT+A": ["+CME ERROR: 3"],
		"AT+B": ["+CME ERROR: operation not allowed"],
		"AT+C": ["+CMS ERROR: 500"],
		"AT+D": ["ERROR"],
		"AT+E": ["+CME ERROR: 99999999999999999999"],
	};
	const b = bench({ script: hl7800(answers) });
	t.deepEqual(b.ask("AT+A"), { result: "error", cmeError: 3, sent: true, lines: [] });
	for (const command of ["AT+B", "AT+C", "AT+D", "AT+E"])
		t.deepEqual(b.ask(command), { result: "error", sent: true, lines: [] });
});

test("an unsolicited line at every byte of a response, and in every chunking, goes to its subscriber only", (t) => {
	const parts = ["\r\n+WDSG: 0,3\r\n", "\r\n+WDSG: 1,0\r\n", "\r\nOK\r\n"];
	const response = `AT+WDSG\r${parts.join("")}`;
	const urc = "\r\n+WDSI: 3\r\n";
	for (let at = 0; at <= response.length; at++)
		for (const chunkBytes of [1, 2, 5, 100]) {
			const b = bench({ script: hl7800({ "AT+WDSG": undefined }), chunkBytes });
			b.modem.port.onCommand = ((original) => (command: string) => {
				if (command === "AT+WDSG")
					b.clock.setTimeout(() => b.modem.transmit(response.slice(0, at) + urc + response.slice(at)), 1);
				else original(command);
			})(b.modem.port.onCommand);
			const answer = b.ask("AT+WDSG", 1_000);
			t.is(b.lines.filter((line) => line === "+WDSI: 3").length, 1, `at ${at}`);
			t.false(answer.lines.includes("+WDSI: 3"));
			// A line that was cut in two is not made up again; what is whole belongs to the command.
			if (answer.result === "ok") {
				t.true(answer.lines.length <= 2);
				t.true(answer.lines.every((line) => line.startsWith("+WDSG:")));
			} else {
				t.is(answer.result, "timeout");
			}
			const betweenLines = /(^|\n|\r)$/.test(response.slice(0, at)) || /^\r?\n/.test(response.slice(at));
			if (betweenLines) t.deepEqual(answer, STATUS, `at ${at}`);
			t.deepEqual(b.ask("AT+CGMM", 1_000, isModel).lines, ["HL7800"], `at ${at}`);
		}
});

test("unsolicited lines before, between and after, with the prefix of a write command, are not its answer", (t) => {
	const b = bench({ script: hl7800({ "AT+WDSI=4479": ["+WDSI: 3", "OK"] }) });
	b.modem.urc("+CGREG: 2");
	t.deepEqual(b.ask("AT+WDSI=4479"), { result: "ok", sent: true, lines: [] });
	b.modem.urc("+WDSI: 8");
	t.deepEqual(b.lines, ["+CGREG: 2", "+WDSI: 3", "+WDSI: 8"]);
});

for (const latencyMs of [0, 1, 400, 700, 999, 2_000, 3_900])
	for (const echo of [false, true])
		test(`P8: a modem that answers after ${latencyMs} ms, echo ${echo}, never leads to an answer too early or too late`, (t) => {
			const b = bench({ latencyMs, echo });
			// Impatient: these time out at latencies above theirs, and their answers come late.
			for (const timeoutMs of [100, 650, 1_500]) b.ask("AT+CGMR", timeoutMs);
			checkInStep(t, b);
		});

test("P8: a modem too slow for every sync query never has an answer taken for another's", (t) => {
	for (const latencyMs of [4_100, 5_000, 7_000, 11_000, 15_000]) {
		const b = bench({ latencyMs });
		for (let round = 0; round < 6; round++) {
			const status = b.ask("AT+WDSG", 500);
			if (status.result !== "timeout") t.deepEqual(status, STATUS);
			const missing = b.ask("AT+NOSUCH", 500);
			t.true(missing.result === "timeout", `${latencyMs}: ${missing.result}`);
		}
	}
});

test("P8: the late OK of a command that timed out is not the next one's", (t) => {
	const b = bench({ script: hl7800({ "AT+WDSR=4": ["OK"] }) });
	checkInStep(t, b, 1);
	b.modem.latencyMs = 3_000;
	t.is(b.ask("AT+WDSR=4", 1_000).result, "timeout");
	t.deepEqual(b.troubles.at(-1), { kind: "out-of-sync", command: "AT+WDSR=4" });
	t.is(b.ask("AT+NOSUCH").result, "error");
	t.true(b.troubles.some((trouble) => trouble.kind === "late-answer"));
});

test("P8: the late model of a query that timed out does not prove that the channel knows its place", (t) => {
	const b = bench();
	checkInStep(t, b, 1);
	b.modem.latencyMs = 900;
	t.is(b.ask("AT+CGMM", 500, isModel).result, "timeout");
	const before = b.modem.port.sent.length;
	t.is(b.ask("AT+NOSUCH").result, "error");
	t.false(b.modem.port.sent.slice(before).includes("AT+CGMM"));
});

test("the first commands after a boot, echoed and not answered, are repeated every 500 ms", (t) => {
	for (const dropFirst of [1, 2, 5]) {
		const b = bench({ dropFirst, echo: true });
		checkInStep(t, b);
		t.is(b.modem.port.sent.indexOf("AT+CGMM"), dropFirst + 1);
	}
});

test("P8: a modem that keeps ten `AT`s while it boots and answers them all at once leads to no late answer", (t) => {
	const b = bench({ buffersUntilMs: 5_000, echo: true });
	checkInStep(t, b);
});

test("P8: fewer identity queries are enough", (t) => {
	const variants: Record<string, Record<string, readonly string[] | undefined>> = {
		"no CGMM": { "AT+CGMM": ["ERROR"] },
		"silent CGMM": { "AT+CGMM": undefined },
		"only CGSN": { "AT+CGMM": ["ERROR"], "AT+CGMR": ["ERROR"] },
		"only ATI3": {
			"AT+CGMM": ["ERROR"],
			"AT+CGMR": ["ERROR"],
			"AT+CGSN": ["ERROR"],
			ATI3: ["HL7800.4.4.14.0", "OK"],
		},
		"OK without a line": { "AT+CGMM": ["OK"], "AT+CGMR": ["OK"] },
	};
	for (const [name, more] of Object.entries(variants))
		for (const latencyMs of [5, 700]) {
			const b = bench({ script: hl7800(more), latencyMs });
			t.deepEqual(b.ask("AT+WDSG"), STATUS, name);
			t.is(b.ask("AT+NOSUCH").result, "error", name);
			// The next time it starts with the query that worked.
			b.modem.urc("+KSUP: 0");
			const startMs = b.clock.now();
			t.deepEqual(b.ask("AT+WDSG"), STATUS, name);
			t.true(b.clock.now() - startMs <= 4 * latencyMs, name);
		}
});

test("a restart in the middle of a command ends it within three seconds and the next one wakes the modem", (t) => {
	const b = bench();
	checkInStep(t, b, 1);
	b.modem.silent = true;
	let answer: Answer | undefined;
	const startMs = b.clock.now();
	b.channel.send({ command: "AT+WDSS=1,1", timeoutMs: 15_000, done: (a) => (answer = a) });
	b.clock.advance(1_000);
	b.modem.urc("+KSUP: 0");
	b.modem.silent = false;
	b.clock.runUntil(() => answer !== undefined, 60_000);
	t.is(answer?.result, "timeout");
	t.is(b.clock.now() - startMs, 4_000);
	t.deepEqual(b.lines, ["+KSUP: 0"]);
	const before = b.modem.port.sent.length;
	t.deepEqual(b.ask("AT+WDSG"), STATUS);
	t.deepEqual(b.modem.port.sent.slice(before), ["AT", "AT+CGMM", "AT+WDSG"]);
});

test("a restart sign that was none leaves the command its answer, and never lengthens a deadline", (t) => {
	const b = bench();
	checkInStep(t, b, 1);
	b.modem.latencyMs = 2_500;
	b.clock.setTimeout(() => b.modem.urc("+KSUP: 0"), 100);
	t.deepEqual(b.ask("AT+WDSG"), STATUS);
	b.modem.silent = true;
	const before = b.modem.port.sent.length;
	let doneAtMs = 0;
	b.modem.silent = false;
	b.modem.latencyMs = 5;
	b.ask("AT");
	b.modem.silent = true;
	const startMs = b.clock.now();
	b.channel.send({ command: "AT+WDSG", timeoutMs: 1_000, done: () => (doneAtMs = b.clock.now()) });
	b.clock.advance(900);
	b.modem.urc("+KSUP: 0");
	b.clock.advance(10_000);
	t.is(doneAtMs - startMs, 1_000);
	t.true(b.modem.port.sent.length > before);
});

test("a silent modem gives each command a timeout, and none was sent", (t) => {
	const b = bench();
	b.modem.silent = true;
	for (let i = 0; i < 3; i++) t.deepEqual(b.ask("AT+WDSR=4"), { result: "timeout", sent: false, lines: [] });
	t.false(b.modem.port.sent.includes("AT+WDSR=4"));
	b.modem.silent = false;
	checkInStep(t, b, 1);
});

test("wake sends AT at once and every 500 ms until the modem answers, for days if need be", (t) => {
	const b = bench();
	b.modem.silent = true;
	const results: string[] = [];
	b.channel.wake({ done: (result) => results.push(result) });
	t.deepEqual(b.modem.port.sent, ["AT"]);
	b.clock.advance(60_000);
	t.is(b.modem.port.sent.length, 121);
	b.modem.silent = false;
	b.clock.advance(1_000);
	t.deepEqual(results, ["ok"]);
	checkInStep(t, b, 1);
});

test("a cancelled wake sends nothing more, is not told, and lets the next command have its turn", (t) => {
	const b = bench();
	b.modem.silent = true;
	const results: string[] = [];
	const cancel = b.channel.wake({ done: (result) => results.push(result) });
	const cancelQueued = b.channel.wake({ done: (result) => results.push(result) });
	b.clock.advance(2_000);
	cancelQueued();
	cancel();
	cancel();
	const sent = b.modem.port.sent.length;
	b.clock.advance(10_000);
	t.is(b.modem.port.sent.length, sent);
	b.modem.silent = false;
	checkInStep(t, b, 1);
	t.deepEqual(results, []);
});

test("a wake asks anew, although the channel knew its place", (t) => {
	const b = bench();
	checkInStep(t, b, 1);
	const before = b.modem.port.sent.length;
	let woken = false;
	b.channel.wake({ done: () => (woken = true) });
	b.clock.advance(100);
	t.true(woken);
	t.deepEqual(b.modem.port.sent.slice(before), ["AT", "AT+CGMM"]);
});

test("P8: the queue holds eight and refuses the ninth by name, and everybody is answered in order", (t) => {
	const b = bench();
	const answers: string[] = [];
	const send = (command: string): void =>
		b.channel.send({ command, timeoutMs: 6_000, done: () => answers.push(command) });
	for (let i = 0; i < 9; i++) send(`AT+X${i}`);
	t.throws(() => send("AT+X9"), { name: "QueueFullError", message: /AT\+X9/ });
	t.throws(() => b.channel.wake({ done: () => {} }), { name: "QueueFullError" });
	b.clock.advance(10_000);
	t.deepEqual(answers, ["AT+X0", "AT+X1", "AT+X2", "AT+X3", "AT+X4", "AT+X5", "AT+X6", "AT+X7", "AT+X8"]);
});

test("P8: an answer keeps sixteen lines, and the rest is reported once", (t) => {
	const many = Array.from({ length: 40 }, (_, i) => `+WDSC: ${i},0`);
	const b = bench({ script: hl7800({ "AT+WDSC?": [...many, "OK"] }) });
	t.is(b.ask("AT+WDSC?").lines.length, 16);
	t.deepEqual(b.troubles, [{ kind: "too-many-lines", command: "AT+WDSC?" }]);
});

test("what is no command is refused by name", (t) => {
	const b = bench();
	for (const command of ["", "ATÄ", "AT\r", "AT+X\nAT", "+WDSG", `AT${"X".repeat(127)}`])
		t.throws(() => b.channel.send({ command, timeoutMs: 1, done: () => {} }), { name: "CommandError" });
	t.deepEqual(b.modem.port.sent, []);
});

test("P1: a command that is withdrawn at its turn is not sent", (t) => {
	const b = bench();
	let open = true;
	const answers: Answer[] = [];
	b.channel.send({ command: "AT+WDSR=4", timeoutMs: 1, mayStart: () => open, done: (a) => answers.push(a) });
	open = false;
	b.clock.advance(1_000);
	b.channel.send({ command: "AT+WDSR=4", timeoutMs: 1, mayStart: () => open, done: (a) => answers.push(a) });
	t.is(answers.length, 1, "not called from within send");
	b.clock.advance(1_000);
	t.deepEqual(answers, Array(2).fill({ result: "withdrawn", sent: false, lines: [] }));
	t.false(b.modem.port.sent.includes("AT+WDSR=4"));
	checkInStep(t, b, 1);
});

test("a final result that nobody asked for puts the channel out of its place, until the next query", (t) => {
	const b = bench();
	checkInStep(t, b, 1);
	b.modem.urc("OK");
	const before = b.modem.port.sent.length;
	t.deepEqual(b.ask("AT+WDSG"), STATUS);
	t.deepEqual(b.modem.port.sent.slice(before), ["AT", "AT+CGMM", "AT+WDSG"]);
});

for (const [how, breakPort] of Object.entries({
	"a write throws": (b: Bench) => {
		b.modem.port.writeError = "unplugged";
	},
	"a read throws": (b: Bench) => {
		b.modem.port.readError = "unplugged";
		b.clock.setTimeout(() => b.modem.urc("+X"), 1);
	},
	"the port reports an error": (b: Bench) => {
		b.clock.setTimeout(() => b.modem.port.fail("unplugged"), 1);
		b.clock.setTimeout(() => b.modem.port.fail("again"), 2);
	},
}))
	test(`P4: when ${how}, everybody is told that it is gone, once, and so are later ones`, (t) => {
		const b = bench();
		checkInStep(t, b, 1);
		b.modem.silent = true;
		const results: string[] = [];
		breakPort(b);
		const send = (): void =>
			b.channel.send({ command: "AT+WDSG", timeoutMs: 6_000, done: (a) => results.push(a.result) });
		send();
		send();
		b.channel.wake({ done: (result) => results.push(result) });
		t.deepEqual(results, [], "not called from within send");
		b.clock.advance(10);
		t.deepEqual(results, ["gone", "gone", "gone"]);
		t.deepEqual(b.gone, ["unplugged"]);
		t.is(b.modem.port.closes, 1);
		send();
		b.clock.advance(10);
		t.is(results.length, 4);
		t.deepEqual(b.gone, ["unplugged"]);
		t.is(b.modem.port.callsAfterClose, 0);
		b.channel.close();
		t.is(b.modem.port.closes, 1);
	});

test("close tells everybody first, may be called twice, and nothing comes after it", (t) => {
	const b = bench();
	const results: string[] = [];
	b.channel.wake({ done: (result) => results.push(result) });
	b.channel.send({ command: "AT+WDSG", timeoutMs: 6_000, done: (a) => results.push(a.result) });
	b.channel.close();
	b.channel.close();
	t.deepEqual(results, ["gone", "gone"]);
	t.throws(() => b.channel.send({ command: "AT", timeoutMs: 1, done: () => {} }), {
		name: "ChannelClosedError",
	});
	b.modem.urc("+WDSI: 3");
	b.modem.port.fail("late");
	b.clock.advance(60_000);
	t.deepEqual(results, ["gone", "gone"]);
	t.deepEqual(b.lines, []);
	t.deepEqual(b.gone, []);
	t.is(b.modem.port.closes, 1);
	t.is(b.modem.port.callsAfterClose, 0);
	t.is(b.clock.nextAt(), undefined, "no timer is left");
});

test("close from within any callback ends all", (t) => {
	for (const from of ["onLine", "done", "onTraffic", "onTrouble", "mayStart"]) {
		const calls: string[] = [];
		const b: Bench = bench(
			{ chunkBytes: 1000 },
			{
				onLine: () => (from === "onLine" ? b.channel.close() : undefined),
				onTraffic: (_direction, line) =>
					from === "onTraffic" && line === "HL7800" ? b.channel.close() : undefined,
				onTrouble: () => (from === "onTrouble" ? b.channel.close() : undefined),
			},
		);
		b.channel.send({
			command: "AT+WDSG",
			timeoutMs: 6_000,
			mayStart: () => {
				if (from === "mayStart") b.channel.close();
				return true;
			},
			done: () => {
				calls.push("done");
				if (from === "done") b.channel.close();
			},
		});
		b.clock.setTimeout(() => b.modem.transmit("\r\n+A\r\n\r\n+B\r\nOK\r\nOK\r\nOK\r\n"), 1);
		b.clock.advance(60_000);
		t.deepEqual(calls, ["done"], from);
		t.is(b.modem.port.closes, 1, from);
		t.is(b.modem.port.callsAfterClose, 0, from);
		t.is(b.clock.nextAt(), undefined, from);
	}
});

test("a Serial whose constructor throws makes the Channel's throw", (t) => {
	const io = class {
		constructor() {
			throw new Error("no such port");
		}
		read(): undefined {}
		write(): void {}
		close(): void {}
	};
	t.throws(() => bench({}, { serial: { io } }), { message: "no such port" });
});

test("bytes are taken as numbers, too", (t) => {
	const b = bench();
	for (const c of "\r\n+WDSI: 3\r\n") b.modem.port.injectNumber(c.charCodeAt(0));
	t.deepEqual(b.lines, ["+WDSI: 3"]);
});

test("debug text, NULs and lines without end around an install are passed on and disturb nothing", (t) => {
	const b = bench();
	checkInStep(t, b, 1);
	b.clock.setTimeout(() => b.modem.transmit("\0\0\0swu_init\r\n\0\0+NVBU_IND: 1\r\n\0\0\0"), 1);
	t.deepEqual(b.ask("AT+WDSG"), STATUS);
	b.modem.transmit("z".repeat(1_000_000));
	b.modem.transmit("OK\r\n");
	t.deepEqual(b.troubles, [{ kind: "overlong-line" }]);
	checkInStep(t, b, 1);
	t.deepEqual(b.lines, ["swu_init", "+NVBU_IND: 1"]);
});
