// Requirements: R11
/** The element on a real serial device of the system, with the emulated processor behind it, in real time. */
import test from "ava";
import { EmulatedProcessor } from "../../hosts/emulator/processor.js";
import { processorFlash } from "../../hosts/emulator/processor-flash.js";
import { NodeSerial } from "../../hosts/node/node-serial.js";
import { PseudoTerminal } from "../../hosts/node/pseudo-terminal.js";
import { SystemClock } from "../../hosts/node/system-clock.js";
import type { ElementDone } from "../../modules/elements/element.js";
import type { ElementError } from "../../modules/elements/element-error.js";
import { SmpProcessor } from "../../modules/elements/smp-processor.js";
import { NEW, NEW_IMAGE, OLD, OLD_IMAGE } from "./processor-bench.js";

test("an update and back over a pseudo-terminal", async (t) => {
	const clock = new SystemClock();
	const flash = processorFlash(OLD_IMAGE);
	const terminal = new PseudoTerminal({ onBytes: (bytes) => processor.receive(bytes) });
	const processor = new EmulatedProcessor({
		clock,
		flash,
		behaviour: { bootMs: 20, swapMs: 100, eraseMs: 20, noise: "log" },
		onTransmit: (bytes) => terminal.write(bytes),
	});
	const port = { device: terminal.path, baud: 115_200, flowControl: "none" };
	const element = new SmpProcessor({ name: "sensor", clock, serial: { io: NodeSerial as never, ...port } });
	t.teardown(() => {
		element.close();
		processor.powerOff();
		terminal.close();
	});
	const end = (verb: (done: ElementDone) => void): Promise<ElementError | undefined> =>
		new Promise((resolve) => verb(resolve));
	processor.powerOn();

	t.is(await end((done) => element.start(NEW, (error) => done(error))), undefined);
	for (let at = 0; at < NEW_IMAGE.length; at += element.blockBytes)
		t.is(
			await end((done) => element.write(at, NEW_IMAGE.subarray(at, at + element.blockBytes), done)),
			undefined,
		);
	t.is(await end((done) => element.finish(done)), undefined);
	t.is(await end((done) => element.install(NEW, done)), undefined);
	t.is(processor.version, "1.1.0");
	t.false(flash.confirmed);
	t.is(await end((done) => element.reject(OLD, done)), undefined);
	t.is(processor.version, "1.0.0");
	t.true(flash.confirmed);
});
