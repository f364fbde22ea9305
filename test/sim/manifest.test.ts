// Requirements: R23
/**
 * The simulator's manifest names modules by their paths in the repository, so that relative imports lead from one to
 * the other on XS as they do in Node; the top-level one names them `update-window/...`. So the one cannot include the
 * other, and what both say must be the same.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "ava";
import { importsOf, parseSource, REPOSITORY } from "../rules/source-file.js";

interface Manifest {
	creation: { stack: number };
	modules: Record<string, string | string[]>;
	preload: string[];
}

function readManifest(folder: string): Manifest {
	return JSON.parse(readFileSync(path.join(REPOSITORY, folder, "manifest.json"), "utf8")) as Manifest;
}

/** Sources by module name, as paths in the repository. */
function sourcesOf(folder: string): Map<string, string[]> {
	const entries = Object.entries(readManifest(folder).modules);
	return new Map(
		entries.map(([name, sources]) => [
			name,
			[sources].flat().map((source) => path.posix.normalize(path.posix.join(folder, source))),
		]),
	);
}

const sim = sourcesOf("hosts/sim");
const folders = [...sim]
	.filter(([name]) => name.includes("/*") && !name.startsWith("@"))
	.map(([name]) => name.slice(0, -2));

function filesIn(folder: string): string[] {
	const names = readdirSync(path.join(REPOSITORY, folder));
	return names.filter((name) => name.endsWith(".ts")).map((name) => path.posix.join(folder, name));
}

test("the simulator's manifest names our modules by their paths", (t) => {
	for (const folder of folders) t.deepEqual(sim.get(`${folder}/*`), [`${folder}/*`]);
});

test("the simulator's manifest names all modules and packages of the top-level one, with the same files", (t) => {
	for (const [name, sources] of sourcesOf(".")) {
		const nameHere = name.startsWith("update-window/") ? name.replace("update-window/", "modules/") : name;
		t.deepEqual(sim.get(nameHere), sources, name);
	}
	t.true(readManifest("hosts/sim").creation.stack >= readManifest(".").creation.stack);
});

test("every import in the simulator leads to a module that its manifest names", (t) => {
	const files = folders.flatMap(filesIn);
	t.true(files.includes("hosts/sim/main.ts"));
	for (const file of files) {
		const source = parseSource(file, readFileSync(path.join(REPOSITORY, file), "utf8"));
		for (const { specifier } of importsOf(source)) {
			if (!specifier.startsWith(".")) continue;
			const target = path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, ".ts");
			t.true(files.includes(target), `${file} imports ${specifier}`);
		}
	}
});

test("what the simulator preloads comes in the order of the cures, and is none of the screen's", (t) => {
	const { preload } = readManifest("hosts/sim");
	t.deepEqual(preload.slice(0, 2), ["modules/window/preload/before-xstate", "modules/window/preload/xstate"]);
	for (const name of preload) {
		t.true(existsSync(path.join(REPOSITORY, `${name}.ts`)), name);
		// Skins and styles are made by the screen's modules as they load, and those cannot lie in flash.
		t.false(name.startsWith("hosts/sim/screen/"));
	}
});
