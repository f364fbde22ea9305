// Requirements: R21, R26
import { readdirSync } from "node:fs";
import path from "node:path";
import test from "ava";
import { type Manifest, problemsOf, readManifest } from "./manifest.js";
import { REPOSITORY } from "./source-file.js";

const FIRMWARE = "hosts/mcu/manifest.json";
/** The folder of each board, by the platform that mcconfig is told, and the folders that it shares with other boards. */
const BOARDS: Readonly<Record<string, readonly [folder: string, ...shared: string[]]>> = {
	lin: ["lin"],
	esp32: ["esp32", "microcontroller", "microcontroller/esp32", "elements/esp32"],
	"esp32/moddable_two": ["moddable_two", "microcontroller", "microcontroller/esp32", "elements/esp32"],
	pico: ["pico", "microcontroller"],
};

const isModule = (file: string): boolean => file.startsWith("modules/");
/** What every board has, and what the board has for itself; drivers and storage are named by the boards that have them. */
const isFirmwareOf = (board: string) => {
	const [own, ...shared] = BOARDS[board] ?? [];
	const folders = ["hosts/mcu", "hosts/mcu/parts", "hosts/mcu/elements", `hosts/mcu/boards/${own}`].concat(
		shared.map((folder) => `hosts/mcu/${folder}`),
	);
	return (file: string) => isModule(file) || folders.includes(path.posix.dirname(file));
};

test("the manifest names every module, every import in it resolves, and all code is preloaded in order", (t) => {
	t.deepEqual(problemsOf(readManifest("manifest.json"), isModule), []);
});

for (const board of Object.keys(BOARDS))
	test(`the firmware's manifest names all of it for the board ${board}`, (t) => {
		t.deepEqual(problemsOf(readManifest(FIRMWARE, board), isFirmwareOf(board)), []);
	});

test("every board's folder is a platform of the firmware's manifest", (t) => {
	const folders = readdirSync(path.join(REPOSITORY, "hosts/mcu/boards")).sort();
	t.deepEqual(
		Object.values(BOARDS)
			.map(([folder]) => folder)
			.sort(),
		folders,
	);
	for (const [board, [folder]] of Object.entries(BOARDS))
		t.deepEqual(readManifest(FIRMWARE, board).modules["update-window/mcu/this-board"], [
			`hosts/mcu/boards/${folder}/this-board`,
		]);
});

const broken: Record<string, readonly [expected: RegExp, breakIt: (manifest: Manifest) => void]> = {
	"a folder of modules that is not named": [
		/covers modules\/storage\/slots\.ts/,
		({ modules }) => delete modules["update-window/storage/*"],
	],
	"a file of a package that is not named": [
		/a module named raise-effbee0c\.esm, which xstate imports/,
		({ modules }) => {
			modules["*"] = (modules["*"] ?? []).filter((source) => !source.includes("raise-"));
		},
	],
	"a source that is not there": [
		/no-such-file to match a file/,
		({ modules }) => {
			modules["no-such"] = ["modules/storage/no-such-file"];
		},
	],
	"two files of one name": [
		/one file named update-window\/storage\/slots/,
		({ modules }) => {
			modules["update-window/storage/slots"] = ["modules/storage/slots"];
		},
	],
	"code that is not preloaded": [
		/update-window\/window\/policy to be preloaded/,
		({ preload }) => preload.splice(preload.indexOf("update-window/window/policy"), 1),
	],
	"a name in preload that no module has": [
		/in preload, got update-window\/storage\/\*/,
		({ preload }) => preload.push("update-window/storage/*"),
	],
	"a source of types that is not there": [
		/no-such\.d\.ts to match a file/,
		({ modules }) => modules.xstate?.push("no-such.d.ts"),
	],
	"xstate before its cure": [/in this order/, ({ preload }) => preload.unshift("xstate")],
};

for (const [what, [expected, breakIt]] of Object.entries(broken))
	test(`the manifest's checker finds ${what}`, (t) => {
		const manifest = readManifest("manifest.json");
		breakIt(manifest);
		t.regex(problemsOf(manifest, isModule).join("\n"), expected);
	});

const brokenFirmware: typeof broken = {
	"a part of the SDK that is not included": [
		/a module named embedded:io\/serial, which update-window\/mcu\/lin-serial imports/,
		({ sdk }) => sdk.splice(sdk.indexOf("$(IO)/serial/manifest.json"), 1),
	],
	"a part of the board that is not named": [
		/covers hosts\/mcu\/boards\/lin\/lin-serial\.ts/,
		({ modules }) => {
			const parts = modules["update-window/mcu/*"] ?? [];
			parts.splice(
				parts.findIndex((source) => source.endsWith("lin-serial")),
				1,
			);
		},
	],
	"code in preload that xsl cannot preload": [
		/no module in preload that leads to embedded:storage\/files/,
		({ preload }) => preload.push("main"),
	],
};

for (const [what, [expected, breakIt]] of Object.entries(brokenFirmware))
	test(`the checker of the firmware's manifest finds ${what}`, (t) => {
		const manifest = readManifest(FIRMWARE, "lin");
		breakIt(manifest);
		t.regex(problemsOf(manifest, isFirmwareOf("lin")).join("\n"), expected);
	});
