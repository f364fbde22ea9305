import { parseArgs } from "node:util";
import { Bars } from "./bars.js";
import { sumOf } from "./figures.js";
import { lostSeed, replayLost } from "./lost-piece.js";
import type { Part, Share, Violation } from "./part.js";
import { PARTS } from "./parts.js";
import { runPlanted } from "./planted.js";
import { PLANTS } from "./plants.js";
import { searchAll } from "./pool.js";

const USAGE_STATUS = 64;
const USAGE = `Searches for a broken promise.

  npm run prove -- [--quick] [--json] [--part NAME] [--focus NAME] [--random N] [--bail]
  npm run prove -- --seed SEED
  npm run prove -- --quick --plant NAME

  --quick       the share that npm test runs
  --json        the last line is one JSON object
  --part NAME   one of ${PARTS.map(({ name }) => name).join(", ")}
  --random N    what random pieces begin with; default: 1 with --quick, else the time
  --focus NAME  only the pieces of a part whose names begin with NAME
  --bail        the first broken promise ends the search
  --seed SEED   plays one failure again, boot for boot
  --plant NAME  with a fault built in: ${PLANTS.map(({ name }) => name).join(", ")}

Exit status: 0 nothing is broken; 1 a promise is, as it has to be with --plant; ${USAGE_STATUS} wrong usage.
`;
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
	const own = seed.slice(end + 1);
	const print = (line: string): void => console.log(line);
	let isBroken: boolean;
	try {
		isBroken = (await replayLost(part, own, print)) ?? (await part.replay(own, print));
	} catch (error) {
		throw new UsageError((error as Error).message);
	}
	console.log(isBroken ? "It fails." : "Nothing fails.");
	return isBroken ? 1 : 0;
}

async function prove(options: Options): Promise<number> {
	const { quick, json, bail, focus, part, random = quick ? "1" : `${Date.now() % 1e9}` } = options;
	const share: Share = { quick, random: Number(random) };
	if (!Number.isSafeInteger(share.random))
		throw new UsageError(`Expected \`--random\` to be a whole number, got ${random}`);
	const begun = performance.now();
	const violations: Violation[] = [];
	const bars = new Bars();
	const searched = (part === undefined ? PARTS : [partOf(part)]).map((each) => ({
		part: each,
		pieces: each.pieces(share).filter(({ name }) => name.startsWith(focus)),
		results: new Map<string, unknown>(),
	}));
	for (const { part: each, pieces } of searched)
		bars.add(
			each.name,
			pieces.map(({ name }) => name),
		);
	// What takes longest begins first, so that all cores end together; where one broken promise is enough, what is done soonest.
	const tasks = searched
		.flatMap(({ part: each, pieces }) =>
			pieces.map(({ name, costSeconds }) => ({ part: each.name, piece: name, share, costSeconds })),
		)
		.sort((a, b) => (bail ? a.costSeconds - b.costSeconds : b.costSeconds - a.costSeconds));
	if (tasks.length === 0) {
		const parts = part === undefined ? PARTS : [partOf(part)];
		const names = parts.map((each) => each.pieces(share)[0]?.name).join(", ");
		throw new UsageError(`Expected \`--focus\` to begin a piece's name, such as ${names}, got ${focus}`);
	}
	const report = (name: string, violation: Violation): void => {
		violations.push({ ...violation, seed: `${name}:${violation.seed}` });
		bars.broken(name, violations.filter(({ seed }) => seed.startsWith(`${name}:`)).length);
	};
	try {
		await searchAll({
			tasks,
			onViolation: (task, violation) => report(task.part, violation),
			onProgress: (task, done) => bars.update(task.part, task.piece, done),
			onResult: (task, result) => {
				searched.find((each) => each.part.name === task.part)?.results.set(task.piece, result);
				bars.update(task.part, task.piece, 1);
			},
			onLost: (task, why) => report(task.part, { promise: "P8", what: why, seed: lostSeed(task) }),
			isEnough: () => bail && violations.length > 0,
		});
	} finally {
		bars.stop();
	}
	const told = searched
		.filter(({ results }) => results.size > 0)
		.map(({ part: each, pieces, results }) => ({
			name: each.name,
			...each.sum(
				pieces.filter(({ name }) => results.has(name)).map(({ name }) => results.get(name)),
				share,
			),
		}));
	const planted = process.env.UPDATE_WINDOW_PLANT ? `--plant ${process.env.UPDATE_WINDOW_PLANT} ` : "";
	const seconds = Math.round((performance.now() - begun) / 100) / 10;
	for (const { promise, what, seed } of violations.slice(0, VIOLATIONS_SHOWN_MAX))
		console.log(`${promise} is broken: ${what}\n  npm run prove -- ${planted}--seed ${quoted(seed)}`);
	for (const { name, summary } of told) for (const line of summary) console.log(`${name}: ${line}`);
	console.log(
		`${violations.length} broken promises in ${seconds} s; random pieces began with ${share.random}`,
	);
	if (json)
		console.log(
			JSON.stringify(
				sumOf(
					told.map(({ figures }) => figures),
					{ violations: violations.length, seconds },
				),
			),
		);
	return violations.length > 0 ? 1 : 0;
}

/** As a shell takes it; names of mutants and of tests have spaces in them. */
function quoted(seed: string): string {
	return /^[\w:./-]+$/.test(seed) ? seed : `"${seed.replace(/["\\$\u0060]/g, "\\$&")}"`;
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
