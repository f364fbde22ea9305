import test from "ava";
import { type Manifest, problemsOf, readManifest } from "./manifest.js";

test("the manifest names every module, every import in it resolves, and all code is preloaded in order", (t) => {
	t.deepEqual(problemsOf(readManifest()), []);
});

const broken: Record<string, readonly [expected: RegExp, breakIt: (manifest: Manifest) => void]> = {
	"a folder of modules that is not named": [
		/covers modules\/storage\/slots\.ts/,
		({ modules }) => delete modules["update-window/storage/*"],
	],
	"a file of a package that is not named": [
		/a module named raise-effbee0c\.esm, which xstate imports/,
		({ modules }) => {
			modules["*"] = [modules["*"] ?? []].flat().filter((source) => !source.includes("raise-"));
		},
	],
	"a source that is not there": [
		/no-such-file to match a file/,
		({ modules }) => {
			modules["no-such"] = "./modules/storage/no-such-file";
		},
	],
	"two files of one name": [
		/one file named update-window\/storage\/slots/,
		({ modules }) => {
			modules["update-window/storage/slots"] = "./modules/storage/slots";
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
	"xstate before its cure": [/in this order/, ({ preload }) => preload.unshift("xstate")],
};

for (const [what, [expected, breakIt]] of Object.entries(broken))
	test(`the manifest's checker finds ${what}`, (t) => {
		const manifest = readManifest();
		breakIt(manifest);
		t.regex(problemsOf(manifest).join("\n"), expected);
	});
