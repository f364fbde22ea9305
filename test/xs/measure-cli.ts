/** Prints computrons and slots of every story in test/scenarios: `node dist/test/xs/measure-cli.js [file]`. */
import { measure } from "./measure.js";
import { scenarioFiles } from "./scenario-files.js";

const WIDTHS = [12, 12, 12] as const;
const only = process.argv[2];

for (const { name: file, entry, exports } of await scenarioFiles()) {
	if (only !== undefined && only !== file) continue;
	for (const name of Object.keys(exports.measured ?? {})) {
		const { loading, steps } = await measure(entry, name);
		console.log(`\n${file}: ${name}`);
		console.log(row("computrons", "slots taken", "slots kept", ""));
		console.log(row(loading.computrons, "", loading.slots, "(loading, in flash where preloaded)"));
		for (const step of steps) console.log(row(step.computrons, step.slotsTaken, step.slotsKept, step.step));
		const total = (key: "computrons" | "slotsTaken" | "slotsKept") =>
			steps.reduce((sum, step) => sum + step[key], 0);
		console.log(row(total("computrons"), total("slotsTaken"), total("slotsKept"), "in all"));
	}
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
