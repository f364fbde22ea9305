// Requirements: P1, P2, P3, P4, R21, R22
/**
 * Goal: hosts/mcu/main.ts does in XS, with everything frozen, what it does in Node, faults included. Method: one bundle,
 * with the names and the preload order of the firmware's manifest, runs in both; logs and results must be equal. In XS every
 * storage, RTC and Serial call of every story throws once; the other faults strike one call of each place in the code. Of the
 * stories of a set of four one call of each kind throws: they are thirty times as long there as in Node.
 *
 * Not run here, for only a platform can show it:
 * - an abort (memory, stack, an exception or a rejection that nobody handles) restarts the MCU: fxAbort ends in c_exit, which
 *   is esp_restart() on ESP32, pico_reboot() on Pico and exit() on Linux (Moddable SDK 8.2.3, xs/platforms). A rejection
 *   aborts when its promise was collected as garbage (fxCheckUnhandledRejections), so it may come late;
 * - a hardware watchdog bites, and the hardware's timeout drops a hold line that is stuck;
 * - the outputs of an MCU in reset are inactive.
 */
import test from "ava";
import { CallSites } from "../mcu/call-sites.js";
import { bundleFirmware, type Firmware, loadFirmware } from "../mcu/load-firmware.js";
import { XsProgram } from "./xs-program.js";
import { XsWorker } from "./xs-worker.js";

const IO = /^(markStore|flashStore|inbox|rtc|serial)\./;
const AT_EVERY_IO = "throws an Error";
const AT_EVERY_SITE = "promises, and rejects";

const node = await loadFirmware();
const source = await bundleFirmware();

async function inXs(use: (program: XsProgram) => Promise<void>): Promise<void> {
	const program = await XsProgram.loadScript(source);
	try {
		await use(program);
	} finally {
		program.close();
	}
}

/** One call of each kind. */
function oneOfEach(calls: readonly string[]): number[] {
	return [...new Set(calls)].map((name) => calls.lastIndexOf(name) + 1);
}

/** In a long story one of each kind, and of one fault. */
function numbersFor(story: string, fault: string, calls: readonly string[], sites: CallSites): number[] {
	if (node.STORIES[story]?.isLong) return fault === AT_EVERY_IO ? oneOfEach(calls) : [];
	if (fault === AT_EVERY_IO) return calls.flatMap((name, index) => (IO.test(name) ? [index + 1] : []));
	return fault === AT_EVERY_SITE ? sites.numbers : oneOfEach(calls);
}

const strikeIn = (program: XsProgram, ...parameters: Parameters<Firmware["strike"]>) =>
	program.evaluate(`exports.strike(...${JSON.stringify(parameters)})`);

for (const story of Object.keys(node.STORIES)) {
	test(`P3, P4: main.ts on XS, as in Node: ${story}`, async (t) => {
		const inNode = node.tell(story).log;
		t.true(inNode.length > 40);
		await inXs(async (program) => {
			t.deepEqual(await program.evaluate(`exports.tell(${JSON.stringify(story)}).log`), inNode);
			t.false(await program.wroteToFlash(), "a buffer that was made while loading was written to");
		});
	});

	test(`P1, P2, P4: calls that fail on XS, as in Node: ${story}`, async (t) => {
		let sites: CallSites | undefined;
		const { calls } = node.tell(story, (board) => {
			sites = new CallSites(board);
		});
		await inXs(async (program) => {
			for (const fault of Object.keys(node.FAULTS)) {
				const numbers = numbersFor(story, fault, calls, sites as CallSites);
				if (numbers.length === 0) continue;
				t.true(numbers.length > 10);
				const results = (await strikeIn(program, story, fault, numbers)) as ReturnType<Firmware["strike"]>;
				t.deepEqual(results, node.strike(story, fault, numbers), fault);
				t.deepEqual(
					results.flatMap(({ broken }) => broken),
					[],
					fault,
				);
				t.log(`${fault}: ${numbers.length} of ${calls.length} calls`);
			}
		});
	});
}

test("P4: on XS a rejection that nobody handles is an abort: this worker's tells it, a device's restarts the MCU", async (t) => {
	const worker = new XsWorker();
	try {
		await worker.evaluate(
			`globalThis.told = []; globalThis.console = { error: (...words) => told.push(words.join(" ")) };`,
		);
		await worker.evaluate(`Promise.reject(new Error("injected")); undefined;`);
		const { text } = await worker.evaluate(`new TextEncoder().encode(told.join()).buffer`);
		t.is(text, "UnhandledPromiseRejectionWarning: Error: injected");
	} finally {
		worker.close();
	}
});
