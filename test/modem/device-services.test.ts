// Requirements: P1, P4, P6, P8, R7, R17
// Goal: the device services send what the reference says, nothing that is not permitted, and understand what comes back.
// Method: a modem of a few lines that keeps a table of answers, in virtual time.
import test from "ava";
import {
	DeviceServices,
	type DeviceServicesOptions,
	type Guarded,
} from "../../modules/modem/device-services.js";
import type { Identity } from "../../modules/modem/identification.js";
import type { Indication } from "../../modules/modem/indication.js";
import { PROFILES } from "../../modules/modem/profiles.js";
import type { Request } from "../../modules/modem/requests.js";
import { hl7800, type Script, ScriptedModem, type ScriptedModemOptions } from "../at/scripted-modem.js";
import { CountedClock } from "../noise/counted-clock.js";

type Answers = Readonly<Record<string, readonly string[] | undefined>>;

const HL7692: Answers = {
	"AT+CGMM": ["HL7692", "OK"],
	"AT+CGMR": ["RHL769x.2.26.180400.201802141030.x7120m_1", "OK"],
};

/** OK to every setting, so that a test shows what was sent. */
function agreeable(more: Answers = {}): Script {
	const known = hl7800(more);
	return (command, count) => {
		const answer = known(command, count);
		return answer?.[0] === "ERROR" && !(command in more) ? ["OK"] : answer;
	};
}

function bench(
	modemOptions: Partial<ScriptedModemOptions> = {},
	options: Partial<DeviceServicesOptions> = {},
) {
	const clock = new CountedClock();
	const modem = new ScriptedModem({ clock, script: agreeable(), ...modemOptions });
	const log: string[] = [];
	const indications: Indication[] = [];
	let open = false;
	const asked: Guarded[] = [];
	const services = new DeviceServices({
		serial: modem.port.serial,
		clock,
		family: "auto",
		permit: (command) => {
			asked.push(command);
			return open;
		},
		onIndication: (indication) => {
			log.push(`indication ${indication.kind}`);
			indications.push(indication);
		},
		onRestart: (sign) => log.push(`restart ${sign}`),
		onGone: (reason) => log.push(`gone ${reason}`),
		...options,
	});
	/** Calls, runs until done, and gives what done was given. */
	const get = <T>(call: (done: (value: T) => void) => void, limitMs = 300_000): T => {
		const got: T[] = [];
		call((value) => got.push(value));
		if (got.length > 0) throw new Error("done was called from within the call");
		clock.runUntil(() => got.length > 0, limitMs);
		if (got.length !== 1) throw new Error(`done was called ${got.length} times`);
		return got[0] as T;
	};
	const connected = () => {
		get<Identity | undefined>((done) => services.connect(done));
		modem.port.sent = [];
		return b;
	};
	const b = {
		clock,
		modem,
		services,
		log,
		indications,
		asked,
		get,
		connected,
		open: (value = true) => {
			open = value;
		},
	};
	return b;
}

test("connect wakes the modem and asks who it is", (t) => {
	const b = bench({ deafUntilMs: 12_000 });
	t.deepEqual(
		b.get<Identity | undefined>((done) => b.services.connect(done)),
		{ model: "HL7800" },
	);
	t.is(b.services.profile, PROFILES.HL7800);
	t.true(b.clock.now() < 12_600);
	t.deepEqual(b.modem.port.sent.slice(-2), ["AT", "AT+CGMM"]);
});

test("the family is found by asking, and the one that was given stands in where the answer names neither", (t) => {
	const cases: [Answers, "auto" | "HL7692" | "HL7800", Identity, string | undefined][] = [
		[HL7692, "auto", { model: "HL7692" }, "HL7692"],
		[HL7692, "HL7800", { model: "HL7692" }, "HL7692"],
		[{ "AT+CGMM": ["HL7802", "OK"] }, "auto", { model: "HL7802" }, "HL7800"],
		[{ "AT+CGMM": ["ERROR"] }, "auto", { model: "HL7800", versionText: "HL7800.4.4.14.0" }, "HL7800"],
		[{ "AT+CGMM": undefined }, "auto", { model: "HL7800", versionText: "HL7800.4.4.14.0" }, "HL7800"],
		[
			{ "AT+CGMM": ["RC7620", "OK"], "AT+CGMR": ["ERROR"], ATI3: ["ERROR"] },
			"HL7692",
			{ model: "RC7620" },
			"HL7692",
		],
		[
			{ "AT+CGMM": ["RC7620", "OK"], "AT+CGMR": ["ERROR"], ATI3: ["ERROR"] },
			"auto",
			{ model: "RC7620" },
			undefined,
		],
		[
			{ "AT+CGMM": ["ERROR"], "AT+CGMR": ["ERROR"], ATI3: ["BHL7800.3.5.1.1.20190720", "OK"] },
			"auto",
			{ model: "HL7800", versionText: "BHL7800.3.5.1.1.20190720" },
			"HL7800",
		],
	];
	for (const [answers, family, identity, profile] of cases) {
		const b = bench({ script: agreeable(answers) }, { family });
		t.deepEqual(
			b.get<Identity | undefined>((done) => b.services.connect(done)),
			identity,
		);
		t.is(b.services.profile?.family, profile as never);
	}
});

test("a channel that found its place by the version asks for the model, which alone tells modules apart", (t) => {
	const b = bench({ script: agreeable({ "AT+CGMM": undefined }) });
	b.get<unknown>((done) => b.services.connect(done));
	b.modem.script = agreeable({ "AT+CGMM": ["HL7802", "OK"] });
	t.deepEqual(
		b.get<Identity | undefined>((done) => b.services.connect(done)),
		{ model: "HL7802", versionText: "HL7800.4.4.14.0" },
	);
});

test("P6: the first agreement is the third command of a first contact", (t) => {
	const b = bench();
	b.services.connect(() => b.services.arm(() => {}));
	b.clock.advance(10_000);
	t.deepEqual(b.modem.port.sent.slice(0, 3), ["AT", "AT+CGMM", "AT+WDSC=2,1"]);
});

test("a modem that falls silent while it is asked is woken again", (t) => {
	const known = agreeable({ "AT+CGMM": ["ERROR"] });
	let models = 0;
	const b = bench({
		script: (command, count) => {
			if (command === "AT+CGMM" && ++models === 2) b.modem.silent = true;
			return b.modem.silent ? undefined : known(command, count);
		},
	});
	const got: (Identity | undefined)[] = [];
	b.services.connect((identity) => got.push(identity));
	b.clock.advance(120_000);
	t.deepEqual(got, []);
	b.modem.silent = false;
	b.clock.advance(30_000);
	t.deepEqual(got, [{ model: "HL7800", versionText: "HL7800.4.4.14.0" }]);
});

test("a cancelled connect is not told and sends nothing more; the services go on", (t) => {
	for (const afterMs of [0, 700, 5_000]) {
		const b = bench({ latencyMs: 400, deafUntilMs: afterMs === 5_000 ? 60_000 : 0 });
		const got: unknown[] = [];
		b.services.connect((identity) => got.push(identity));
		b.clock.advance(afterMs);
		b.services.cancelConnect();
		b.clock.advance(20_000);
		const sent = b.modem.port.sent.length;
		b.clock.advance(60_000);
		t.is(b.modem.port.sent.length, sent);
		t.deepEqual(got, []);
		t.is(
			b.get<string | undefined>((done) => b.services.version(done)),
			"HL7800.4.4.14.0",
		);
	}
});

test("P1: nothing that only an open window permits is sent while it is closed", (t) => {
	const b = bench().connected();
	const requests: Request[] = ["connect", "download", "install", "reboot", "uninstall"];
	for (const request of requests)
		t.throws(() => b.services.accept(request, () => t.fail()), {
			name: "NotPermittedError",
			message: new RegExp(`${request}.*AT\\+WDSR=`),
		});
	t.throws(() => b.services.openSession(() => t.fail()), { name: "NotPermittedError" });
	t.deepEqual(b.asked, [...requests, "session"]);
	b.clock.advance(60_000);
	t.deepEqual(b.modem.port.sent, []);
});

test("P1: a window that closes while a command waits keeps it from being sent", (t) => {
	const b = bench().connected();
	b.open();
	const results: string[] = [];
	b.services.status(() => {});
	b.services.accept("install", (ok, { result }) => results.push(`${ok} ${result}`));
	b.services.openSession((ok, { result }) => results.push(`${ok} ${result}`));
	b.open(false);
	b.clock.advance(60_000);
	t.deepEqual(results, ["false withdrawn", "false withdrawn"]);
	t.deepEqual(b.modem.port.sent, ["AT+WDSG"]);
});

test("P1: a refusal ends the company's job, so that one that waits as the window closes is not sent", (t) => {
	const b = bench({ script: agreeable(HL7692) }).connected();
	t.throws(() => b.services.refuse("download", () => t.fail()), { name: "NotPermittedError" });
	b.open();
	const results: string[] = [];
	b.services.status(() => {});
	b.services.refuse("download", (ok, { result }) => results.push(`${ok} ${result}`));
	b.open(false);
	b.clock.advance(60_000);
	t.deepEqual(results, ["false withdrawn"]);
	t.deepEqual(b.modem.port.sent, ["AT+WDSG"]);
});

test("requests are accepted, put off and refused with the reference's replies", (t) => {
	const b = bench({ script: agreeable(HL7692) }).connected();
	b.open();
	const requests: Request[] = ["connect", "download", "install", "reboot", "uninstall"];
	for (const request of requests) {
		t.true(b.get<boolean>((done) => b.services.accept(request, done)));
		t.true(b.get<boolean>((done) => b.services.delay(request, 1440, done)));
	}
	t.true(b.get<boolean>((done) => b.services.refuse("download", done)));
	t.deepEqual(b.modem.port.sent, [
		...["AT+WDSR=1", "AT+WDSR=0,1440", "AT+WDSR=3", "AT+WDSR=2,1440", "AT+WDSR=4", "AT+WDSR=5,1440"],
		...["AT+WDSR=6", "AT+WDSR=7,1440", "AT+WDSR=8", "AT+WDSR=9,1440", "AT+WDSR=2,0"],
	]);
});

test("a delay and a refusal that the modem does not take are refused by name", (t) => {
	const b = bench().connected();
	for (const minutes of [0, -1, 1441, 1.5, Number.NaN])
		t.throws(() => b.services.delay("install", minutes, () => t.fail()), { name: "DelayError" });
	for (const request of ["connect", "download", "install"] as const)
		t.throws(() => b.services.refuse(request, () => t.fail()), { name: "RefusalNotPossibleError" });
	t.throws(() => bench().services.refuse("download", () => t.fail()), { name: "RefusalNotPossibleError" });
	const other = bench({ script: agreeable(HL7692) }).connected();
	t.throws(() => other.services.refuse("install", () => t.fail()), { name: "RefusalNotPossibleError" });
	t.deepEqual(b.modem.port.sent, []);
});

test("sessions are opened and closed; an error says its number", (t) => {
	const b = bench({ script: agreeable({ "AT+WDSR=5,1": ["+CME ERROR: 3"] }) }).connected();
	b.open();
	t.true(b.get<boolean>((done) => b.services.openSession(done)));
	t.true(b.get<boolean>((done) => b.services.closeSession(done)));
	t.deepEqual(b.modem.port.sent, ["AT+WDSS=1,1", "AT+WDSS=1,0"]);
	const errors: unknown[] = [];
	b.services.delay("install", 1, (ok, { result, cmeError }) => errors.push(ok, result, cmeError));
	b.clock.advance(1_000);
	t.deepEqual(errors, [false, "error", 3]);
});

test("the status is told only where the modem gave both of its lines", (t) => {
	const cases: [string[] | undefined, unknown][] = [
		[["+WDSG: 0,3", "+WDSG: 1,0", "OK"], { services: 3, activity: 0 }],
		[["+WDSG: 1,3", "+WDSG: 0,1", "OK"], { services: 1, activity: 3 }],
		[["+WDSG: 0,3", "+WDSI: 3", "+WDSG: 1,2", "OK"], { services: 3, activity: 2 }],
		[["+WDSG: 0,3", "OK"], undefined],
		[["+WDSG: 0,4", "+WDSG: 1,0", "OK"], undefined],
		[["+WDSG: 0,3", "+WDSG: 1,0", "ERROR"], undefined],
		[["OK"], undefined],
		[["+CME ERROR: 3"], undefined],
		[undefined, undefined],
	];
	for (const [answer, status] of cases) {
		const b = bench({ script: agreeable({ "AT+WDSG": answer }) }).connected();
		t.deepEqual(
			b.get((done) => b.services.status(done)),
			status,
		);
	}
});

test("identity and last error are read as in the reference's transcripts", (t) => {
	const b = bench({
		script: agreeable({ "AT+KGSN=3": ["+KGSN: VE000000000000", "OK"], "AT+WDSE": ["+WDSE: 200", "OK"] }),
	}).connected();
	t.is(
		b.get((done) => b.services.factorySerial(done)),
		"VE000000000000",
	);
	t.is(
		b.get((done) => b.services.lastHttpStatus(done)),
		200,
	);
	t.is(
		b.get((done) => b.services.imei(done)),
		"350000000000006",
	);
	t.is(
		b.get((done) => b.services.model(done)),
		"HL7800",
	);
	const none = bench({ script: agreeable({ "AT+KGSN=3": ["ERROR"], "AT+WDSE": ["OK"], "AT+CGSN": ["OK"] }) });
	for (const call of ["factorySerial", "lastHttpStatus", "imei"] as const)
		t.is(
			none.get<unknown>((done) => none.services[call](done)),
			undefined,
		);
});

test("agreements are read back, whatever the number of lines", (t) => {
	const hl78 = [
		"+WDSC: 0,1",
		"+WDSC: 1,1",
		"+WDSC: 2,1",
		"+WDSC: 3,0",
		"+WDSC: 4,15,60,240",
		"+WDSC: 5,1",
		"+WDSC: 6,0",
	];
	const b = bench({ script: agreeable({ "AT+WDSC?": [...hl78, "OK"] }) }).connected();
	t.deepEqual(
		[...(b.get<Map<number, number> | undefined>((done) => b.services.readAgreements(done)) ?? [])],
		[
			[0, 1],
			[1, 1],
			[2, 1],
			[3, 0],
			[4, 15],
			[5, 1],
			[6, 0],
		],
	);
	for (const answer of [["ERROR"], ["OK"], ["+WDSC: x", "+WDSC: 99,1", "OK"], undefined]) {
		const none = bench({ script: agreeable({ "AT+WDSC?": answer }) }).connected();
		t.is(
			none.get((done) => none.services.readAgreements(done)),
			undefined,
		);
	}
});

test("the single settings are sent as the reference has them", (t) => {
	const b = bench().connected();
	b.get((done) => b.services.setAgreement(2, true, done));
	b.get((done) => b.services.setAgreement(0, false, done));
	b.get((done) => b.services.setStartupReport(done));
	b.get((done) => b.services.setPollingOff(done));
	b.get((done) => b.services.setRetriesOff(done));
	b.get((done) => b.services.setErrorNumbers(done));
	b.get((done) => b.services.setEchoOff(done));
	t.true(b.get((done) => b.services.setIndications(done)));
	t.deepEqual(b.modem.port.sent, [
		...["AT+WDSC=2,1", "AT+WDSC=0,0", "AT+KSREP=1", "AT+WDSC=3,0", "AT+WDSC=4,0", "AT+CMEE=1", "ATE0"],
		"AT+WDSI=4479",
	]);
});

test("the access point is set in each family's own way, and what is none is refused by name", (t) => {
	const b = bench().connected();
	t.true(b.get((done) => b.services.setApn("internet.example", done)));
	t.true(b.get((done) => b.services.setContext(done)));
	t.deepEqual(b.modem.port.sent, ['AT+CGDCONT=1,"IP","internet.example"', "AT+WDSS=2,1", "AT+WDSS=2,1"]);
	const other = bench({ script: agreeable(HL7692) }).connected();
	t.true(other.get((done) => other.services.setApn("a", done)));
	t.true(other.get((done) => other.services.setContext(done)));
	t.deepEqual(other.modem.port.sent, ['AT+WDSS=0,"a"']);
	for (const apn of ["", 'a"b', "a b", "a\r", "x".repeat(64)])
		t.throws(() => b.services.setApn(apn, () => t.fail()), { name: "AccessPointError" });
	const unknown = bench();
	t.false(unknown.get((done) => unknown.services.setApn("a", done)));
	t.false(unknown.get((done) => unknown.services.setContext(done)));
});

const HL7800_ARMED = [
	...["AT+WDSC=2,1", "AT+WDSC=1,1", "AT+WDSC=0,1", "AT+WDSC=5,1", "AT+WDSC=6,1"],
	...["AT+KSREP=1", "AT+WDSC=3,0", "AT+WDSC=4,0", "AT+WDSI=4479", "ATE0", "AT+CMEE=1"],
];
const HL7692_ARMED = [
	...[
		"AT+WDSC=2,1",
		"AT+WDSC=1,1",
		"AT+WDSC=0,1",
		"AT+KSREP=1",
		"AT+WDSC=3,0",
		"AT+WDSC=4,0",
		"AT+WDSI=4095",
		"ATE0",
		"AT+CMEE=1",
	],
];

test("P6: arming sets the agreements in the order of their danger, then the rest", (t) => {
	const b = bench().connected();
	t.deepEqual(
		b.get((done) => b.services.arm(done)),
		{ armed: true, refused: [] },
	);
	t.deepEqual(b.modem.port.sent, HL7800_ARMED);
	const other = bench({ script: agreeable(HL7692) }).connected();
	t.deepEqual(
		other.get((done) => other.services.arm(done)),
		{ armed: true, refused: [] },
	);
	t.deepEqual(other.modem.port.sent, HL7692_ARMED);
});

test("P6: a module of neither family is armed as far as it goes", (t) => {
	const b = bench();
	t.deepEqual(
		b.get((done) => b.services.arm(done)),
		{ armed: true, refused: [] },
	);
	const sent = b.modem.port.sent;
	t.deepEqual(
		sent.slice(sent.indexOf("AT+WDSC=2,1")),
		HL7692_ARMED.map((command) => command.replace("4095", "127")),
	);
});

test("P6: an agreement that is refused three times means not armed, and the others are set all the same", (t) => {
	const b = bench({ script: agreeable({ "AT+WDSC=1,1": ["ERROR"] }) }).connected();
	t.deepEqual(
		b.get((done) => b.services.arm(done)),
		{ armed: false, refused: ["WDSC=1"] },
	);
	t.is(b.modem.port.sent.filter((command) => command === "AT+WDSC=1,1").length, 3);
	t.true(b.modem.port.sent.includes("AT+WDSI=4479"));
});

test("what is not required is only reported, and masks are tried in turn", (t) => {
	const refuses: Answers = {
		"AT+WDSI=4479": ["ERROR"],
		"AT+KSREP=1": ["+CME ERROR: 3"],
		"AT+WDSC=4,0": ["ERROR"],
	};
	const b = bench({ script: agreeable(refuses) }).connected();
	t.deepEqual(
		b.get((done) => b.services.arm(done)),
		{ armed: true, refused: ["KSREP", "WDSC=4"] },
	);
	t.deepEqual(b.modem.port.sent.slice(-4), ["AT+WDSI=4479", "AT+WDSI=383", "ATE0", "AT+CMEE=1"]);
});

test("an agreement that is refused at first and taken a little later is armed", (t) => {
	let refusals = 2;
	const known = agreeable();
	const b = bench({
		script: (command, count) =>
			command === "AT+WDSC=2,1" && refusals-- > 0 ? ["ERROR"] : known(command, count),
	}).connected();
	t.deepEqual(
		b.get((done) => b.services.arm(done)),
		{ armed: true, refused: [] },
	);
	t.true(b.clock.now() >= 2_000);
});

test("P4: a modem that falls silent ends the arming within a known time", (t) => {
	const b = bench().connected();
	b.modem.silent = true;
	const startMs = b.clock.now();
	const { armed, refused } = b.get<{ armed: boolean; refused: string[] }>((done) => b.services.arm(done));
	t.false(armed);
	t.is(refused.length, HL7800_ARMED.length);
	t.true(b.clock.now() - startMs <= 36_000);
});

test("a second arm begins anew and the first is told that it was superseded", (t) => {
	const b = bench({ latencyMs: 100 }).connected();
	const first: unknown[] = [];
	b.services.arm((result) => first.push(result));
	b.clock.advance(350);
	b.modem.urc("+KSUP: 0");
	const before = b.modem.port.sent.length;
	t.deepEqual(
		b.get((done) => b.services.arm(done)),
		{ armed: true, refused: [] },
	);
	t.deepEqual(first, [{ armed: false, refused: ["superseded"] }]);
	t.deepEqual(b.modem.port.sent.slice(before), ["AT", "AT+CGMM", ...HL7800_ARMED]);
});

test("P8: arming again and again, as a flood of restart signs would, fills no queue", (t) => {
	const b = bench().connected();
	let told = 0;
	for (let i = 0; i < 1_000; i++) b.services.arm(() => told++);
	t.is(told, 0);
	b.clock.advance(1_000);
	t.is(told, 1_000);
	t.is(b.modem.port.sent.length, 1 + HL7800_ARMED.length);
});

test("P8: what a full queue does not take throws nothing, and is told once, a little later, as not answered", (t) => {
	const b = bench().connected();
	b.open();
	b.modem.silent = true;
	for (let i = 0; i < 9; i++) b.services.status(() => {});
	const told: string[] = [];
	const is = (name: string) => (value: unknown) => told.push(`${name} ${JSON.stringify(value)}`);
	b.services.status(is("status"));
	b.services.readAgreements(is("agreements"));
	b.services.closeSession(is("close"));
	b.services.openSession(is("open"));
	b.services.accept("install", (ok, { result, sent }) => told.push(`accept ${ok} ${result} ${sent}`));
	b.services.delay("install", 1440, is("delay"));
	const file = { onStart: () => {}, onBytes: () => {}, onRestart: () => {} };
	b.services.sendFile(10_000, { ...file, done: ({ result, sent }) => told.push(`file ${result} ${sent}`) });
	b.services.sendFile(10_000, { ...file, done: () => told.push("ended") }).end();
	t.deepEqual(told, []);
	b.clock.advance(1_000);
	t.deepEqual(told, [
		"status undefined",
		"agreements undefined",
		"close false",
		"open false",
		"accept false timeout false",
		"delay false",
		"file timeout false",
	]);
	b.services.arm(is("arm"));
	b.services.version(is("version"));
	b.clock.advance(600_000);
	t.is(told.length, 9);
});

test("P8: connecting again and again while the queue is full takes one timer, and ends once the modem answers", (t) => {
	const b = bench().connected();
	b.modem.silent = true;
	for (let i = 0; i < 9; i++) b.services.status(() => {});
	const timers = b.clock.timers;
	const told: (Identity | undefined)[] = [];
	for (let i = 0; i < 40; i++) b.services.connect((identity) => told.push(identity));
	t.is(b.clock.timers, timers + 1);
	b.services.cancelConnect();
	t.is(b.clock.timers, timers);
	b.services.connect((identity) => told.push(identity));
	b.clock.advance(60_000);
	b.modem.silent = false;
	b.clock.advance(120_000);
	t.deepEqual(told, [{ model: "HL7800" }]);
});

test("HL7692 power-on gives its restart signs and its indication, each once", (t) => {
	const b = bench({ script: agreeable(HL7692) }).connected();
	b.modem.urc("+CGREG: 2", "+WDSI: 0", "+CGREG: 3", "+CGREG: 5", "+PBREADY", "+SIM: 1", "+KSUP: 0");
	t.deepEqual(b.log, ["restart WDSI", "indication ready", "restart PBREADY", "restart KSUP"]);
});

test("an echo that comes back is a restart sign, once", (t) => {
	const b = bench({ echo: true }).connected();
	t.deepEqual(b.log, []);
	const known = b.modem.script;
	let echo = false;
	const c = bench({
		script: (command, count) => {
			if (echo) c.modem.transmit(`${command}\r`);
			return known(command, count);
		},
	}).connected();
	c.get((done) => c.services.setEchoOff(done));
	c.get((done) => c.services.status(done));
	t.deepEqual(c.log, []);
	echo = true;
	c.get((done) => c.services.status(done));
	c.get((done) => c.services.status(done));
	t.deepEqual(c.log, ["restart echo"]);
});

test("arming makes the echo a restart sign, and a modem that never stops echoing gives none", (t) => {
	for (const stops of [true, false]) {
		const known = agreeable();
		let echo = true;
		let arms = 0;
		const b = bench(
			{
				script: (command, count) => {
					if (echo) b.clock.setTimeout(() => b.modem.transmit(`${command}\r`), 0);
					if (command === "ATE0" && stops) echo = false;
					return known(command, count);
				},
			},
			{
				// As a guard does.
				onRestart: (sign) => {
					b.log.push(`restart ${sign}`);
					arms++;
					b.services.connect(() => b.services.arm(() => {}));
				},
			},
		);
		b.services.connect(() => b.services.arm(() => {}));
		for (let round = 0; round < 5; round++) {
			b.clock.advance(60_000);
			b.services.readAgreements(() => {});
		}
		b.clock.advance(60_000);
		t.deepEqual(b.log, []);
		echo = true;
		b.services.readAgreements(() => {});
		b.clock.advance(60_000);
		b.services.readAgreements(() => {});
		b.clock.advance(60_000);
		t.deepEqual(b.log, stops ? ["restart echo"] : []);
		t.is(arms, stops ? 1 : 0);
	}
});

test("indications come while commands are out, before and after their OK", (t) => {
	const b = bench({ script: agreeable({ "AT+WDSR=3": ["+WDSI: 9,932424", "OK"] }) }).connected();
	b.open();
	t.true(b.get<boolean>((done) => b.services.accept("download", done)));
	b.modem.urc("+WDSI: 18", "+WDSI: 18,42", '+WDSI: 18,"98%"', "+WDSI: 10");
	t.deepEqual(b.indications, [
		{ kind: "package", sizeBytes: 932424, more: [] },
		{ kind: "progress" },
		{ kind: "progress", percent: 42 },
		{ kind: "progress", percent: 98 },
		{ kind: "downloaded" },
	]);
});

test("P4: a port that goes away tells everybody, then onGone, and later calls too", (t) => {
	const b = bench().connected();
	b.open();
	const results: unknown[] = [];
	b.services.arm((result) => results.push(result));
	b.services.closeSession((ok, { result }) => results.push([ok, result]));
	b.services.connect((identity) => results.push(identity));
	b.services.version((text) => results.push(text));
	b.modem.port.fail("unplugged");
	t.deepEqual(results, []);
	b.clock.advance(10);
	t.is(results.length, 4);
	t.deepEqual(results[1], [false, "gone"]);
	t.deepEqual(b.log, ["gone unplugged"]);
	t.is(
		b.get((done) => b.services.status(done)),
		undefined,
	);
	t.is(
		b.get((done) => b.services.connect(done)),
		undefined,
	);
	t.is(b.get<{ armed: boolean }>((done) => b.services.arm(done)).armed, false);
	t.deepEqual(b.log, ["gone unplugged"]);
});

test("after close calls have no effect, and nothing is called back", (t) => {
	const b = bench().connected();
	b.open();
	const results: string[] = [];
	b.services.status(() => {
		results.push("gone");
		b.services.status(() => results.push("never"));
	});
	b.services.close();
	b.services.close();
	t.deepEqual(results, ["gone"]);
	const never = (): void => {
		results.push("never");
	};
	b.services.connect(never);
	b.services.arm(never);
	b.services.accept("install", never);
	b.services.version(never);
	b.services.setApn("a", never);
	b.modem.urc("+WDSI: 3", "+KSUP: 0");
	b.clock.advance(600_000);
	t.deepEqual(results, ["gone"]);
	t.deepEqual(b.log, []);
	t.is(b.modem.port.closes, 1);
	t.is(b.modem.port.callsAfterClose, 0);
});
