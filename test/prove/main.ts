import { parseArgs } from "node:util";
import { Bar } from "./bar.js";
import { sumOf } from "./figures.js";
import type { Figures, Part, Violation } from "./part.js";
import { PARTS } from "./parts.js";
import { runPlanted } from "./planted.js";
import { PLANTS } from "./plants.js";

const USAGE = `Searches for a broken promise.

  npm run prove -- [--quick] [--json] [--part NAME] [--focus NAME] [--random N] [--bail]
  npm run prove -- --seed SEED
  npm run prove -- --quick --plant NAME

  --quick       the share that npm test runs
  --json        the last line is one JSON object
  --part NAME   one of ${PARTS.map(({ name }) => name).join(", ")}
  --random N    what random parts begin with; default: 1 with --quick, else the time
  --focus NAME  only the pieces of a part whose names begin with NAME
  --bail        the first broken promise ends a part
  --seed SEED   plays one failure again, boot for boot
  --plant NAME  with a fault built in: ${PLANTS.map(({ name }) => name).join(", ")}
`;
const USAGE_STATUS = 64;
const VIOLATIONS_SHOWN_MAX = 20;

class UsageError extends Error {
	override name = "UsageError";
}

interface Options {
	quick: boolean;
	json: boolean;
	bail: boolean;
	help: boolean;
	part?: string;
	seed?: string;
	plant?: string;
	random?: string;
	focus: string;
}

function optionsOf(args: readonly string[]): Options {
	try {
		const { values } = parseArgs({
			args: [...args],
			options: {
				quick: { type: "boolean", default: false },
				json: { type: "boolean", default: false },
				bail: { type: "boolean", default: false },
				help: { type: "boolean", default: false },
				part: { type: "string" },
				focus: { type: "string", default: "" },
				seed: { type: "string" },
				plant: { type: "string" },
				random: { type: "string" },
			},
		});
		return values as Options;
	} catch (error) {
		throw new UsageError((error as Error).message);
	}
}

function partOf(name: string): Part {
	const part = PARTS.find((each) => each.name === name);
	if (!part)
		throw new UsageError(`Expected one of ${PARTS.map((each) => each.name).join(", ")}, got ${name}`);
	return part;
}

/** `power-cuts:HL7800-window-avms/l17/b`: the part's name, and what it replays. */
async function replay(seed: string): Promise<number> {
	const end = seed.indexOf(":");
	if (end < 0) throw new UsageError(`Expected a seed as a failure printed it, PART:..., got ${seed}`);
	const part = partOf(seed.slice(0, end));
	let isBroken: boolean;
	try {
		isBroken = await part.replay(seed.slice(end + 1), (line) => console.log(line));
	} catch (error) {
		throw new UsageError((error as Error).message);
	}
	console.log(isBroken ? "It fails." : "Nothing fails.");
	return isBroken ? 1 : 0;
}

async function prove({
	quick,
	json,
	bail,
	focus,
	part,
	random = quick ? "1" : `${Date.now() % 1e9}`,
}: Options): Promise<number> {
	const number = Number(random);
	if (!Number.isSafeInteger(number))
		throw new UsageError(`Expected \`--random\` to be a whole number, got ${random}`);
	const begun = performance.now();
	const all: Figures[] = [];
	const violations: Violation[] = [];
	const lines: string[] = [];
	for (const each of part === undefined ? PARTS : [partOf(part)]) {
		const bar = new Bar(each.name);
		const report = (violation: Violation): void => {
			violations.push({ ...violation, seed: `${each.name}:${violation.seed}` });
		};
		try {
			const { figures, summary } = await each.run({
				quick,
				bail,
				focus,
				random: number,
				report,
				progress: (done, of) => bar.update(done, of),
			});
			all.push(figures);
			lines.push(...summary.map((line) => `${each.name}: ${line}`));
		} finally {
			bar.stop();
		}
		if (bail && violations.length > 0) break;
	}
	const planted = process.env.UPDATE_WINDOW_PLANT ? `--plant ${process.env.UPDATE_WINDOW_PLANT} ` : "";
	const seconds = Math.round((performance.now() - begun) / 100) / 10;
	for (const { promise, what, seed } of violations.slice(0, VIOLATIONS_SHOWN_MAX))
		console.log(`${promise} is broken: ${what}\n  npm run prove -- ${planted}--seed ${seed}`);
	for (const line of lines) console.log(line);
	console.log(`${violations.length} broken promises in ${seconds} s; random parts began with ${number}`);
	if (json) console.log(JSON.stringify(sumOf(all, { violations: violations.length, seconds })));
	return violations.length > 0 ? 1 : 0;
}

async function main(): Promise<number> {
	const options = optionsOf(process.argv.slice(2));
	if (options.help) {
		console.log(USAGE);
		return 0;
	}
	if (options.plant !== undefined) {
		if (!PLANTS.some(({ name }) => name === options.plant))
			throw new UsageError(
				`Expected one of ${PLANTS.map(({ name }) => name).join(", ")}, got ${options.plant}`,
			);
		return runPlanted(options.plant, process.argv.slice(2));
	}
	return options.seed === undefined ? prove(options) : replay(options.seed);
}

try {
	process.exitCode = await main();
} catch (error) {
	console.error((error as Error).message);
	if (!(error instanceof UsageError)) throw error;
	process.exitCode = USAGE_STATUS;
}
