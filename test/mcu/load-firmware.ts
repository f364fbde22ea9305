import path from "node:path";
import vm from "node:vm";
import { modulesOf, readManifest } from "../rules/manifest.js";
import { REPOSITORY } from "../rules/source-file.js";
import { bundleForXs } from "../xs/bundle.js";

/** The fixture's exports, as the tests see them. */
export type Firmware = typeof import("./firmware-stories.js");

const PLATFORM = "lin";
/** What the SDK or a board brings, and what stands in for it; the rest is as the firmware's manifest has it. */
const DOUBLES: Readonly<Record<string, string>> = {
	"mc/config": "test/mcu/doubles/config.ts",
	time: "test/mcu/doubles/time.ts",
	timer: "test/mcu/doubles/timer.ts",
	"update-window/mcu/this-board": "test/mcu/doubles/this-board.ts",
};
/** What only boards bring. */
const BOARD_FOLDERS: readonly string[] = ["hosts/mcu/boards/", "hosts/mcu/images/"];

/**
 * One script with hosts/mcu/main.ts on a simulated board: every name is resolved as the firmware's manifest resolves it,
 * the modules of its `preload` are evaluated first and in its order, and only what the SDK and a board bring are doubles.
 */
export async function bundleFirmware(): Promise<string> {
	const manifest = readManifest("hosts/mcu/manifest.json", PLATFORM);
	const modules = modulesOf(manifest, []);
	const isOfBoard = (name: string) => BOARD_FOLDERS.some((folder) => modules.get(name)?.startsWith(folder));
	const preload = manifest.preload.filter((name) => !isOfBoard(name));
	const fileOf = (name: string): string | undefined => DOUBLES[name] ?? modules.get(name);
	return await bundleForXs({
		source: [
			...preload.map((name) => `import ${JSON.stringify(name)};`),
			`export * from "./test/mcu/firmware-stories.ts";`,
		].join("\n"),
		folder: REPOSITORY,
		resolve: (name) => {
			const file = fileOf(name);
			return file && path.join(REPOSITORY, file);
		},
	});
}

/** The bundle, loaded in Node. */
export async function loadFirmware(): Promise<Firmware> {
	const scope = globalThis as { bundle?: { exports: Firmware } };
	vm.runInThisContext(await bundleFirmware(), { filename: "firmware-bundle.js" });
	const { exports } = scope.bundle as { exports: Firmware };
	delete scope.bundle;
	return exports;
}
