// Requirements: P8, R21
// Goal: the memory of a local update does not depend on the image (P8). Method: 1 MB and 16 MB go through the driver in the
// XS engine; slots are metered. Chunks, which hold strings and buffers, are not, so the machine is filled with ballast
// until little room is left: what would keep an image's bytes makes it grow, as the control shows.
import path from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { measure } from "../xs/measure.js";
import { XsProgram } from "../xs/xs-program.js";

const entry = path.join(path.dirname(fileURLToPath(import.meta.url)), "../scenarios/xmodem.js");
const SMALL = "a local update of 1 MB";
const BIG = "a local update of 16 MB";
/** What a transfer may keep while it runs: the sender, the element, one frame, timers. Just above what was measured. */
const SLOTS_MAX = 275;
/** What is left of the worker's 32 MiB of chunks. */
const ROOM_BYTES = 262_144;
const CHUNKS_BYTES = 32 * 1_048_576;

test("P8: an image of 16 MB takes no slot more than one of 1 MB, and its bytes cost as much", async (t) => {
	const [small, big] = await Promise.all([measure(entry, SMALL), measure(entry, BIG)]);
	const step = (story: typeof small, name: string) => {
		const found = story.steps.find((each) => each.step === name);
		if (!found) throw new Error(`Expected a step named ${name}`);
		return found;
	};
	for (const story of [small, big]) {
		t.true(step(story, "start").slotsKept <= SLOTS_MAX, `${step(story, "start").slotsKept} slots`);
		t.is(step(story, "the first 64 KB").slotsKept, 0);
		t.is(step(story, "the rest").slotsKept, 0);
	}
	t.is(step(big, "start").slotsKept, step(small, "start").slotsKept);
	const perByte = [
		step(small, "the rest").computrons / 983_040,
		step(big, "the rest").computrons / 16_711_680,
	];
	t.log(`${step(big, "start").slotsKept} slots, ${perByte.map((cost) => cost.toFixed(1))} computrons a byte`);
	t.true(Math.abs((perByte[0] as number) - (perByte[1] as number)) < 0.5);
});

/** How much the machine grows in a story when it has little room. */
async function growth(stepsOf: string): Promise<number> {
	const program = await XsProgram.load(entry);
	try {
		const empty = await program.run("harness.collect()");
		await program.run(`harness.keep("ballast", new Uint8Array(${CHUNKS_BYTES - ROOM_BYTES}))`);
		await program.run(`harness.keep("steps", ${stepsOf})`);
		const before = await program.run("harness.collect()");
		if (before.allocatedBytes !== empty.allocatedBytes)
			throw new Error("Expected room for the ballast, got none");
		let after = before;
		for (const step of (await program.evaluate(`Object.keys(harness.kept("steps"))`)) as string[])
			after = await program.run(`harness.kept("steps")[${JSON.stringify(step)}]()`);
		return after.allocatedBytes - before.allocatedBytes;
	} finally {
		program.close();
	}
}

test("P8: an image of 16 MB goes through a machine that has 256 KB of room, and it does not grow", async (t) => {
	t.is(await growth(`exports.measured[${JSON.stringify(BIG)}]()`), 0);
});

test("a machine that keeps two megabytes of blocks does grow", async (t) => {
	const keeping = `{ keep() {
		const kept = [];
		for (let i = 0; i < 2_048; i++) kept.push(new Uint8Array(1_024));
		harness.keep("kept", kept);
	} }`;
	t.true((await growth(keeping)) > 0);
});
