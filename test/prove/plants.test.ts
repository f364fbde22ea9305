// Requirements: R30
/**
 * The search finds what it is there for. Method: each fault is put into a copy of what was built, which is searched in the one
 * world that provokes it; all worlds are `npm run prove -- --quick --plant NAME`. Ten have to be found; the others are planted in a
 * whole run alone (test/support/share.ts).
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { orAll } from "../support/share.js";
import { copyOfBuilt, planted, plantIn } from "./planted.js";
import { PLANTS } from "./plants.js";

const NAMES = [
	"accept-when-closed",
	"mark-after-decision",
	"no-size-check",
	"no-read-back",
	"deadline-ignored",
	"late-answer-taken",
	"torn-slot-believed",
	"accept-before-journal",
	"session-left-open",
	"replay-accepted",
];

/** One for all faults, of which there is one at a time. */
let folder: string | undefined;
test.after.always("delete the copy", () => {
	if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

test.serial("every fault that has to be found can be planted, and so can the others", (t) => {
	const names = PLANTS.map(({ name }) => name);
	t.deepEqual(
		NAMES.filter((name) => !names.includes(name)),
		[],
	);
	t.is(new Set(names).size, names.length);
	folder ??= copyOfBuilt();
	for (const plant of PLANTS) plantIn(folder, plant)();
});

test("a fault that fits nowhere, or in two places, is an error", (t) => {
	const [plant] = PLANTS;
	if (!plant) return t.fail();
	t.is(planted("a b c", plant, "b", "$&"), "a $& c");
	t.throws(() => planted("a c", plant, "b", "x"), { name: "PlantError", message: /got 0/ });
	t.throws(() => planted("b b", plant, "b", "x"), { name: "PlantError", message: /got 2/ });
});

for (const plant of orAll(
	PLANTS.filter(({ name }) => NAMES.includes(name)),
	PLANTS,
))
	test.serial(
		`${plant.promises.join(", ")}: the fault ${plant.name} is found, with a seed that shows it again`,
		(t) => {
			folder ??= copyOfBuilt();
			const takeOut = plantIn(folder, plant);
			try {
				const main = join(folder, "dist/test/prove/main.js");
				const prove = (...args: string[]) =>
					spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
				const found = prove("--quick", "--bail", "--part", "power-cuts", "--focus", plant.world);
				t.is(found.status, 1, found.stderr);
				const [, promise = "", seed = ""] = /^(P\d) is broken: .*\n.*--seed (\S+)$/m.exec(found.stdout) ?? [];
				t.true(plant.promises.includes(promise), found.stdout);
				const again = prove("--seed", seed);
				t.is(again.status, 1, again.stderr);
				t.true(again.stdout.includes(`!! ${promise} is broken`), again.stdout.slice(-2_000));
			} finally {
				takeOut();
			}
		},
	);
