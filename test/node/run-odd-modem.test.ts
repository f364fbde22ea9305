// Requirements: P1, R7, R17, R18
import test from "ava";
import { orAll, shareOf } from "../support/share.js";
import { Bench, download, INSTALLED, install, offering } from "./support/bench.js";
import { FROM, SIZE_BYTES, TO } from "./support/order-files.js";
import type { Rule, Script, ScriptedModem } from "./support/scripted-modem.js";

const OFF = ["--off", "11m"];
/** What the smallest modem knows; the commands of device services, and who it is. */
const SMALLEST = /^AT($|\+(CGMM|CGMR|WDS[A-Z][^,]*|WDS.*|KSREP.*)$)/;

/** A line in the way of every answer. */
const chatty: Rule = [
	/^AT/,
	(modem) => {
		modem.raw("\r\n+CGREG: 2\r\n\0\0swu_debug text\r\n\r\n+CEREG: 5\r\n");
		return undefined;
	},
];

const BOOTS: readonly [title: string, script: Script][] = [
	["that does not echo", { echo: false }],
	["that takes 700 ms for every answer", { answerAfterMs: 700 }],
	["that loses the first two commands", { loses: 2 }],
	["that loses the first six commands", { loses: 6 }],
	["that knows only what must be known, with errors for the rest", { knows: SMALLEST }],
	["that knows only what must be known, with OK for the rest", { knows: SMALLEST, unknown: "OK" }],
	["that knows only what must be known, with silence for the rest", { knows: SMALLEST, unknown: "" }],
	["that talks in the middle of everything", { rules: [chatty] }],
	[
		"that refuses polling, retries and masks",
		{ rules: [[/^AT\+(WDSC=[34]|WDSI=|KSREP=)/, () => ["ERROR"]]] },
	],
	[
		"that takes CME errors for all it refuses",
		{ unknown: "ERROR", rules: [[/^ATE|CMEE/, () => ["+CME ERROR: 916"]]] },
	],
	[
		"whose version comes with a prefix of its own line",
		{ rules: [[/^AT\+CGMR$/, (modem) => [modem.version, "OK"]]] },
	],
];

for (const [title, script] of shareOf(BOOTS, 3))
	test(`a modem ${title} is updated`, async (t) => {
		const bench = new Bench(t);
		const modem = bench.modem(offering("HL7800", script));
		const faster = script.unknown === "" ? 5 : 1;
		const run = await bench.whole(modem, OFF, { faster });
		t.is(run.status, 0, run.told);
		t.like(run.fields("closed"), { outcome: "updated" });
		t.true(run.names().includes("armed"));
		t.deepEqual(modem.accepting, ["AT+WDSS=1,1", "AT+WDSR=3", "AT+WDSR=4"]);
	});

for (const [title, script] of orAll(
	BOOTS.filter(([title]) => /silence|talks/.test(title)),
	BOOTS.filter(([title]) => /700|six|silence|talks|refuses/.test(title)),
))
	test(`P1: a modem ${title} is armed in a closed boot`, async (t) => {
		const bench = new Bench(t);
		const modem = bench.modem({ ...script, model: "HL7692", version: FROM.HL7692 });
		const faster = script.unknown === "" ? 5 : 1;
		const run = await bench.whole(modem, [], { faster });
		t.is(run.status, 3, run.told);
		t.is(run.names().at(-1), "armed");
		for (const mode of [0, 1, 2]) t.is(modem.agreements.get(mode), 1);
	});

test("the first AT comes at once and then every 500 ms", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem({ down: true });
	const at: number[] = [];
	const watching = (async () => {
		for (let i = 0; i < 5; i++) {
			await modem.next(/^AT$/);
			at.push(performance.now());
		}
		modem.up();
	})();
	const run = await bench.boot(modem);
	await run.until("released");
	await watching;
	const gaps = at.slice(1).map((time, i) => time - (at[i] as number));
	// A machine that is busy may be late with some of them.
	t.true(Math.min(...gaps) < 900 && Math.max(...gaps) > 400, `${gaps}`);
	t.is((await bench.end(run, modem)).status, 3);
});

test("P1: agreements come in the order of their danger, before anything else is asked of a fresh modem", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem();
	await bench.whole(modem);
	const agreements = modem.received.filter((line) => /^AT\+WDSC=\d,1$/.test(line));
	t.deepEqual(agreements, ["AT+WDSC=2,1", "AT+WDSC=1,1", "AT+WDSC=0,1", "AT+WDSC=5,1", "AT+WDSC=6,1"]);
	t.true(modem.received.includes("AT+KSREP=1"));
	t.true(modem.received.includes("AT+WDSI=4479"));
	t.true(modem.received.includes("AT+WDSG"));
});

test("a modem that boots in the middle of the inventory is asked again, and armed again", async (t) => {
	const bench = new Bench(t);
	let booted = false;
	const reboot: Rule = [
		/^AT\+WDSI=/,
		(modem) => {
			if (booted) return undefined;
			booted = true;
			modem.down();
			modem.play([
				200,
				(m: ScriptedModem) => {
					for (const mode of m.agreements.keys()) m.agreements.set(mode, 0);
					m.up();
				},
				"+WDSI: 0",
				"+KSUP: 0",
			]);
			return [];
		},
	];
	const modem = bench.modem(offering("HL7800", { rules: [reboot] }));
	const run = await bench.whole(modem, OFF);
	t.is(run.status, 0, run.told);
	for (const mode of [0, 1, 2, 5, 6]) t.is(modem.agreements.get(mode), 1, `mode ${mode}`);
});

test("a modem that boots in the middle of the download goes on with it", async (t) => {
	const bench = new Bench(t);
	let sessions = 0;
	const script = offering("HL7800", {
		rules: [
			[
				/^AT\+WDSS=1,1$/,
				(modem) => {
					sessions++;
					if (sessions === 1) return undefined;
					modem.play([10, "+WDSI: 4", "+WDSI: 6", "+WDSI: 23,1", ...download().slice(1)]);
					return ["OK"];
				},
			],
		],
		download: [
			`+WDSI: 9,${SIZE_BYTES}`,
			"+WDSI: 18,0",
			"+WDSI: 18,20",
			(modem) => {
				modem.down();
				modem.play([100, () => modem.up(), "+WDSI: 0", "+KSUP: 0"]);
			},
		],
	});
	const modem = bench.modem(script);
	const run = await bench.whole(modem, [...OFF, "--deadline", "25m"], { faster: 20 });
	t.is(run.status, 0, run.told);
});

test("a question that crosses its answer, and comes again in the download, changes nothing", async (t) => {
	const bench = new Bench(t);
	let accepted = 0;
	const once: Rule = [/^AT\+WDSR=3$/, () => (accepted++ === 0 ? undefined : ["OK"])];
	const again = [...download().slice(0, 2), "+WDSI: 2", 100, ...download().slice(2)];
	const modem = bench.modem(offering("HL7800", { rules: [once], download: again }));
	const run = await bench.whole(modem, OFF);
	t.is(run.status, 0, run.told);
	t.is(modem.accepting.filter((line) => line === "AT+WDSR=4").length, 1);
});

test("text of an install on the line (debug, NULs, +NVBU_IND) is passed over", async (t) => {
	const bench = new Bench(t);
	const steps = install(TO.HL7800, [
		(modem) => modem.raw("\0\0\0\0swu_start\r\n+NVBU_IND: 1,2\r\n\0\0\0\0\0"),
		...INSTALLED,
	]);
	const modem = bench.modem(offering("HL7800", { install: steps }));
	const run = await bench.whole(modem, OFF);
	t.is(run.status, 0, run.told);
});

/** It says that it has started with everything that it is told. */
const loop: Rule = [
	/^AT/,
	(modem) => {
		modem.say("+KSUP: 0");
		return undefined;
	},
];

test("a modem in a boot loop never ends the window late", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem({ rules: [loop] });
	const run = await bench.whole(modem, [...OFF, "--deadline", "20s", "--install-timeout", "5s"], {
		faster: 10,
	});
	t.is(run.status, 4, run.told);
});
