import path from "node:path";
import { build } from "esbuild";
import type { BoardOptions, BoardParts } from "../../hosts/mcu/board.js";
import type { Wiring } from "../../hosts/mcu/microcontroller/wiring.js";
import { modulesOf, readManifest } from "../rules/manifest.js";
import { REPOSITORY } from "../rules/source-file.js";
import { FakeSdk } from "./fake-sdk.js";

/** A board's module, with all that it imports of ours. */
interface BoardModule {
	openBoard(options: BoardOptions): BoardParts;
	WIRING: Wiring;
}

export interface LoadedBoard {
	readonly wiring: Wiring;
	/** Opens the board on a faked SDK. */
	open(sdk: FakeSdk, options?: Partial<BoardOptions>): BoardParts;
}

/** What the board imports of the SDK, read out of the fake at the time of the call. */
const SDK_SOURCES: Readonly<Record<string, string>> = {
	"embedded:io/digital": `export default sdk().Digital;`,
	"embedded:io/serial": `export default sdk().Serial;`,
	"embedded:io/smbus": `export default sdk().SMBus;`,
	// Asked for in a window for our own MCU alone.
	"embedded:storage/flash": `export default {};`,
	"embedded:update": `export default {};`,
	"embedded:storage/key-value": `export default sdk().keyValue;`,
	file: `const { File, Directory } = sdk(); export { File, Directory };`,
	resetReason: `export default () => ({ reason: sdk().resetReason, string: "" });`,
	time: `export default sdk().time;`,
	timer: `export default sdk().timer;`,
};

/**
 * Loads the board of a platform of mcconfig, with every name resolved by the firmware's manifest, as XS does, and the
 * SDK's modules faked. Every opening evaluates its own copy, as every boot does.
 */
export async function loadBoard(platform: string): Promise<LoadedBoard> {
	const modules = modulesOf(readManifest("hosts/mcu/manifest.json", platform), []);
	const entry = modules.get("update-window/mcu/this-board") as string;
	const { outputFiles } = await build({
		entryPoints: [path.join(REPOSITORY, entry)],
		bundle: true,
		write: false,
		format: "iife",
		globalName: "board",
		platform: "neutral",
		target: "es2022",
		logLevel: "silent",
		plugins: [
			{
				name: "manifest",
				setup({ onResolve, onLoad }) {
					onResolve({ filter: /^[a-z@]/ }, ({ path: name, kind }) => {
						if (kind === "entry-point") return null;
						if (SDK_SOURCES[name]) return { path: name, namespace: "sdk" };
						const file = modules.get(name);
						return file ? { path: path.join(REPOSITORY, file) } : null;
					});
					onLoad({ filter: /.*/, namespace: "sdk" }, ({ path: name }) => ({
						contents: SDK_SOURCES[name] as string,
					}));
				},
			},
		],
	});
	const code = outputFiles[0]?.text as string;
	const evaluate = new Function("native", "trace", "sdk", `${code}; return board;`) as (
		native: unknown,
		trace: unknown,
		sdk: () => FakeSdk,
	) => BoardModule;
	const boardOf = (sdk: FakeSdk): BoardModule => evaluate(sdk.native, sdk.trace, () => sdk);
	return {
		wiring: boardOf(new FakeSdk()).WIRING,
		open: (sdk, options) =>
			boardOf(sdk).openBoard({ markEveryMs: 30_000, onFault: () => {}, onPowerFail: () => {}, ...options }),
	};
}
