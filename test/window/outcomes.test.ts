// Requirements: P5, R4
/** P5: nothing but the ordered version counts as updated, and every other end is told as what it is. */
import test from "ava";
import type { InstallOutcome } from "../../hosts/emulator/behaviour.js";
import { anotherVersion } from "../../hosts/emulator/installer.js";
import type { JournalRecord } from "../../modules/set/journal.js";
import type { ClosedOutcome, ElementOutcome } from "../../modules/window/events.js";
import { Bench, type BenchOptions, BRIEF_OFF_MS, LONG_OFF_MS, MINUTE_MS } from "../support/bench.js";
import { envelope, FIRST_BYTES, VERSIONS } from "../support/orders.js";
import { digestOf, orderedThenOff } from "./boots.js";

interface End {
	outcome: ClosedOutcome;
	reason: string;
	element: ElementOutcome;
	/** What is read back: the version before, the ordered one, another, or nothing. */
	is: "from" | "to" | "other" | "";
	/** The journal when the window has closed. */
	journal: Partial<JournalRecord>;
	/** The boot after a brief cut. */
	brief: string;
	/** The boot after a long time off, with the window's end where it opens. */
	long: string;
}

const INSTALLS: Readonly<Record<InstallOutcome, End>> = {
	ok: {
		outcome: "updated",
		reason: "read-back",
		element: "updated",
		is: "to",
		journal: { step: "none", package: "none", attempts: 0, installMayResume: false, reportOwed: false },
		brief: "closed nothing-to-do",
		long: "closed nothing-to-do",
	},
	silent: {
		outcome: "updated",
		reason: "read-back",
		element: "updated",
		is: "to",
		journal: { step: "none", package: "none", attempts: 0, installMayResume: false },
		brief: "closed nothing-to-do",
		long: "closed nothing-to-do",
	},
	fail: {
		outcome: "failed",
		reason: "install-failed",
		element: "failed",
		is: "from",
		journal: { step: "none", package: "none", attempts: 1, inForce: "", reportOwed: false },
		brief: "closed off-too-short",
		long: "open off-long-enough failed no-job",
	},
	unchanged: {
		outcome: "failed",
		reason: "install-failed",
		element: "failed",
		is: "from",
		journal: { step: "none", package: "none", attempts: 1, inForce: "" },
		brief: "closed off-too-short",
		// The server was never told: its job is still there, and this time it works.
		long: "open off-long-enough updated read-back",
	},
	wrong: {
		outcome: "mixed",
		reason: "wrong-version",
		element: "wrong-version",
		is: "other",
		journal: { step: "none", package: "none", attempts: 1, inForce: "" },
		brief: "closed off-too-short",
		long: "open off-long-enough failed wrong-version",
	},
	hang: {
		outcome: "mixed",
		reason: "no-answer",
		element: "failed",
		is: "",
		journal: { step: "sent", attempts: 1, inForce: "" },
		brief: "recover journal-open old",
		long: "recover journal-open old",
	},
	cut: {
		outcome: "failed",
		reason: "install-failed",
		element: "failed",
		is: "from",
		journal: { step: "none", package: "downloaded", installMayResume: true, attempts: 1, inForce: "" },
		brief: "closed off-too-short",
		long: "open off-long-enough updated read-back",
	},
};

function bootOf(bench: Bench): string {
	bench.forget();
	bench.on();
	bench.until("released", 2 * 60 * MINUTE_MS);
	const { window, reason } = bench.the("decided");
	const closed = bench.of("closed")[0];
	const end = closed ? [closed.outcome, closed.reason] : [bench.of("recovered")[0]?.set];
	return [window, reason, ...end].filter(Boolean).join(" ");
}

for (const model of ["HL7692", "HL7800"] as const) {
	const [from, to] = VERSIONS[model];
	const versions = { from, to, other: anotherVersion(to), "": "" };

	for (const [install, end] of Object.entries(INSTALLS) as [InstallOutcome, End][])
		for (const noise of [false, true])
			for (const offMs of [BRIEF_OFF_MS, LONG_OFF_MS]) {
				const off = offMs === BRIEF_OFF_MS ? "a brief cut" : "a long time off";
				const with_ = noise ? "with debug text, " : "";
				test(`P5: an ${model}'s install that ends as ${install}, ${with_}is told as it is, and so by the boot after ${off}`, (t) => {
					const bench = new Bench({ model, behaviour: { installNoise: noise } });
					bench.product.server.addJob({ version: to, sizeBytes: FIRST_BYTES, result: install });
					orderedThenOff(bench, LONG_OFF_MS);
					bench.on();
					t.true(bench.until("released"));
					const { outcome, reason, element, is, journal } = end;
					t.like(bench.the("closed"), { outcome, reason });
					t.like(bench.the("element"), { from, to, is: versions[is], outcome: element });
					t.like(bench.journal.record, journal);
					t.is(bench.journal.record.inForce === digestOf(bench), is === "to");
					bench.run(10 * MINUTE_MS);
					t.deepEqual(bench.faults(), []);
					t.is(bench.of("uninvited").length, 0);
					bench.cut(offMs);
					// The package's own fate is told once; the next one that comes down is sound.
					for (const job of bench.product.server.jobs) Object.assign(job.package, { install: "ok" });
					t.is(bootOf(bench), offMs === BRIEF_OFF_MS ? end.brief : end.long);
					bench.run(MINUTE_MS);
					t.deepEqual(bench.faults(), []);
				});
			}

	const REFUSED: readonly {
		what: string;
		options?: Partial<BenchOptions>;
		job?: { version?: string; sizeBytes?: number };
		order?: { model: "HL7692" | "HL7800" };
		end: Pick<End, "outcome" | "reason" | "element"> & { is: string };
		accepts: readonly string[];
		job_: string;
	}[] = [
		{
			what: "whose package is one byte longer",
			job: { sizeBytes: FIRST_BYTES + 1 },
			end: { outcome: "failed", reason: "wrong-size", element: "failed", is: from },
			accepts: ["AT+WDSS=1,1", "AT+WDSR=3"],
			job_: "IN_PROGRESS",
		},
		{
			what: "whose package has a byte too few",
			job: { sizeBytes: FIRST_BYTES - 1 },
			end: { outcome: "failed", reason: "wrong-size", element: "failed", is: from },
			accepts: ["AT+WDSS=1,1", "AT+WDSR=3"],
			job_: "IN_PROGRESS",
		},
		{
			what: "at a version that the order does not start from",
			options: { version: VERSIONS[model][2] },
			end: { outcome: "failed", reason: "wrong-version", element: "wrong-version", is: VERSIONS[model][2] },
			accepts: [],
			job_: "PENDING",
		},
		{
			what: "at the ordered version already",
			options: { version: to },
			end: { outcome: "current", reason: "already-installed", element: "current", is: to },
			accepts: [],
			job_: "PENDING",
		},
		{
			what: "with an order for the other model",
			order: { model: model === "HL7692" ? "HL7800" : "HL7692" },
			end: { outcome: "failed", reason: "wrong-model", element: "wrong-version", is: from },
			accepts: [],
			job_: "PENDING",
		},
		{
			what: "in a product built for the other family",
			options: { family: model === "HL7692" ? "HL7800" : "HL7692" },
			order: { model: model === "HL7692" ? "HL7800" : "HL7692" },
			end: { outcome: "failed", reason: "wrong-model", element: "wrong-version", is: from },
			accepts: [],
			job_: "PENDING",
		},
	];

	for (const { what, options = {}, job = {}, order, end, accepts, job_ } of REFUSED)
		test(`P5: an ${model} ${what} installs nothing and says why`, (t) => {
			const bench = new Bench({ model, ...options });
			bench.job(job.version, job.sizeBytes);
			bench.usedThenOff(BRIEF_OFF_MS);
			bench.product.switchOn(envelope(order?.model ?? model, "first"));
			bench.run(10 * MINUTE_MS);
			bench.cut(LONG_OFF_MS);
			bench.forget();
			const version = bench.product.modemFlash.version;
			bench.on();
			t.true(bench.until("released"));
			const { outcome, reason, element, is } = end;
			t.like(bench.the("closed"), { outcome, reason });
			t.like(bench.the("element"), { is, outcome: element });
			t.deepEqual([...new Set(bench.accepting)], accepts);
			bench.run(60 * MINUTE_MS);
			t.deepEqual(bench.faults(), []);
			t.is(bench.product.modemFlash.version, version);
			t.deepEqual(
				bench.product.server.jobs.map(({ state }) => state),
				[job_],
			);
		});

	test(`P5: an ${model}'s download of the wrong size is stopped within a second of its size`, (t) => {
		const bench = new Bench({ model });
		bench.job(to, FIRST_BYTES + 1);
		orderedThenOff(bench, LONG_OFF_MS);
		bench.on();
		t.true(
			bench.clock.runUntil(() => bench.traffic.includes(`< +WDSI: 9,${FIRST_BYTES + 1}`), 5 * MINUTE_MS),
		);
		bench.run(1_000);
		t.true(bench.traffic.includes("> AT+WDSS=1,0"));
		t.is(bench.journal.record.package, "foreign");
	});

	for (const [fault, reason] of [
		["no-space", "download-failed"],
		["corrupt", "download-failed"],
		["bad-signature", "signature-rejected"],
	] as const)
		test(`P5: an ${model}'s package with ${fault} is not installed`, (t) => {
			const bench = new Bench({ model });
			bench.product.server.addJob({ version: to, sizeBytes: FIRST_BYTES, fault });
			orderedThenOff(bench, LONG_OFF_MS);
			bench.on();
			t.true(bench.until("released"));
			t.like(bench.the("closed"), { outcome: "failed", reason });
			t.like(bench.journal.record, { attempts: 1, step: "none" });
			bench.run(10 * MINUTE_MS);
			t.deepEqual(bench.faults(), []);
			t.is(bench.product.modemFlash.version, from);
		});
}
