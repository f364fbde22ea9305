// Requirements: P1, P2, P4, R22
/**
 * Goal: whatever call of main.ts into its board fails, and however, hold is dropped, nothing is accepted from then on, and the
 * next boot is closed; and a set of four is never mixed unsaid. Method: each story, in virtual time, once for a throw
 * at every 24th of its calls and at one from each place in the code; the other faults strike a call from every sixth place
 * in the code, which of a row of such calls makes no difference. A
 * long story has a throw from every third place, and one call of each kind for the other faults, but for two that differ in what is
 * thrown alone, of which one call is left there. In a whole run (test/support/share.ts)
 * of a story that is not long every fault strikes every call. Every fault of the table that tells the caller must have
 * been noticed; the others are told to nobody but a reader.
 */
import test from "ava";
import { orAll, shareOf } from "../support/share.js";
import { CallSites } from "./call-sites.js";
import { loadFirmware } from "./load-firmware.js";

const { FAULTS, STORIES, strike, tell } = await loadFirmware();

/** What is thrown makes a difference in one place only; so of each kind of call the first and the last are enough. */
const SAMPLED = ["throws no Error", "throws undefined"];
/** Of the calls that throw, every so many-th, beside one from each place. */
const CALLS_EVERY = 24;
/** Of the places in the code, where what fails does not throw at once. */
const SITES_EVERY = 6;
/** Of the places in the code, in a story that is long. */
const LONG_SITES_EVERY = 3;
const AT_EVERY_CALL = "throws an Error";

function firstAndLast(calls: readonly string[]): number[] {
	const names = [...new Set(calls)];
	const numbers = names.flatMap((name) => [calls.indexOf(name) + 1, calls.lastIndexOf(name) + 1]);
	return [...new Set(numbers)].sort((a, b) => a - b);
}

function numbersOf(fault: string, calls: readonly string[], sites: CallSites, isLong: boolean): number[] {
	if (isLong && fault === AT_EVERY_CALL) return shareOf(sites.numbers, LONG_SITES_EVERY);
	const oneOfEach = [...new Set(calls)].map((name) => calls.lastIndexOf(name) + 1);
	if (isLong) return [...orAll(SAMPLED.includes(fault) ? oneOfEach.slice(-1) : oneOfEach, oneOfEach)];
	if (SAMPLED.includes(fault)) return firstAndLast(calls);
	const every = calls.map((_, index) => index + 1);
	if (fault !== AT_EVERY_CALL) return [...orAll(shareOf(sites.numbers, SITES_EVERY), every)];
	return [...new Set([...sites.numbers, ...shareOf(every, CALLS_EVERY)])].sort((a, b) => a - b);
}

for (const [story, { isLong = false }] of Object.entries(STORIES)) {
	let sites: CallSites | undefined;
	const { calls } = tell(story, (board) => {
		sites = new CallSites(board);
	});
	for (const [fault, { tells }] of Object.entries(FAULTS))
		test(`P1, P2, P4: ${story}: a call that ${fault}`, (t) => {
			t.true(calls.length > 200);
			const numbers = numbersOf(fault, calls, sites as CallSites, isLong);
			const results = strike(story, fault, numbers);
			const broken = results.flatMap((result, index) => {
				const at = numbers[index] as number;
				return result.broken.map((promise) => `call ${at}, ${calls[at - 1]}: ${promise}`);
			});
			t.deepEqual(broken, []);
			const restarts = results.filter((result) => result.restarts > 0).length;
			const noticed = results.filter((result) => result.noticed).length;
			t.log(`${numbers.length} of ${calls.length} calls, ${noticed} noticed, ${restarts} end in a restart`);
			if (tells) t.is(noticed, numbers.length);
		});
}
