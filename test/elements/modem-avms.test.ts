// Requirements: R7, R10
/** The element against the emulated modem: one activity at a time, and what was cancelled is silent. */
import test from "ava";
import type { Behaviour } from "../../hosts/emulator/behaviour.js";
import { factoryFlash } from "../../hosts/emulator/flash.js";
import { EmulatedModem } from "../../hosts/emulator/modem.js";
import { EmulatedSerial } from "../../hosts/emulator/serial.js";
import { EmulatedServer } from "../../hosts/emulator/server.js";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { Wire } from "../../hosts/emulator/wire.js";
import { type Inspection, ModemAvms } from "../../modules/elements/modem-avms.js";
import { DeviceServices } from "../../modules/modem/device-services.js";
import { VERSIONS } from "../support/orders.js";

type Model = "HL7692" | "HL7800";

function connect(model: Model, behaviour: Partial<Behaviour> = {}) {
	const clock = new VirtualClock();
	const server = new EmulatedServer({ clock });
	const wire = new Wire({ clock });
	const flash = factoryFlash(model, VERSIONS[model][0]);
	const modem = new EmulatedModem({
		model,
		clock,
		flash,
		server,
		behaviour,
		onTransmit: (bytes) => wire.toHost(bytes),
	});
	wire.attachModem(modem);
	const sent: string[] = [];
	const services = new DeviceServices({
		serial: { io: EmulatedSerial as never, wire },
		clock,
		family: "auto",
		permit: () => true,
		onIndication: () => {},
		onRestart: () => {},
		onGone: () => {},
		onTraffic: (direction, line) => direction === "sent" && sent.push(line),
	});
	const element = new ModemAvms({ services, clock, probeEveryMs: 5_000 });
	return { clock, server, wire, flash, modem, services, element, sent };
}

for (const model of ["HL7692", "HL7800"] as const) {
	test(`an ${model} is armed before it is read, and read whole`, (t) => {
		const { clock, modem, element, sent, flash } = connect(model);
		const seen: Inspection[] = [];
		modem.powerOn();
		element.inspect((inspection) => seen.push(inspection));
		clock.advance(30_000);
		t.is(seen.length, 1);
		t.like(seen[0], { model, version: VERSIONS[model][0], armed: true });
		t.true(flash.agreements.install);
		t.true(sent.indexOf("AT+WDSC=2,1") < sent.lastIndexOf("AT+CGMR"));
	});

	test(`an ${model}'s inspection that was cancelled or replaced says nothing, at whatever moment`, (t) => {
		for (let atMs = 0; atMs < 16_000; atMs += 50) {
			const { clock, modem, element } = connect(model);
			let [first, second] = [0, 0];
			modem.powerOn();
			element.inspect(() => first++);
			clock.advance(atMs);
			const before = first;
			element.inspect(() => second++);
			clock.advance(40_000);
			t.is(first, before, `replaced at ${atMs} ms`);
			t.is(second, 1, `replaced at ${atMs} ms`);
			element.cancel();
			element.cancel();
		}
	});

	test(`an ${model} that is asked to install without a package refuses, and that is told from no answer`, (t) => {
		const { clock, modem, element, sent } = connect(model);
		const results: boolean[] = [];
		modem.powerOn();
		clock.advance(30_000);
		element.acceptInstall((isTaken) => results.push(isTaken));
		clock.advance(60_000);
		t.deepEqual(results, [false]);
		t.is(sent.filter((line) => line === "AT+WDSR=4").length, 3);
		modem.powerOff();
		element.acceptInstall((isTaken) => results.push(isTaken));
		clock.advance(10 * 60_000);
		// It may have taken it without a word, and is not asked twice.
		t.deepEqual(results, [false, true]);
		t.is(sent.filter((line) => line === "AT+WDSR=4").length, 4);
	});

	test(`an ${model}'s session that it is not ready for is opened as soon as it is, unless cancelled`, (t) => {
		for (const isCancelled of [false, true]) {
			const { clock, modem, element, server } = connect(model);
			let opened = 0;
			modem.powerOn();
			element.openSession(() => opened++);
			if (isCancelled) element.cancel();
			clock.advance(2 * 60_000);
			t.is(opened, isCancelled ? 0 : 1);
			t.is(server.sessions > 0, !isCancelled);
		}
	});

	test(`an ${model} that falls silent and answers again has restarted, and that is told once`, (t) => {
		const { clock, modem, element } = connect(model);
		let restarts = 0;
		const versions: string[] = [];
		modem.powerOn();
		clock.advance(30_000);
		element.watch({ onVersion: (version) => versions.push(version), onRestart: () => restarts++ });
		clock.advance(20_000);
		t.true(versions.length >= 2);
		t.is(restarts, 0);
		modem.powerOff();
		clock.advance(5 * 60_000);
		modem.powerOn();
		clock.advance(60_000);
		t.is(restarts, 1);
	});
}
