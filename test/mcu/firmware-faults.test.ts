/**
 * Goal: whatever call of main.ts into its board fails, and however, hold is dropped, nothing is accepted from then on, and the
 * next boot is closed. Method: each story once for each of its calls and each fault of the table, in virtual time.
 * Every fault of the table that tells the caller must have been noticed; the others are told to nobody but a reader.
 */
import test from "ava";
import { loadFirmware } from "./load-firmware.js";

const { FAULTS, STORIES, strike, tell } = await loadFirmware();

for (const story of Object.keys(STORIES)) {
	const { calls } = tell(story);
	for (const [fault, { tells }] of Object.entries(FAULTS))
		test(`P1, P2, P4: ${story}: a call that ${fault}`, (t) => {
			t.true(calls.length > 200);
			const results = strike(
				story,
				fault,
				calls.map((_, index) => index + 1),
			);
			const broken = results.flatMap((result, index) =>
				result.broken.map((promise) => `call ${index + 1}, ${calls[index]}: ${promise}`),
			);
			t.deepEqual(broken, []);
			const restarts = results.filter((result) => result.restarts > 0).length;
			const noticed = results.filter((result) => result.noticed).length;
			t.log(`${calls.length} calls, ${noticed} noticed, ${restarts} end in a restart`);
			if (tells) t.is(noticed, calls.length);
		});
}
