/**
 * Prints computrons and slots of every story in test/scenarios, and of the firmware's boots:
 * `node dist/test/xs/measure-cli.js [file]`, where `firmware` is one of the files.
 */
import { bundleFirmware, loadFirmware } from "../mcu/load-firmware.js";
import { measure, measureIn, type Story } from "./measure.js";
import { scenarioFiles } from "./scenario-files.js";
import { XsProgram } from "./xs-program.js";

const WIDTHS = [12, 12, 12] as const;
const only = process.argv[2];

for (const { name: file, entry, exports } of await scenarioFiles()) {
	if (only !== undefined && only !== file) continue;
	for (const name of Object.keys(exports.measured ?? {}))
		print(`${file}: ${name}`, await measure(entry, name));
}
if (only === undefined || only === "firmware") {
	const source = await bundleFirmware();
	for (const name of Object.keys((await loadFirmware()).measured))
		print(`firmware: ${name}`, await measureIn(await XsProgram.loadScript(source), name));
}

function print(title: string, { loading, steps }: Story): void {
	console.log(`\n${title}`);
	console.log(row("computrons", "slots taken", "slots kept", ""));
	console.log(row(loading.computrons, "", loading.slots, "(loading, in flash where preloaded)"));
	for (const step of steps) console.log(row(step.computrons, step.slotsTaken, step.slotsKept, step.step));
	const total = (key: "computrons" | "slotsTaken" | "slotsKept") =>
		steps.reduce((sum, step) => sum + step[key], 0);
	console.log(row(total("computrons"), total("slotsTaken"), total("slotsKept"), "in all"));
}

function row(
	computrons: number | string,
	taken: number | string,
	kept: number | string,
	label: string,
): string {
	const cells = [computrons, taken, kept].map((cell, index) => cellText(cell).padStart(WIDTHS[index] ?? 0));
	return `${cells.join(" ")}  ${label}`.trimEnd();
}

function cellText(cell: number | string): string {
	return typeof cell === "number" ? cell.toLocaleString("en-US") : cell;
}
