import { Explorer } from "../../power-cuts/explorer.js";
import { TROUBLES } from "../../power-cuts/worlds.js";
import { firstBoots } from "../boots.js";
import { Chart, type ChartInput, inputOf } from "../chart.js";
import { checkChart } from "../check-chart.js";
import { explore } from "../explore.js";
import { ORDERS } from "../world.js";
import { type ListedTest, listed, runTest } from "./ava-list.js";

/** Something that fails where a mutant is found. */
export interface Detector {
	name: string;
	/** True where everything is as it should be. */
	holds(): Promise<boolean>;
}

const NODES_MAX = 3_000;
const BOOTS = {
	cutsMax: 0,
	bootsMax: 100,
	tearEvery: 5_000,
	tearAgain: false,
	bytewise: false,
	switchesOff: false,
};

/** A few of the inputs from which the statechart alone is gone through; between them they come past every transition. */
const INPUTS: Readonly<Record<string, Partial<ChartInput>>> = {
	"a recovery": { window: "recover" },
	"a boot that stays closed": { window: "closed" },
	"going back after a restart": { resumeAt: "rejecting" },
	"a trial after a restart": { resumeAt: "trial", matched: true, accepted: true },
	"a trial after a restart, late": { resumeAt: "trial", hasTime: false },
	"a local file": { isLocal: true },
	"a server's job": {},
	"a server's job, foreign before": { foreign: true, reportOwed: true },
	"whatever there is": { adopt: true },
};

/** The statechart alone, from one input. */
export function charts(): Detector[] {
	return Object.entries(INPUTS).map(([name, input]) => ({
		name: `statechart of ${name}`,
		holds: async () => checkChart(() => {}, [inputOf(input)], 1).violations.length === 0,
	}));
}

/** Whole boots of a product in trouble, without a power cut, after brief times off and long ones, as long as they bring anything new. */
export function worlds(): Detector[] {
	return TROUBLES.map((world) => ({
		name: `boots of ${world.name}`,
		holds: async () => new Explorer({ ...BOOTS, world }).explore().violations.length === 0,
	}));
}

/** The exhaustive exploration, at a depth that takes a part of a second. */
export function explorations(): Detector[] {
	return ORDERS.map(({ name }, order) => ({
		name: `explores ${name}`,
		holds: async () => {
			const { violations } = explore({
				chart: new Chart(),
				orders: [order],
				depthMax: 99,
				nodesMax: NODES_MAX + firstBoots(order).length,
				violationsMax: 1,
			});
			return violations.length === 0;
		},
	}));
}

/** The tests of the files given, one by one. */
export async function testsOf(files: readonly URL[]): Promise<Detector[]> {
	const detectors: Detector[] = [];
	for (const file of files) {
		const before = listed.length;
		await import(file.href);
		const place = file.href.replace(/^.*\/dist\/test\//, "").replace(/\.test\.js$/, "");
		for (const each of listed.slice(before)) detectors.push(detectorOf(each, place));
	}
	return detectors;
}

const detectorOf = (test: ListedTest, place: string): Detector => ({
	name: `${place}: ${test.title}`,
	holds: async () => {
		try {
			await runTest(test);
			return true;
		} catch {
			return false;
		}
	},
});
