// Requirements: P8, R28
// Goal: the emulated port behaves as an ECMA-419 Serial whose wire can be pulled out.
import test from "ava";
import { factoryFlash } from "../../hosts/emulator/flash.js";
import { EmulatedModem } from "../../hosts/emulator/modem.js";
import { EmulatedSerial } from "../../hosts/emulator/serial.js";
import { EmulatedServer, TooManyJobsError } from "../../hosts/emulator/server.js";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { Wire, WireError } from "../../hosts/emulator/wire.js";
import type { SerialConstructor } from "../../modules/io/serial.js";
import { asciiFromBytes, bytesFromAscii } from "../../modules/storage/bytes.js";

/** The modules' own type must accept the class as it is. */
const Serial: SerialConstructor<{ wire: Wire }> = EmulatedSerial;

function bench(pieceBytes?: number) {
	const clock = new VirtualClock();
	const wire = new Wire({ clock, ...(pieceBytes ? { pieceBytes } : {}) });
	const modem = new EmulatedModem({
		model: "HL7800",
		clock,
		flash: factoryFlash("HL7800"),
		server: new EmulatedServer({ clock }),
		onTransmit: (bytes) => wire.toHost(bytes),
	});
	wire.attachModem(modem);
	modem.findRunning();
	const calls: string[] = [];
	const open = () =>
		new Serial({
			format: "buffer",
			wire,
			onReadable(bytes) {
				calls.push(`readable ${bytes}`);
			},
			onError: (reason) => calls.push(`error ${reason}`),
		});
	return { clock, wire, modem, calls, open };
}

const text = (bytes: ArrayBuffer | number | undefined) =>
	asciiFromBytes(new Uint8Array(bytes as ArrayBuffer));

test("what is written comes back answered, later and in one read", (t) => {
	const { clock, wire, calls, open } = bench();
	const serial = open();
	serial.write(bytesFromAscii("ATI3\r").buffer);
	t.deepEqual(calls, []);
	t.is(serial.read(), undefined);
	clock.advance(10);
	t.is(text(serial.read()), "ATI3\r\r\nHL7800.4.4.14.0\r\n\r\nOK\r\n");
	t.is(serial.read(), undefined);
	t.is(wire.bytes("to-modem"), 5);
	t.is(wire.bytes("to-host"), 30);
	t.is(wire.traffic[0]?.direction, "to-modem");
});

test("a wire cut in pieces of one byte loses none", (t) => {
	const { clock, calls, open } = bench(1);
	const serial = open();
	serial.write(bytesFromAscii("AT\r").buffer);
	clock.advance(10);
	t.deepEqual(calls, ["readable 3", "readable 9"]);
	t.is(text(serial.read()), "AT\r\r\nOK\r\n");
});

test("a port is closed twice without harm, and then neither reads nor writes nor calls back", (t) => {
	const { clock, calls, open } = bench();
	const serial = open();
	serial.write(bytesFromAscii("AT\r").buffer);
	serial.close();
	serial.close();
	clock.advance(10);
	t.deepEqual(calls, []);
	t.throws(() => serial.write(new ArrayBuffer(1)), { instanceOf: WireError });
	t.throws(() => serial.read(), { instanceOf: WireError });
	t.notThrows(() => open());
});

test("a port is open once, and only while the wire is plugged in", (t) => {
	const { clock, wire, calls, open } = bench();
	const serial = open();
	t.throws(() => open(), { instanceOf: WireError });
	wire.unplug("pulled");
	t.deepEqual(calls, []);
	clock.advance(0);
	t.deepEqual(calls, ["error pulled"]);
	t.throws(() => serial.write(new ArrayBuffer(1)), { instanceOf: WireError });
	t.throws(() => open(), { instanceOf: WireError });
	wire.plug();
	serial.close();
	t.notThrows(() => open());
});

test("P8: a reader that never reads costs bounded memory", (t) => {
	const { clock, wire, open } = bench();
	const serial = open();
	for (let i = 0; i < 100; i++) wire.toHost(new ArrayBuffer(1_000));
	clock.advance(1);
	t.is((serial.read() as ArrayBuffer).byteLength, 65_536);
	t.is((serial as EmulatedSerial).lostBytes, 100_000 - 65_536);
});

test("a format that is not buffer is refused", (t) => {
	const { wire } = bench();
	t.throws(() => new EmulatedSerial({ format: "number" as "buffer", wire, onReadable() {} }), {
		instanceOf: RangeError,
		message: /got number/,
	});
	t.throws(() => new Wire({ clock: new VirtualClock(), pieceBytes: 0 }), { instanceOf: WireError });
});

test("P8: the server takes so many jobs and no more", (t) => {
	const server = new EmulatedServer({ clock: new VirtualClock() });
	for (let i = 0; i < 64; i++) server.addJob({ version: `${i}`, sizeBytes: 1 });
	t.throws(() => server.addJob({ version: "x", sizeBytes: 1 }), { instanceOf: TooManyJobsError });
	server.cancelJobs();
	t.true(server.jobs.every(({ state }) => state === "CANCELLED"));
});
