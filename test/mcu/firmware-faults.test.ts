// Requirements: P1, P2, P4, R22
/**
 * Goal: whatever call of main.ts into its board fails, and however, hold is dropped, nothing is accepted from then on, and the
 * next boot is closed; and a set of four is never mixed unsaid. Method: each story once for each of its calls and each fault of the
 * table, in virtual time; a long one for a call from each place in the code, and one of each kind for the other faults.
 * Every fault of the table that tells the caller must have been noticed; the others are told to nobody but a reader.
 */
import test from "ava";
import { CallSites } from "./call-sites.js";
import { loadFirmware } from "./load-firmware.js";

const { FAULTS, STORIES, strike, tell } = await loadFirmware();

/** What is thrown makes a difference in one place only; so of each kind of call the first and the last are enough. */
const SAMPLED = ["throws no Error", "throws undefined"];
const AT_EVERY_SITE = "throws an Error";

function firstAndLast(calls: readonly string[]): number[] {
	const names = [...new Set(calls)];
	const numbers = names.flatMap((name) => [calls.indexOf(name) + 1, calls.lastIndexOf(name) + 1]);
	return [...new Set(numbers)].sort((a, b) => a - b);
}

function numbersOf(fault: string, calls: readonly string[], sites: CallSites, isLong: boolean): number[] {
	if (isLong && fault === AT_EVERY_SITE) return sites.numbers;
	if (isLong) return [...new Set(calls)].map((name) => calls.lastIndexOf(name) + 1);
	return SAMPLED.includes(fault) ? firstAndLast(calls) : calls.map((_, index) => index + 1);
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
