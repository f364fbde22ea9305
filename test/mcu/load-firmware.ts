import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { modulesOf, readManifest } from "../rules/manifest.js";
import { REPOSITORY } from "../rules/source-file.js";

/** A board's parts and the firmware on them, as far as a test needs their types. */
export interface FirmwareModule {
	Firmware: new (options: {
		openBoard: (options: BoardOptions) => object;
		settings: object;
	}) => {
		boot(): void;
	};
}

export interface BoardOptions {
	onFault(error: unknown): void;
}

/** Loads hosts/mcu/firmware.ts, with every name in it resolved by the firmware's manifest, as XS does. */
export async function loadFirmware(): Promise<FirmwareModule> {
	const modules = modulesOf(readManifest("hosts/mcu/manifest.json", "lin"), []);
	const folder = mkdtempSync(path.join(tmpdir(), "firmware-"));
	const outfile = path.join(folder, "firmware.mjs");
	try {
		await build({
			entryPoints: [path.join(REPOSITORY, "hosts/mcu/firmware.ts")],
			bundle: true,
			format: "esm",
			platform: "neutral",
			target: "es2022",
			outfile,
			// XS has none. xstate throws through it what an observer threw; without it that comes out at once.
			define: { setTimeout: "undefined" },
			logLevel: "silent",
			plugins: [
				{
					name: "manifest",
					setup({ onResolve }) {
						onResolve({ filter: /^[a-z@]/ }, ({ path: name, kind }) => {
							const file = modules.get(name);
							return kind === "entry-point" || !file ? null : { path: path.join(REPOSITORY, file) };
						});
					},
				},
			],
		});
		return (await import(pathToFileURL(outfile).href)) as FirmwareModule;
	} finally {
		rmSync(folder, { recursive: true });
	}
}
