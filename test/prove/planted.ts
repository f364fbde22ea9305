import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PLANTS, type Plant } from "./plants.js";

const ROOT = resolve(import.meta.dirname, "../../..");
const BUILT = ["modules", "hosts", "test"] as const;

/** A fault that does not fit into what was built: nothing was planted. */
export class PlantError extends Error {
	override name = "PlantError";
}

/** The text with the fault in it. Throws PlantError unless there is exactly one place for each change. */
export function planted(source: string, { name, file }: Plant, find: string, replace: string): string {
	const places = source.split(find).length - 1;
	if (places !== 1)
		throw new PlantError(`Expected one place for ${name} in ${file}, got ${places}: ${JSON.stringify(find)}`);
	return source.replace(find, () => replace);
}

/** A copy of all that was built; the folder is the caller's to delete. */
export function copyOfBuilt(): string {
	const folder = mkdtempSync(join(tmpdir(), "update-window-plant-"));
	for (const part of BUILT)
		cpSync(join(ROOT, "dist", part), join(folder, "dist", part), {
			recursive: true,
			filter: (path) => !/\.(d\.ts|map|tsbuildinfo)$/.test(path),
		});
	cpSync(join(ROOT, "package.json"), join(folder, "package.json"));
	symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
	return folder;
}

/** Puts one fault into a copy, and gives what takes it out again. Throws PlantError. */
export function plantIn(folder: string, plant: Plant): () => void {
	const path = join(folder, "dist", plant.file);
	const sound = readFileSync(path, "utf8");
	let source = sound;
	for (const [find, replace] of plant.changes) source = planted(source, plant, find, replace);
	writeFileSync(path, source);
	return () => writeFileSync(path, sound);
}

/** Proves a copy with the fault in it, with the same arguments; gives its exit status. A seed replays with `--plant` as well. */
export async function runPlanted(name: string, args: readonly string[]): Promise<number> {
	const plant = PLANTS.find((each) => each.name === name) as Plant;
	const folder = copyOfBuilt();
	try {
		plantIn(folder, plant);
		const others = args.filter(
			(arg, i) => arg !== "--plant" && args[i - 1] !== "--plant" && !arg.startsWith("--plant="),
		);
		const child = spawn(
			process.execPath,
			[join(folder, "dist/test/prove/main.js"), ...others, ...(args.includes("--bail") ? [] : ["--bail"])],
			{
				stdio: "inherit",
				env: { ...process.env, UPDATE_WINDOW_PLANT: name },
			},
		);
		return await new Promise((done, failed) => {
			child.once("error", failed);
			child.once("exit", (status) => done(status ?? 1));
		});
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
