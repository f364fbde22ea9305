// Requirements: P8, R28
// Goal: every transcript of section 6 of the reference that belongs to the two families, and the exact answers of its
// section 1, come out of the emulator. Method: a table of what is typed and what is answered.
import test from "ava";
import type { Behaviour } from "../../hosts/emulator/behaviour.js";
import type { Model } from "../../hosts/emulator/families.js";
import { factoryFlash } from "../../hosts/emulator/flash.js";
import { Bench } from "./bench.js";

interface Transcript {
	title: string;
	model: Model;
	version?: string;
	behaviour?: Partial<Behaviour>;
	/** The modem is switched on, else it is found running. */
	boot?: string[];
	typed: [command: string, ...answer: string[]][];
}

const RETRIES = `(0-20160)${",(1-20160)".repeat(7)}`;

const TRANSCRIPTS: Transcript[] = [
	{
		title: "2: power-on and identity",
		model: "HL7692",
		boot: ["+CGREG: 2", "+WDSI: 0", "+CGREG: 3", "+CGREG: 5", "+PBREADY", "+SIM: 1", "+KSUP: 0"],
		typed: [
			["AT+KGSN=3", "+KGSN: VE000000000000", "OK"],
			["AT+KGSN=0", "+KGSN: 350000000000006", "OK"],
			["AT+CGMM", "HL7692", "OK"],
		],
	},
	{
		title: "3: ATI9 of 2.23",
		model: "HL7692",
		version: "RHL769x.2.23.172400.201706231140.x7120m_1",
		typed: [
			[
				"ATI9",
				"RHL769x.2.23.172400.201706231140.x7120m_1",
				"HL7692",
				"HL769x.2.23",
				"x7120m",
				"FUSED",
				"2017-06-23 11:44:41",
				"r9909",
				"OK",
			],
		],
	},
	{
		title: "5.1: ATI9 of 2.26",
		model: "HL7692",
		typed: [
			[
				"ATI9",
				"RHL769x.2.26.180400.201802141030.x7120m_1",
				"HL7692",
				"HL769x.2.26",
				"x7120m",
				"FUSED",
				"2018-02-14 12:02:13",
				"r12309",
				"OK",
			],
		],
	},
	{
		title: "4: the first command after boot gets no answer",
		model: "HL7692",
		behaviour: { firstCommandsLost: 1 },
		boot: ["+CGREG: 2", "+WDSI: 0", "+CGREG: 3", "+CGREG: 5", "+PBREADY", "+SIM: 1", "+KSUP: 0"],
		typed: [["AT"], ["AT", "OK"]],
	},
	{
		title: "5: the events of an HL7692 are turned on with 4095",
		model: "HL7692",
		typed: [
			["AT+WDSI=4095", "OK"],
			["AT+WDSI?", "+WDSI: 4095", "OK"],
		],
	},
	{
		title: "6: an old version by ATI3",
		model: "HL7800",
		version: "BHL7800.3.5.1.1.20190720",
		typed: [["ATI3", "BHL7800.3.5.1.1.20190720", "OK"]],
	},
	{
		title: "6: an old version by AT+CGMR",
		model: "HL7800",
		version: "AHL7800.1.4.0.0.20180430",
		typed: [["AT+CGMR", "AHL7800.1.4.0.0.20180430", "OK"]],
	},
	{
		title: "7: the general status",
		model: "HL7692",
		typed: [["AT+WDSG", "+WDSG: 0,3", "+WDSG: 1,0", "OK"]],
	},
	{
		title: "8: an install cannot be refused",
		model: "HL7692",
		typed: [["AT+WDSR=5,0", "+CME ERROR: 3"]],
	},
	{
		title: "9: the exact strings of device services",
		model: "HL7800",
		typed: [
			["AT+WDSC=?", "+WDSC: (0-2,5,6),(0-1)", "+WDSC: 3,(0-525600)", `+WDSC: 4,${RETRIES}`, "OK"],
			["AT+WDSI=?", "+WDSI: (0-127,256-383,4096-4223,4352-4479)", "OK"],
			["AT+WDSR=?", "+WDSR: (0-9),(0-1440)", "OK"],
			["AT+WDSS=?", "+WDSS: 1,(0-1)", "+WDSS: 2,(1-2)", "OK"],
			["AT+WDSS=2,1", "OK"],
			["AT+WDSS?", "+WDSS: 1,0", "+WDSS: 2,1", "OK"],
			["AT+WDSS=1,0", "OK"],
			["AT+WDSD=0", "+CME ERROR: 3"],
			["AT+KGSN=?", "+KGSN: (0-4)", "OK"],
			["AT+KSREP?", "+KSREP: 1,0", "OK"],
		],
	},
	{
		title: "1.1: the configuration, mode by mode",
		model: "HL7800",
		typed: [
			["AT+WDSC=0,1", "OK"],
			["AT+WDSC=1,1", "OK"],
			["AT+WDSC=2,1", "OK"],
			["AT+WDSC=3,1440", "OK"],
			["AT+WDSC=4,0", "OK"],
			["AT+WDSC=4,15,60", "OK"],
			["AT+WDSC=5,0", "OK"],
			["AT+WDSC=6,1", "OK"],
			[
				"AT+WDSC?",
				"+WDSC: 0,1",
				"+WDSC: 1,1",
				"+WDSC: 2,1",
				"+WDSC: 3,1440",
				"+WDSC: 4,15,60",
				"+WDSC: 5,0",
				"+WDSC: 6,1",
				"OK",
			],
			["AT+WDSC=7,1", "+CME ERROR: 3"],
			["AT+WDSC=2,2", "+CME ERROR: 3"],
			["AT+WDSC=3,525601", "+CME ERROR: 3"],
			["AT+WDSC=4,15,0", "+CME ERROR: 3"],
			["AT+WDSC=2", "+CME ERROR: 3"],
		],
	},
	{
		title: "1.1: an HL7692 has no modes 5 and 6",
		model: "HL7692",
		typed: [
			["AT+WDSC=5,1", "+CME ERROR: 3"],
			["AT+WDSC?", "+WDSC: 0,1", "+WDSC: 1,1", "+WDSC: 2,1", "+WDSC: 3,0", "+WDSC: 4,0", "OK"],
			["AT+WDSR=6", "+CME ERROR: 3"],
			['AT+WDSS=0,"iot.example"', "OK"],
			["AT+WDSS?", '+WDSS: 0,"iot.example"', "+WDSS: 1,0", "OK"],
		],
	},
	...["512", "128", "2048", "4095", "8191", "-1", "x", "1,2"].map(
		(level): Transcript => ({
			title: `1.6: an HL7800 does not take AT+WDSI=${level}`,
			model: "HL7800",
			typed: [
				[`AT+WDSI=${level}`, "+CME ERROR: 3"],
				["AT+WDSI?", "+WDSI: 4479", "OK"],
			],
		}),
	),
	{
		title: "1.7: a timer belongs to no accepting reply, and ends at 1440",
		model: "HL7800",
		typed: [
			["AT+WDSR=4,10", "+CME ERROR: 3"],
			["AT+WDSR=5,1441", "+CME ERROR: 3"],
			["AT+WDSR=10", "+CME ERROR: 3"],
			["AT+WDSR=", "ERROR"],
			["AT+WDSR=4", "+CME ERROR: 3"],
		],
	},
	{
		title: "5: settings and identity that a driver asks for",
		model: "HL7800",
		typed: [
			["AT", "OK"],
			["at+cgmi", "Sierra Wireless", "OK"],
			["AT+CGSN", "350000000000006", "OK"],
			["AT+KGSN=1", "+KGSN: 3500000000000001", "OK"],
			["AT+KGSN=2", "+KGSN: 35000000000000-6 SV: 01", "OK"],
			["AT+KGSN=3", "+KGSN: T0000000000000", "OK"],
			["AT+IPR?", "+IPR: 115200", "OK"],
			["AT+KSLEEP=2", "OK"],
			["AT&K0", "OK"],
			["AT&D0", "OK"],
			['AT+CGDCONT=1,"IP","iot.example"', "OK"],
			["AT+CGDCONT?", '+CGDCONT: 1,"IP","iot.example"', "OK"],
			["AT&V", "ACTIVE PROFILE", "E0 Q0 V1 X4 &C1 &D1 &R1 &S0 +IFC=0,0 &K0 +IPR=115200 +FCLASS0", "OK"],
			["AT+NONSENSE", "ERROR"],
			["AT+CMEE=0", "OK"],
			["AT+WDSD=0", "ERROR"],
		],
	},
];

for (const { title, model, version, behaviour, boot, typed } of TRANSCRIPTS)
	test(`${model}, transcript ${title}`, (t) => {
		const bench = new Bench({ model, behaviour, off: true });
		if (version) bench.flash.version = version;
		if (boot) {
			bench.modem.powerOn();
			t.deepEqual(bench.wait(6_000), boot);
		} else bench.modem.findRunning();
		for (const [command, ...answer] of typed) t.deepEqual(bench.send(command), answer, command);
	});

test("transcript 11: an install with noise prints debug text, NUL bytes and +NVBU_IND, and ends like any other", (t) => {
	const bench = new Bench({ model: "HL7692", behaviour: { installNoise: true } });
	bench.server.addJob({ version: "RHL769x.2.27.183100.201809071813.x7120m_3", sizeBytes: 1000 });
	bench.flash.stored = bench.server.offer() ?? null;
	bench.modem.powerOff();
	bench.modem.powerOn();
	bench.until("+WDSI: 3");
	bench.send("AT+WDSR=4");
	const lines = bench.until("+WDSI: 8");
	t.true(lines.includes("swu_install: block written"));
	t.true(lines.some((line) => line.endsWith("+NVBU_IND: 1,100") || line === "+NVBU_IND: 1,100"));
	t.true(bench.raw.includes("\0".repeat(16)));
	t.true(lines.includes("+WDSI: 16"));
});

test("the bytes of an answer are framed as the reference says, after an echo that is on in the factory", (t) => {
	const bench = new Bench({ model: "HL7800", factory: true });
	bench.type("AT+CGMR\r");
	bench.clock.advance(10);
	t.is(bench.raw, "AT+CGMR\r\r\nHL7800.4.4.14.0\r\n\r\nOK\r\n");
	bench.raw = "";
	bench.type("ATE0\rAT+WDSG\r");
	bench.clock.advance(10);
	t.is(bench.raw, "ATE0\rAT+WDSG\r\r\nOK\r\n\r\n+WDSG: 0,2\r\n+WDSG: 1,0\r\n\r\nOK\r\n");
});

test("a factory-fresh modem says nothing of what it does, and an HL7692 prints no level that was never set", (t) => {
	const bench = new Bench({ model: "HL7692", factory: true });
	t.deepEqual(bench.send("AT+WDSI?"), ["OK"]);
	t.deepEqual(bench.send("AT+WDSR=4"), ["ERROR"]);
	bench.server.addJob({ version: "other", sizeBytes: 1000 });
	bench.server.notify();
	t.deepEqual(bench.wait(150_000), []);
	t.is(bench.modem.phase, "installing");
});

test("nothing is sent from within a call to the modem, and nothing while it boots or has no power", (t) => {
	const bench = new Bench({ model: "HL7800" });
	bench.type("AT\r");
	t.is(bench.raw, "");
	bench.modem.powerOff();
	t.deepEqual(bench.send("AT"), []);
	bench.modem.powerOn();
	t.deepEqual(bench.send("AT"), []);
	bench.wait(20_000);
	t.deepEqual(bench.send("AT"), ["OK"]);
});

test("what comes while it boots is answered later by a modem that buffers", (t) => {
	const bench = new Bench({ model: "HL7800", behaviour: { inputWhileBooting: "buffered" }, off: true });
	bench.modem.powerOn();
	bench.clock.advance(1_000);
	bench.type("AT\r");
	t.deepEqual(bench.wait(11_500), ["+KSUP: 0", "OK"]);
});

test("P8: a line without end, and more commands than it takes, cost bounded memory and no later answer", (t) => {
	const bench = new Bench({ model: "HL7800" });
	for (let i = 0; i < 100; i++) bench.type("A".repeat(1000));
	bench.type("\r");
	t.deepEqual(bench.wait(100), ["ERROR"]);
	bench.type("AT\r".repeat(100));
	t.is(bench.wait(1_000).length, 16);
	t.deepEqual(bench.send("AT"), ["OK"]);
});

test("the profile comes back after a restart as it was saved", (t) => {
	const bench = new Bench({ model: "HL7800", factory: true });
	bench.send("ATE0");
	bench.send("AT+CMEE=1");
	bench.send("AT+CFUN=1,1");
	bench.wait(30_000);
	bench.raw = "";
	t.deepEqual(bench.send("AT+CMEE?"), ["+CMEE: 0", "OK"]);
	t.true(bench.raw.startsWith("AT+CMEE?"));
	bench.send("ATE0");
	bench.send("AT+CMEE=1");
	bench.send("AT&W");
	bench.send("AT+CFUN=1,1");
	bench.wait(30_000);
	bench.raw = "";
	t.deepEqual(bench.send("AT+CMEE?"), ["+CMEE: 1", "OK"]);
	t.false(bench.raw.startsWith("AT"));
	t.deepEqual(bench.send("AT+CPOF"), ["OK"]);
	bench.wait(1_000);
	t.is(bench.modem.phase, "off");
});

test("flash is plain data: a copy of it starts the same modem", (t) => {
	const flash = factoryFlash("HL7800", "HL7800.4.5.4.0");
	flash.agreements.install = true;
	t.deepEqual(JSON.parse(JSON.stringify(flash)), flash);
	const bench = new Bench({ model: "HL7800", flash: structuredClone(flash) });
	t.true(bench.send("AT+WDSC?").includes("+WDSC: 2,1"));
	t.true(bench.send("ATI3").includes("HL7800.4.5.4.0"));
});
