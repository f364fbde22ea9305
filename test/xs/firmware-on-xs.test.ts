// Requirements: P1, P2, P3, P4, R21, R22
/**
 * Goal: hosts/mcu/main.ts does in XS, with everything frozen, what it does in Node, faults included. Method: one bundle,
 * with the names and the preload order of the firmware's manifest, runs in both; logs and results must be equal. In XS a call
 * from every twelfth place in the code throws, and the other faults strike one call of every sixth kind; in an HL7692's story one of
 * every sixth kind throws. Of the stories of a set of four one call throws of every sixth kind that no other story has: they are
 * thirty times as long there as in Node. test/mcu/firmware-faults.test.ts strikes many more in Node. In a whole run (test/support/share.ts) every storage, RTC and
 * Serial call of an HL7800 throws, too, a call from each place rejects, and the other stories have all kinds.
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
import { bundleFirmware, loadFirmware } from "../mcu/load-firmware.js";
import { orAll, shareOf } from "../support/share.js";
import { XsProgram } from "./xs-program.js";
import { XsWorker } from "./xs-worker.js";

const IO = /^(markStore|flashStore|inbox|rtc|serial)\./;
const PLACES_EVERY = 12;
/** Of the kinds of call that another fault strikes, or that a long story has alone. */
const KINDS_EVERY = 6;
const AT_EVERY_SITE = "throws an Error";
const AT_EVERY_SITE_IN_WHOLE = "promises, and rejects";

const node = await loadFirmware();
const source = await bundleFirmware();

/** One machine for every story that nothing goes wrong in: what a story leaves behind must not show in the next. */
let telling: Promise<XsProgram> | undefined;
test.after.always("close the machine of the stories", async () => {
	const program = await telling?.catch(() => undefined);
	program?.close();
});

/** The kinds of call that the short stories have. */
const SHORT_KINDS = new Set(
	Object.entries(node.STORIES).flatMap(([story, { isLong }]) => (isLong ? [] : node.tell(story).calls)),
);

/** One call of each kind. */
function oneOfEach(calls: readonly string[]): number[] {
	return [...new Set(calls)].map((name) => calls.lastIndexOf(name) + 1);
}

/** Which calls are struck. */
function numbersFor(
	story: string,
	fault: string,
	calls: readonly string[],
	sites: CallSites,
): readonly number[] {
	if (node.STORIES[story]?.isLong) {
		if (fault !== AT_EVERY_SITE) return [];
		const all = oneOfEach(calls);
		// The display is a processor as the sensor is.
		const own = all.filter((number) => {
			const name = calls[number - 1] as string;
			return !SHORT_KINDS.has(name) && !name.startsWith("display.");
		});
		return orAll(shareOf(own, KINDS_EVERY), all);
	}
	// An HL7692's update goes through the same code as an HL7800's.
	if (node.STORIES[story]?.model === "HL7692")
		return fault === AT_EVERY_SITE ? shareOf(oneOfEach(calls), KINDS_EVERY) : orAll([], oneOfEach(calls));
	if (fault === AT_EVERY_SITE) {
		const ofIo = calls.flatMap((name, index) => (IO.test(name) ? [index + 1] : []));
		return orAll(shareOf(sites.numbers, PLACES_EVERY), [...new Set([...sites.numbers, ...ofIo])]);
	}
	const kinds = shareOf(oneOfEach(calls), KINDS_EVERY);
	return fault === AT_EVERY_SITE_IN_WHOLE ? orAll(kinds, sites.numbers) : kinds;
}

for (const story of Object.keys(node.STORIES)) {
	test(`P3, P4: main.ts on XS, as in Node: ${story}`, async (t) => {
		const inNode = node.tell(story).log;
		t.true(inNode.length > 40);
		telling ??= XsProgram.loadScript(source);
		const program = await telling;
		t.deepEqual(await program.evaluate(`exports.tell(${JSON.stringify(story)}).log`), inNode);
		t.false(await program.wroteToFlash(), "a buffer that was made while loading was written to");
	});

	test(`P1, P2, P4: calls that fail on XS, as in Node: ${story}`, async (t) => {
		let sites: CallSites | undefined;
		const { calls } = node.tell(story, (board) => {
			sites = new CallSites(board);
		});
		const program = await XsProgram.loadScript(source);
		try {
			await program.run(`harness.keep("before", exports.before(${JSON.stringify(story)}))`);
			const before = node.before(story);
			for (const fault of Object.keys(node.FAULTS)) {
				const numbers = numbersFor(story, fault, calls, sites as CallSites);
				if (numbers.length === 0) continue;
				const waiting = program.evaluate(
					`exports.strike(${JSON.stringify(story)}, ${JSON.stringify(fault)}, ${JSON.stringify(numbers)}, harness.kept("before"))`,
				);
				// Both engines work at the same time.
				const own = node.strike(story, fault, numbers, before);
				const results = (await waiting) as typeof own;
				t.deepEqual(results, own, fault);
				t.deepEqual(
					results.flatMap(({ broken }) => broken),
					[],
					fault,
				);
				t.log(`${fault}: ${numbers.length} of ${calls.length} calls`);
			}
		} finally {
			program.close();
		}
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
