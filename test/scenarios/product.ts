import type { MemoryStore } from "../../hosts/sim/memory-store.js";
import { Bench, BRIEF_OFF_MS, HOUR_MS, LONG_OFF_MS, MINUTE_MS, SECOND_MS } from "../support/bench.js";
import { FIRST_BYTES, type OrderName, VERSIONS } from "../support/orders.js";
import type { Measured } from "../xs/measure.js";

type Model = Bench["model"];
type Story = (bench: Bench) => void;

/** So quick that an engine without a compiler runs every story in a second or two. */
const QUICK = {
	installMs: 20_000,
	bootMs: 5_000,
	progressStepPercent: 20,
	startRequestDelayMs: 4_000,
} as const;

/** A product in use, off for so long, and on again with this order, until it has been released and is guarded. */
function boot(bench: Bench, offMs: number, order?: OrderName): void {
	bench.run(10 * MINUTE_MS);
	bench.cut(offMs);
	bench.on(order);
	bench.until("released");
	bench.run(MINUTE_MS);
}

const STORIES: Readonly<Record<string, Story>> = {
	"a brief cut stays closed, a long one updates, the next has nothing to do": (bench) => {
		bench.job();
		boot(bench, BRIEF_OFF_MS, "first");
		boot(bench, LONG_OFF_MS);
		boot(bench, LONG_OFF_MS);
	},
	"a package of the wrong size": (bench) => {
		bench.job(undefined, FIRST_BYTES + 1);
		boot(bench, LONG_OFF_MS, "first");
	},
	"an install that fails": (bench) => {
		bench.product.server.addJob({
			version: VERSIONS[bench.model][1],
			sizeBytes: FIRST_BYTES,
			result: "fail",
		});
		boot(bench, LONG_OFF_MS, "first");
	},
	"a version that nobody ordered": (bench) => {
		bench.product.server.addJob({
			version: VERSIONS[bench.model][1],
			sizeBytes: FIRST_BYTES,
			result: "wrong",
		});
		boot(bench, LONG_OFF_MS, "first");
	},
	"a package of unknown origin": (bench) => {
		bench.product.modemFlash.stored = {
			jobId: 0,
			version: VERSIONS[bench.model][1],
			sizeBytes: FIRST_BYTES,
			install: null,
			fault: "none",
		};
		boot(bench, LONG_OFF_MS, "first");
	},
	"a power cut in the download, and in the install": (bench) => {
		bench.job();
		bench.run(10 * MINUTE_MS);
		bench.cut(LONG_OFF_MS);
		bench.on("first");
		bench.clock.runUntil(() => bench.of("progress").some(({ percent }) => percent >= 50), HOUR_MS);
		bench.cut(LONG_OFF_MS);
		bench.on();
		bench.clock.runUntil(() => bench.product.modem.phase === "installing", HOUR_MS);
		bench.cut(BRIEF_OFF_MS);
		bench.on();
		bench.until("released");
		boot(bench, LONG_OFF_MS);
	},
	"a modem that does not answer": (bench) => {
		bench.run(10 * MINUTE_MS);
		bench.cut(LONG_OFF_MS);
		bench.on("first");
		bench.product.modem.powerOff();
		bench.until("released");
		bench.run(MINUTE_MS);
	},
	"an order that is given up": (bench) => {
		for (let window = 0; window < 4; window++) {
			bench.product.server.addJob({
				version: VERSIONS[bench.model][1],
				sizeBytes: FIRST_BYTES,
				result: "fail",
			});
			boot(bench, LONG_OFF_MS, "first");
		}
	},
	"a power-off in the middle of a window": (bench) => {
		bench.job();
		bench.run(10 * MINUTE_MS);
		bench.cut(LONG_OFF_MS);
		bench.on("first");
		bench.run(20 * SECOND_MS);
		bench.product.switchOff();
		bench.run(5 * SECOND_MS);
	},
	"a damaged journal, and a new order": (bench) => {
		boot(bench, BRIEF_OFF_MS, "first");
		for (const slot of ["a", "b"]) bench.product.flash.values.set(`journal-${slot}`, new ArrayBuffer(3));
		boot(bench, LONG_OFF_MS);
		boot(bench, LONG_OFF_MS, "second");
	},
	"a day of requests while the product monitors": (bench) => {
		bench.job();
		boot(bench, BRIEF_OFF_MS, "first");
		for (let hour = 0; hour < 3; hour++) {
			bench.product.server.notify();
			bench.say("+WDSI: 24", "+WDSI: 25", "+WDSI: 3", "+WDSI: 2");
			bench.run(HOUR_MS);
		}
	},
};

const FETCH: Story = (bench) => {
	bench.job();
	boot(bench, BRIEF_OFF_MS, "first");
	bench.until("prefetched");
	boot(bench, LONG_OFF_MS);
};

function log(bench: Bench, story: Story): string[] {
	bench.on();
	story(bench);
	const { modemFlash, flash, server } = bench.product;
	return [
		...bench.events.map((event) => JSON.stringify(event)),
		...bench.traffic,
		`version ${modemFlash.version}, ${flash.values.size} records, ${server.jobs.map(({ state }) => state).join()}`,
	];
}

function scenariosOf(model: Model): [string, () => string[]][] {
	const behaviour = QUICK;
	return [
		...Object.entries(STORIES).map(([name, story]): [string, () => string[]] => [
			`${model}: ${name}`,
			() => log(new Bench({ model, behaviour }), story),
		]),
		[
			`${model}: fetched while the product monitors, installed in a window`,
			() => log(new Bench({ model, behaviour, policy: { mode: "prefetch" } }), FETCH),
		],
	];
}

export const scenarios: Record<string, () => string[]> = Object.fromEntries([
	...scenariosOf("HL7692"),
	...scenariosOf("HL7800"),
	[
		"a medium that throws at every access",
		() => {
			const bench = new Bench({ model: "HL7800", behaviour: QUICK });
			bench.usedThenOff(LONG_OFF_MS);
			for (const store of [bench.product.flash, bench.product.battery]) refuse(store);
			bench.on("first");
			bench.run(MINUTE_MS);
			return bench.events.map((event) => JSON.stringify(event));
		},
	],
]);

function refuse(store: MemoryStore): void {
	store.failing = true;
	// Assigned, it would be the frozen prototype's.
	Object.defineProperty(store, "read", {
		value() {
			throw new Error("no medium");
		},
	});
}

/** The boot's own part, up to the point where it would wait for the first time: from power to `released` where it is closed. */
function measuredBoot(
	offMs: number,
	order: OrderName | undefined,
	prepare: Story = () => {},
): Measured[string] {
	return () => {
		const bench = new Bench({ model: "HL7800", behaviour: QUICK });
		bench.usedThenOff(BRIEF_OFF_MS);
		bench.on("first");
		bench.run(10 * MINUTE_MS);
		prepare(bench);
		bench.cut(offMs);
		bench.forget();
		return {
			"from power to the end of the boot": () => bench.on(order),
			"until the modem is armed": () => {
				bench.until("armed");
			},
		};
	};
}

export const measured: Measured = {
	"closed by a brief cut": measuredBoot(BRIEF_OFF_MS, undefined),
	"closed by a brief cut, with a new order to verify": measuredBoot(BRIEF_OFF_MS, "second"),
	"open, until it has updated": measuredBoot(LONG_OFF_MS, undefined, (bench) => bench.job()),
};
