// Requirements: P4, P7, P8, R5
/**
 * P7: stories by chance of updates whose power is cut up to three times; `stories.ts` says how, and tells more of them. What they
 * have beside the stories of test/power-cuts are two processors, and odd ones: 40 here, in a whole run 400 (test/support/share.ts).
 */
import test from "ava";
import { timesOf } from "../support/share.js";
import { tellStory } from "./stories.js";

const FIRST_SEED = 20_261_123;
const STORIES = timesOf(40, 400);
const PARTS = 2;

for (let part = 0; part < PARTS; part++)
	test(`P4, P7, P8: stories by chance leave a set old or new, or say that it is neither: part ${part + 1}`, (t) => {
		const sides = new Set<string>();
		for (let i = part; i < STORIES; i += PARTS) {
			const { faults, told, side } = tellStory(FIRST_SEED + i);
			t.deepEqual(faults, [], `seed ${FIRST_SEED + i}: ${told.join("; ")}`);
			sides.add(side);
		}
		t.true(sides.has("old") && sides.has("new"), [...sides].join());
	});
