import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Measured } from "./measure.js";

/** What a file in test/scenarios exports. It may import modules/, hosts/emulator/ and test/support/, and nothing of Node. */
export interface ScenarioExports {
	/** By name, a pure function that gives its log as lines, at least one. */
	scenarios: Record<string, () => string[]>;
	/** Stories to meter, where the file has any. */
	measured?: Measured;
}

export interface ScenarioFile {
	name: string;
	/** The compiled file. */
	entry: string;
	exports: ScenarioExports;
}

const here = path.dirname(fileURLToPath(import.meta.url));
const sources = path.join(here, "../../../test/scenarios");
const compiled = path.join(here, "../scenarios");

/** Every file of test/scenarios, loaded. The sources are listed, for a deleted one leaves its compiled file behind. */
export async function scenarioFiles(): Promise<ScenarioFile[]> {
	const names = readdirSync(sources)
		.filter((file) => file.endsWith(".ts"))
		.map((file) => file.slice(0, -".ts".length))
		.sort();
	return await Promise.all(
		names.map(async (name) => {
			const entry = path.join(compiled, `${name}.js`);
			return { name, entry, exports: (await import(pathToFileURL(entry).href)) as ScenarioExports };
		}),
	);
}
