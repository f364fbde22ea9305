import type { Finding } from "./rules.js";
import { importedPath, importsOf, type SourceFile } from "./source-file.js";

/** What each folder of modules/ may import besides itself. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
	io: [],
	storage: ["io"],
	xmodem: ["io", "storage"],
	"off-time": ["io", "storage"],
	order: ["io", "storage"],
	at: ["io", "storage"],
	modem: ["io", "storage", "at"],
	smp: ["io", "storage", "order"],
	images: ["io", "storage", "order"],
	log: ["io", "storage"],
	elements: ["io", "storage", "at", "modem", "xmodem", "smp", "images", "order"],
	set: ["io", "storage", "at", "modem", "xmodem", "smp", "images", "order", "elements"],
	window: [
		"io",
		"storage",
		"at",
		"modem",
		"xmodem",
		"smp",
		"images",
		"order",
		"elements",
		"set",
		"log",
		"off-time",
	],
};

/** Which packages may be imported, by a pattern of what is imported, and from where. */
const PACKAGES: readonly (readonly [specifier: RegExp, from: RegExp])[] = [
	[/^xstate$/, /^modules\/window\/preload\//],
	[/^(@noble\/ed25519|@stablelib\/sha(256|512))$/, /^modules\/order\//],
	[/^@stablelib\/sha256$/, /^modules\/images\//],
];

export function importsAgainstTheFlow(file: SourceFile): Finding[] {
	const folder = file.path.split("/")[1] ?? "";
	const below = BELOW[folder];
	if (!below) {
		const message = `expected a folder that has a place in the flow of data, got modules/${folder}`;
		return [{ node: file.program, message }];
	}
	const allowed = [folder, ...below];
	return importsOf(file).flatMap(({ specifier, node }) => {
		const imported = importedPath(file, specifier);
		if (!imported || allowed.some((name) => imported.startsWith(`modules/${name}/`))) return [];
		return [{ node, message: `expected one of ${allowed.join(", ")}, got ${imported}` }];
	});
}

export function foreignPackages(file: SourceFile): Finding[] {
	return importsOf(file).flatMap(({ specifier, node }) => {
		if (specifier.startsWith(".")) return [];
		const allowed = PACKAGES.some(([name, from]) => name.test(specifier) && from.test(file.path));
		return allowed
			? []
			: [
					{
						node,
						message: `expected xstate by window/preload/xstate.js, @noble/ed25519 and @stablelib in order/, got ${specifier}`,
					},
				];
	});
}

export function importsOutsideTheEmulator(file: SourceFile): Finding[] {
	return importsOf(file)
		.filter(({ specifier }) => !importedPath(file, specifier)?.startsWith("hosts/emulator/"))
		.map(({ specifier, node }) => ({ node, message: `expected a file of the emulator, got ${specifier}` }));
}

export function importsOutsideTheSimulator(file: SourceFile): Finding[] {
	return importsOf(file).flatMap(({ specifier, node }) => {
		const imported = importedPath(file, specifier) ?? specifier;
		if (/^(modules|hosts\/emulator|hosts\/sim(?!\/screen\/))\//.test(imported)) return [];
		return [{ node, message: `expected a file of modules, the emulator or the simulator, got ${imported}` }];
	});
}

/** What is imported for its value and is neither a file nor a module of ours. */
export function sdkImports(file: SourceFile): Finding[] {
	return importsOf(file).flatMap(({ specifier, node }) => {
		const isType = node.type === "TSImportType" || node.importKind === "type" || node.exportKind === "type";
		if (isType || specifier.startsWith(".") || specifier.startsWith("update-window/")) return [];
		return [{ node, message: `expected it to come in through options, got ${specifier}` }];
	});
}
