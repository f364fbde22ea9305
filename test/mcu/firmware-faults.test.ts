/**
 * Goal: whatever call of main.ts into its board fails, and however, hold is dropped, nothing is accepted from then on, and the
 * next boot is closed. Method: each story once for each of its calls and each fault of the table, in virtual time.
 * Every fault of the table that tells the caller must have been noticed; the others are told to nobody but a reader.
 */
import test from "ava";
import { loadFirmware } from "./load-firmware.js";

const { FAULTS, STORIES, strike, tell } = await loadFirmware();

/** What is thrown makes a difference in one place only; so of each kind of call the first and the last are enough. */
const SAMPLED = ["throws no Error", "throws undefined"];

function firstAndLast(calls: readonly string[]): number[] {
	const names = [...new Set(calls)];
	const numbers = names.flatMap((name) => [calls.indexOf(name) + 1, calls.lastIndexOf(name) + 1]);
	return [...new Set(numbers)].sort((a, b) => a - b);
}

for (const story of Object.keys(STORIES)) {
	const { calls } = tell(story);
	for (const [fault, { tells }] of Object.entries(FAULTS))
		test(`P1, P2, P4: ${story}: a call that ${fault}`, (t) => {
			t.true(calls.length > 200);
			const numbers = SAMPLED.includes(fault) ? firstAndLast(calls) : calls.map((_, index) => index + 1);
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
