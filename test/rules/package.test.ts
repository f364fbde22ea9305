// Requirements: R26
/**
 * package.json as its three kinds of users see it: Node, an app that includes manifest.json out of node_modules, and
 * `mcpack`. What mcpack does with it was read in tools/mcpack.js of the Moddable SDK 8.2.3; here its rules are kept
 * without it. The package is packed from a copy of what belongs in it, so that nothing else can be missed.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "ava";
import { modulesOf, readManifest } from "./manifest.js";
import { importsOf, REPOSITORY, sourceFiles } from "./source-file.js";

type Target = string | Readonly<Record<string, string>>;

interface PackageJson {
	name: string;
	dependencies: Record<string, string>;
	bundleDependencies: string[];
	exports: Record<string, Target>;
}

interface Packed {
	filename: string;
	files: { path: string }[];
	bundled: string[];
}

const LIMIT_MS = 120_000;
const PACKED_FROM = [
	"package.json",
	"README.md",
	"REQUIREMENTS.md",
	"LICENSE",
	"manifest.json",
	"modules",
	"hosts",
	"dist",
];
const PLACEHOLDER = "./modules/mcpack.js";

const packageJson = JSON.parse(readFileSync(path.join(REPOSITORY, "package.json"), "utf8")) as PackageJson;
const manifest = readManifest("manifest.json");
const named = modulesOf(manifest, []);
const targets = Object.entries(packageJson.exports);
/** The names that mcpack users import: `./window/product`. */
const forMcpack = targets
	.filter(([, target]) => typeof target === "object" && "moddable" in target)
	.map(([name]) => name);
/** The names without a star, as they are imported: `update-window/window/product`. */
const specifiers = targets
	.map(([name]) => name)
	.filter((name) => !name.includes("*") && !name.endsWith(".json"))
	.map((name) => packageJson.name + name.slice(1));

/** The packages that manifest.json takes files of. */
const packagesInFlash = [
	...new Set(
		Object.values(manifest.modules)
			.flat()
			.map((source) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1])
			.filter((name) => name !== undefined),
	),
];

const folder = mkdtempSync(path.join(tmpdir(), "update-window-package-"));
const consumer = path.join(folder, "consumer");
const installed = path.join(consumer, "node_modules", packageJson.name);
let packed: Packed;

test.before(() => {
	const source = path.join(folder, "source");
	for (const name of PACKED_FROM)
		cpSync(path.join(REPOSITORY, name), path.join(source, name), { recursive: true });
	for (const name of packagesInFlash)
		cpSync(path.join(REPOSITORY, "node_modules", name), path.join(source, "node_modules", name), {
			recursive: true,
		});
	const out = run("npm", ["pack", "--json", "--offline", "--ignore-scripts"], source);
	packed = (JSON.parse(out) as Packed[])[0] as Packed;
	mkdirSync(installed, { recursive: true });
	run("tar", ["xzf", path.join(source, packed.filename), "-C", installed, "--strip-components=1"], folder);
	// npm would install these; the ones that are in the tarball are not among them.
	for (const name of Object.keys(packageJson.dependencies)) {
		if (packageJson.bundleDependencies.includes(name)) continue;
		const place = path.join(consumer, "node_modules", name);
		mkdirSync(path.dirname(place), { recursive: true });
		symlinkSync(path.join(REPOSITORY, "node_modules", name), place);
	}
});

test.after.always(() => rmSync(folder, { recursive: true, force: true }));

test("every target of `exports` is built and packed", (t) => {
	const files = packed.files.map(({ path: file }) => `./${file}`);
	for (const [name, target] of targets)
		for (const file of typeof target === "string" ? [target] : Object.values(target)) {
			if (file.includes("*")) continue;
			t.true(existsSync(path.join(REPOSITORY, file)), `${name}: ${file} is built`);
			t.true(files.includes(file), `${name}: ${file} is packed`);
		}
});

test("what manifest.json names is packed, with the very packages that were tested", (t) => {
	const files = new Set(packed.files.map(({ path: file }) => file));
	for (const file of named.values()) t.true(files.has(file), file);
	for (const name of packagesInFlash) t.true(packed.bundled.includes(name), name);
	for (const name of packageJson.bundleDependencies) t.true(name in packageJson.dependencies, name);
	t.false([...files].some((file) => file.startsWith("test/") || file.endsWith(".tsbuildinfo")));
});

test("all that our own firmware takes of the modules, mcpack users find under the same name, with and without .js", (t) => {
	const used = sourceFiles("hosts/mcu")
		.flatMap(importsOf)
		.filter(({ node }) => node.type === "ImportDeclaration" && node.importKind !== "type")
		.map(({ specifier }) => specifier)
		.filter((specifier) => named.has(specifier));
	t.true(used.includes("update-window/window/product"));
	for (const specifier of used) {
		const name = `.${specifier.slice(packageJson.name.length)}`;
		t.true(forMcpack.includes(name), name);
		t.true(forMcpack.includes(`${name}.js`), `${name}.js`);
	}
});

test("mcpack's rules: plain names, a JavaScript file without imports, and a module of manifest.json of that name", (t) => {
	t.true(forMcpack.length > 0);
	for (const name of forMcpack) {
		// A pattern ends in `get PACKAGE_TARGET_RESOLVE: undefined variable!`.
		t.false(name.includes("*"), name);
		const target = packageJson.exports[name] as Readonly<Record<string, string>>;
		t.is(target.moddable, PLACEHOLDER, name);
		// The first condition that is known decides, and `default` always is.
		t.true(Object.keys(target).indexOf("moddable") < Object.keys(target).indexOf("default"), name);
		t.true(named.has(`${packageJson.name}${name.slice(1).replace(/\.js$/, "")}`), name);
	}
	t.notRegex(readFileSync(path.join(REPOSITORY, PLACEHOLDER), "utf8"), /^\s*(import|export)\b.*\bfrom\b/m);
});

test("an installed tarball: Node loads every public name, and types stand beside it", (t) => {
	t.true(specifiers.length > 10);
	const loaded = node(
		`for (const name of ${JSON.stringify([...specifiers, "update-window/storage/crc32", "update-window/at/channel.js"])})
			if (Object.keys(await import(name)).length === 0) throw new Error(name);`,
	);
	t.is(loaded.status, 0, loaded.stderr);
	for (const name of forMcpack) {
		const { types = "" } = packageJson.exports[name] as Readonly<Record<string, string>>;
		t.true(existsSync(path.join(installed, types)), types);
	}
	const help = spawnSync(process.execPath, [path.join(installed, "dist/hosts/node/main.js"), "--help"], {
		encoding: "utf8",
		timeout: LIMIT_MS,
	});
	t.is(help.status, 0, help.stderr);
});

test("an installed tarball: the condition `moddable` leads to the placeholder, and `default` to what was built", (t) => {
	const name = "update-window/window/product";
	const script = `console.log(import.meta.resolve("${name}"))`;
	t.regex(node(script).stdout, /\/dist\/modules\/window\/product\.js\n$/);
	t.regex(node(script, ["--conditions=moddable"]).stdout, /\/modules\/mcpack\.js\n$/);
});

function node(script: string, flags: readonly string[] = []) {
	return spawnSync(process.execPath, [...flags, "--input-type=module", "-e", script], {
		cwd: consumer,
		encoding: "utf8",
		timeout: LIMIT_MS,
	});
}

function run(command: string, args: readonly string[], cwd: string): string {
	const { status, stdout, stderr, error } = spawnSync(command, args, {
		cwd,
		encoding: "utf8",
		timeout: LIMIT_MS,
	});
	if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error ?? stderr}`);
	return stdout;
}
