// Requirements: R7, R22
/**
 * Goal: a modem on a port without hardware flow control is told once to do without, and only where that is needed.
 * Method: a modem of a few lines that keeps a table of answers, and the emulated one over restarts, in virtual time.
 */
import test from "ava";
import { factoryFlash } from "../../hosts/emulator/flash.js";
import { EmulatedModem } from "../../hosts/emulator/modem.js";
import { EmulatedSerial } from "../../hosts/emulator/serial.js";
import { EmulatedServer } from "../../hosts/emulator/server.js";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { Wire } from "../../hosts/emulator/wire.js";
import { DeviceServices, type DeviceServicesOptions } from "../../modules/modem/device-services.js";
import { hl7800, ScriptedModem } from "../at/scripted-modem.js";

const BOOT_MS = 30_000;
const EVERYTHING_MS = 300_000;

const profileLine = (flow: string, echo = "E1"): string[] => [
	"ACTIVE PROFILE",
	`${echo} Q0 V1 X4 &C1 &D1 &R1 &S0 +IFC=2,2 ${flow} +IPR=115200 +FCLASS0`,
	"OK",
];

type Answers = Readonly<Record<string, readonly string[] | undefined>>;

/** What an arming sends that has to do with flow control or the echo, and what it could not set. */
function sentBy(answers: Answers, options: Partial<DeviceServicesOptions> = { flowControl: "none" }) {
	const clock = new VirtualClock();
	const known = hl7800(answers);
	const script = (command: string, count: number): readonly string[] | undefined =>
		command in answers || !known(command, count)?.includes("ERROR") ? known(command, count) : ["OK"];
	const modem = new ScriptedModem({ clock, script });
	const services = new DeviceServices({
		serial: modem.port.serial,
		clock,
		family: "auto",
		permit: () => false,
		onIndication: () => {},
		onRestart: () => {},
		onGone: () => {},
		...options,
	});
	let result: { armed: boolean; refused: string[] } | undefined;
	services.connect(() =>
		services.arm((armed) => {
			result = armed;
		}),
	);
	clock.runUntil(() => result !== undefined, EVERYTHING_MS);
	const settings = modem.port.sent.filter((command) => /&|ATE|WDSC/.test(command));
	return { ...result, sent: settings.filter((command) => !command.includes("WDSC")), settings };
}

test("flow control that is on is switched off and saved, after the agreements and while the echo is still on", (t) => {
	const { armed, refused, sent, settings } = sentBy({ "AT&V": profileLine("&K3") });
	t.true(armed);
	t.deepEqual(refused, []);
	t.deepEqual(sent, ["AT&V", "AT&K0", "AT&W", "ATE0"]);
	t.true(settings.indexOf("AT&V") > settings.indexOf("AT+WDSC=6,1"));
});

test("flow control that is off is left alone, so that no boot wears the modem's flash", (t) => {
	t.deepEqual(sentBy({ "AT&V": profileLine("&K0") }).sent, ["AT&V", "ATE0"]);
});

test("a profile in which the echo is off is not saved", (t) => {
	t.deepEqual(sentBy({ "AT&V": profileLine("&K3", "E0") }).sent, ["AT&V", "AT&K0", "ATE0"]);
});

test("a modem that does not tell its profile, or refuses, is armed all the same", (t) => {
	t.like(sentBy({ "AT&V": ["OK"] }), { armed: true, refused: [], sent: ["AT&V", "ATE0"] });
	t.like(sentBy({ "AT&V": ["ERROR"] }), { armed: true, refused: ["&V"] });
	const refuses = sentBy({ "AT&V": profileLine("&K3"), "AT&K0": ["ERROR"] });
	t.like(refuses, { armed: true, refused: ["&K0"] });
	t.false(refuses.sent.includes("AT&W"), "there is nothing new to save");
});

test("nothing is asked on a port that has flow control, and nothing of an HL7692", (t) => {
	const answers = { "AT&V": profileLine("&K3") };
	t.deepEqual(sentBy(answers, {}).sent, ["ATE0"]);
	t.deepEqual(sentBy(answers, { flowControl: "as-it-is" }).sent, ["ATE0"]);
	t.deepEqual(sentBy({ ...answers, "AT+CGMM": ["HL7692", "OK"] }).sent, ["ATE0"]);
});

test("the emulated HL7800 keeps it: the second boot asks and saves nothing, and its echo shows a restart as before", (t) => {
	const clock = new VirtualClock();
	const wire = new Wire({ clock });
	const flash = factoryFlash("HL7800");
	for (const expected of [["AT&V", "AT&K0", "AT&W"], ["AT&V"]]) {
		const modem = new EmulatedModem({
			model: "HL7800",
			clock,
			flash,
			server: new EmulatedServer({ clock }),
			onTransmit: (bytes) => wire.toHost(bytes),
		});
		wire.attachModem(modem);
		modem.powerOn();
		const sent: string[] = [];
		let armed = false;
		const services = new DeviceServices({
			serial: { io: EmulatedSerial as never, wire },
			clock,
			family: "auto",
			flowControl: "none",
			permit: () => false,
			onIndication: () => {},
			onRestart: () => {},
			onGone: () => {},
			onTraffic: (direction, line) => {
				if (direction === "sent" && line.startsWith("AT&")) sent.push(line);
			},
		});
		clock.advance(BOOT_MS);
		services.connect(() => services.arm((result) => ({ armed } = result)));
		t.true(clock.runUntil(() => armed, EVERYTHING_MS));
		t.deepEqual(sent, expected);
		t.deepEqual(flash.profile, { echo: true, errors: 0, flow: 0 });
		services.close();
		modem.powerOff();
	}
});
