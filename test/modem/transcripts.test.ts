// Requirements: R7, R8
// Goal: what was logged from real modems is understood as it was meant.
// Method: the transcripts of section 6 of the reference, replayed.
import test from "ava";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { DeviceServices } from "../../modules/modem/device-services.js";
import { hl7800, ScriptedModem } from "../at/scripted-modem.js";

interface Transcript {
	title: string;
	/** Command to answer; what follows its final result is unsolicited. */
	wire: Readonly<Record<string, readonly string[]>>;
	run(services: DeviceServices, log: (what: unknown) => void): void;
	log: readonly unknown[];
}

const TRANSCRIPTS: readonly Transcript[] = [
	{
		title: "session check (1)",
		wire: {
			"AT+CGSN": ["350000000000006", "OK"],
			"AT+KGSN=3": ["+KGSN: HE000000000000", "OK"],
			"AT+WDSS=1,1": ["OK", "+WDSI: 4", "+WDSI: 6", "+WDSI: 8"],
			"AT+WDSE": ["+WDSE: 200", "OK"],
		},
		run: (services, log) => {
			services.imei(log);
			services.factorySerial(log);
			services.openSession((ok) => log(ok));
			services.lastHttpStatus(log);
		},
		log: [
			"350000000000006",
			"HE000000000000",
			true,
			"authenticating",
			"session-started",
			"session-ended",
			200,
		],
	},
	{
		title: "session refused (1)",
		wire: { "AT+WDSS=1,1": ["OK", "+WDSI: 4", "+WDSI: 7"] },
		run: (services, log) => services.openSession((ok) => log(ok)),
		log: [true, "authenticating", "session-refused"],
	},
	{
		title: "HL7692 identity (2)",
		wire: { "AT+CGMM": ["HL7692", "OK"], "AT+KGSN=3": ["+KGSN: VE000000000000", "OK"] },
		run: (services, log) => {
			services.factorySerial(log);
			services.model(log);
		},
		log: ["VE000000000000", "HL7692"],
	},
	{
		title: "HL7800 old firmware (6)",
		wire: { "AT+CGMR": ["ERROR"], ATI3: ["BHL7800.3.5.1.1.20190720", "OK"] },
		run: (services, log) => services.version(log),
		log: ["BHL7800.3.5.1.1.20190720"],
	},
	{
		title: "status (7)",
		wire: { "AT+WDSG": ["+WDSG: 0,3", "+WDSG: 1,0", "OK"] },
		run: (services, log) => services.status(log),
		log: [{ services: 3, activity: 0 }],
	},
	{
		title: "bad authentication, and delays that are taken and not taken (8)",
		wire: {
			"AT+WDSS=1,1": ["OK", "+WDSI: 4", "+WDSI: 5"],
			"AT+WDSR=5,10": ["OK", "+WDSI: 3"],
			"AT+WDSR=2,10": ["+CME ERROR: 3"],
		},
		run: (services, log) => {
			services.openSession((ok) => log(ok));
			services.delay("install", 10, (ok) => log(ok));
			services.delay("download", 10, (ok, { cmeError }) => log([ok, cmeError]));
		},
		log: [true, "authenticating", "authentication-failed", true, "request", [false, 3]],
	},
	{
		title: "debug text, NULs and NVBU_IND during an install (11)",
		wire: { "AT+WDSR=4": ["OK", "+WDSI: 14", "\0\0\0\0swu_start: 0", "+NVBU_IND: 1", "+WDSI: 16"] },
		run: (services, log) => services.accept("install", (ok) => log(ok)),
		log: [true, "installing", "installed"],
	},
];

for (const { title, wire, run, log: expected } of TRANSCRIPTS)
	for (const echo of [false, true])
		for (const chunkBytes of [1, 1000])
			test(`transcript: ${title}, echo ${echo}, chunks of ${chunkBytes}`, (t) => {
				const clock = new VirtualClock();
				const log: unknown[] = [];
				const modem = new ScriptedModem({ clock, script: hl7800(wire), echo, chunkBytes });
				const services = new DeviceServices({
					serial: modem.port.serial,
					clock,
					family: "auto",
					permit: () => true,
					onIndication: ({ kind }) => log.push(kind),
					onRestart: (sign) => log.push(sign),
					onGone: () => t.fail(),
				});
				run(services, (what) => log.push(what));
				clock.advance(60_000);
				t.deepEqual(log, expected);
			});

test("session commands have the reference's exact lines (9)", (t) => {
	const clock = new VirtualClock();
	const modem = new ScriptedModem({
		clock,
		script: hl7800({ "AT+WDSS=1,0": ["OK", "+WDSI: 8"], "AT+WDSS=2,1": ["OK"] }),
	});
	const log: unknown[] = [];
	const services = new DeviceServices({
		serial: modem.port.serial,
		clock,
		family: "HL7800",
		permit: () => false,
		onIndication: ({ kind }) => log.push(kind),
		onRestart: () => t.fail(),
		onGone: () => t.fail(),
	});
	services.setContext((ok) => log.push(ok));
	services.closeSession((ok) => log.push(ok));
	clock.advance(60_000);
	t.deepEqual(log.sort(), ["session-ended", true, true].sort());
});
