// Requirements: P1, P4, P5, R7, R28
/** Whatever the modem turns out to do where the reference does not know, a window keeps its promises. */
import test from "ava";
import type { Behaviour } from "../../hosts/emulator/behaviour.js";
import { UNCONFIRMED } from "../../hosts/emulator/unconfirmed.js";
import { Bench, BRIEF_OFF_MS, HOUR_MS, LONG_OFF_MS, MINUTE_MS } from "../support/bench.js";
import { FIRST_BYTES, VERSIONS } from "../support/orders.js";
import { shareOf } from "../support/share.js";
import { digestOf, orderedThenOff } from "./boots.js";

/** A modem that was put off for too short a time asks again within half an hour. */
const AFTERWARDS_MS = 35 * MINUTE_MS;
const UPDATED = "updated read-back";
/** Longer than the longest delay that a request can be given, 24 hours. */
const MONITORED_HOURS = 26;
/** Marks are not looked at, and would be most of what a product does that monitors for so long. */
const MARK_EVERY_MS = 15 * MINUTE_MS;

/** How each story ends; where a reading is named below, otherwise than with the ordered version in force. */
const STORIES: Readonly<Record<string, { begin: (bench: Bench) => void; end: string }>> = {
	"a whole update": { begin: () => {}, end: UPDATED },
	"this order's package, left over": { begin: (bench) => leave(bench, "stored"), end: UPDATED },
	"half a download, left over by a loss of power": { begin: (bench) => leave(bench, "power"), end: UPDATED },
	"half a download, left over by a stop": { begin: (bench) => leave(bench, "stop"), end: UPDATED },
	"an install that is cut": {
		begin: (bench) => {
			for (const job of bench.product.server.jobs) Object.assign(job.package, { install: "cut" });
		},
		end: "failed install-failed",
	},
};

/** `STORY, SWITCH=READING` whose end is not the story's: where the reading makes the update impossible, or makes it. */
const OTHERWISE: Readonly<Record<string, string>> = {
	"an install that is cut, cutInstall=start": UPDATED,
	"an install that is cut, cutInstall=bootloader": UPDATED,
	// Without an access point the modem's device services never come up.
	"a whole update, servicesNeedApn=true": "failed no-job",
	"this order's package, left over, servicesNeedApn=true": "failed install-refused",
	"half a download, left over by a loss of power, servicesNeedApn=true": "failed download-refused",
	"half a download, left over by a stop, servicesNeedApn=true": "failed download-refused",
	"an install that is cut, servicesNeedApn=true": "failed no-job",
};

function leave(bench: Bench, how: "stored" | "power" | "stop"): void {
	const to = VERSIONS[bench.model][1];
	const firmware = { jobId: 1, version: to, sizeBytes: FIRST_BYTES, install: null, fault: "none" } as const;
	const { modemFlash } = bench.product;
	if (how === "stored") modemFlash.stored = firmware;
	else modemFlash.download = { package: firmware, receivedBytes: FIRST_BYTES / 2, pausedBy: how };
	modemFlash.provisioned = true;
	bench.journal.keepUnder({ digest: digestOf(bench), element: "modem", to });
	bench.journal.write({ package: how === "stored" ? "downloaded" : "matched" });
}

for (const model of ["HL7692", "HL7800"] as const) {
	const [from, to] = VERSIONS[model];

	for (const [story, { begin, end }] of Object.entries(STORIES))
		test(`P4, P5: an ${model}'s window that is given an access point, ${story}: ${end}`, (t) => {
			for (const servicesNeedApn of [false, model === "HL7692"]) {
				const bench = new Bench({ model, apn: "fota.example", behaviour: { servicesNeedApn } });
				bench.job();
				orderedThenOff(bench, LONG_OFF_MS);
				begin(bench);
				bench.on();
				t.true(bench.until("released"));
				const { outcome, reason } = bench.the("closed");
				t.is(`${outcome} ${reason}`, end, `needed: ${servicesNeedApn}`);
				bench.run(AFTERWARDS_MS);
				t.deepEqual(bench.faults(), []);
			}
		});

	for (const { switch: name, readings, models } of UNCONFIRMED) {
		if (!models.includes(model)) continue;
		// Most stories differ little from one reading to the next, and an HL7692's go through the same code as an HL7800's.
		const every = model === "HL7692" ? 5 : 2;
		for (const reading of readings)
			for (const [story, { begin, end: usual }] of shareOf(Object.entries(STORIES), every)) {
				const key = `${story}, ${name}=${reading}`;
				const end = OTHERWISE[key] ?? usual;
				test(`P4, P5: an ${model}'s window, ${key}: ${end}`, (t) => {
					const bench = new Bench({ model, behaviour: { [name]: reading } as Partial<Behaviour> });
					bench.job();
					orderedThenOff(bench, LONG_OFF_MS);
					begin(bench);
					bench.on();
					const start = bench.clock.now();
					t.true(bench.until("released"));
					t.true(bench.clock.now() - start < 46 * MINUTE_MS);
					const { outcome, reason } = bench.the("closed");
					bench.run(AFTERWARDS_MS);
					t.deepEqual(bench.faults(), []);
					const { version } = bench.product.modemFlash;
					t.true(version === from || version === to);
					t.is(`${outcome} ${reason}`, end);
					if (outcome === "updated") t.is(version, to);
					// What was not done in this window is not done by itself later, but for what is told as uninvited.
					if (outcome !== "updated") t.is(version === to, bench.of("uninvited").length > 0);
				});
			}

		for (const reading of shareOf<unknown>(readings, every))
			test(`P1: an ${model} product that monitors accepts nothing, ${name}=${reading}`, (t) => {
				const behaviour: Partial<Behaviour> = { [name]: reading };
				const bench = new Bench({ model, behaviour, policy: { markEveryMs: MARK_EVERY_MS } });
				bench.job();
				orderedThenOff(bench, BRIEF_OFF_MS);
				leave(bench, "power");
				bench.on();
				for (let hour = 0; hour < MONITORED_HOURS; hour++) {
					bench.product.server.notify();
					bench.run(HOUR_MS);
				}
				bench.cut(BRIEF_OFF_MS);
				bench.product.modemFlash.download = null;
				leave(bench, "stored");
				bench.on();
				bench.run(MONITORED_HOURS * HOUR_MS);
				t.deepEqual(bench.faults(), []);
				t.is(bench.product.modemFlash.version, from);
			});
	}
}
