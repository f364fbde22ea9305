/** Runs the mutants of the quick share against every test that it has, and writes down what found them: `npm run mutants`. */
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { MultiBar } from "cli-progress";
import { SURVIVORS } from "../survivors.js";
import { FOUND_BY, textOf } from "./found-by.js";
import { type MutantResult, mutantIds, runMutants } from "./run-mutants.js";

const FILE = fileURLToPath(new URL("../../../../test/statechart/mutants/found-by-data.ts", import.meta.url));

/** Only those that nothing is known of, unless `--all` asks for every one. */
const isAll = process.argv.includes("--all");
const ids = mutantIds(true);
const asked = ids.filter((id) => isAll || !(FOUND_BY.has(id) || id in SURVIVORS));
const processes = Math.max(1, Math.min(availableParallelism(), asked.length));
const bars = new MultiBar({ format: "{bar} {value} of {total}", hideCursor: true });
const runs = await Promise.all(
	Array.from({ length: processes }, (_, i) => {
		const own = asked.filter((_, at) => at % processes === i);
		const bar = bars.create(own.length, 0);
		return runMutants({ quick: true, ids: own, foundBy: FOUND_BY, onProgress: (done) => bar.update(done) });
	}),
);
bars.stop();
const results = new Map<string, MutantResult>();
for (const id of ids) {
	const by = FOUND_BY.get(id);
	if (by !== undefined) results.set(id, { id, by });
}
for (const { results: own } of runs) for (const result of own) results.set(result.id, result);
writeFileSync(FILE, textOf([...results.values()]));
const unfound = [...results.values()].filter(({ by }) => by === "");
for (const { id } of unfound) console.log(`${id in SURVIVORS ? "known" : "NOT KNOWN"}: nothing finds ${id}`);
for (const id of Object.keys(SURVIVORS))
	if (!ids.includes(id)) console.log(`there is no mutant ${id} any more`);
console.log(`${results.size - unfound.length} of ${ids.length} are found`);
