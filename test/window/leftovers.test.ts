// Requirements: P1, P6, R6
/** P6: what was left over from before is used only where the journal shows that it is this order's. */
import test from "ava";
import type { FirmwarePackage } from "../../hosts/emulator/flash.js";
import type { JournalRecord, PackageState } from "../../modules/set/journal.js";
import { Bench, BRIEF_OFF_MS, HOUR_MS, LONG_OFF_MS, MINUTE_MS } from "../support/bench.js";
import { FIRST_BYTES, type OrderName, SECOND_BYTES, VERSIONS } from "../support/orders.js";
import { digestOf } from "./boots.js";

type Left = "downloaded" | "partial";

interface Row {
	what: string;
	left: Left;
	/** Its size; default: the order's. */
	sizeBytes?: number;
	order?: OrderName;
	/** The journal when the window opens: under this order, under another one, or empty. */
	under: "this" | "another" | "none";
	package: PackageState;
	/** How the window ends. */
	end: "updated read-back" | "failed unidentified-package" | "failed foreign-package";
	/** A resumed download does not tell its size. */
	silent?: boolean;
}

/** Marks would be most of what a product does that monitors for days; with these an hour off opens a window. */
const SELDOM_MARKED = { markEveryMs: 5 * MINUTE_MS } as const;

const UNKNOWN = { under: "none", package: "none" } as const;

const ROWS: readonly Row[] = [
	{ what: "a package of unknown origin", left: "downloaded", ...UNKNOWN, end: "failed unidentified-package" },
	{
		what: "half a download of unknown origin",
		left: "partial",
		...UNKNOWN,
		end: "failed unidentified-package",
	},
	{
		what: "half a download of unknown origin and wrong size",
		left: "partial",
		sizeBytes: FIRST_BYTES + 1,
		...UNKNOWN,
		end: "failed foreign-package",
	},
	{
		what: "half a download of unknown origin that does not tell its size",
		left: "partial",
		silent: true,
		...UNKNOWN,
		end: "failed unidentified-package",
	},
	{
		what: "this order's package",
		left: "downloaded",
		under: "this",
		package: "downloaded",
		end: "updated read-back",
	},
	{
		what: "this order's package, whose download was not seen to end",
		left: "downloaded",
		under: "this",
		package: "matched",
		end: "updated read-back",
	},
	{
		what: "half of this order's download",
		left: "partial",
		under: "this",
		package: "matched",
		end: "updated read-back",
	},
	{
		what: "half of this order's download that does not tell its size again",
		left: "partial",
		silent: true,
		under: "this",
		package: "matched",
		end: "updated read-back",
	},
	{
		what: "half of a download that this order accepted and whose size was not seen",
		left: "partial",
		under: "this",
		package: "accepted",
		end: "updated read-back",
	},
	{
		what: "half of a download that this order accepted and whose size is never seen",
		left: "partial",
		silent: true,
		under: "this",
		package: "accepted",
		end: "failed unidentified-package",
	},
	{
		what: "a package that this order accepted and whose size was not seen",
		left: "downloaded",
		under: "this",
		package: "accepted",
		end: "failed unidentified-package",
	},
	{
		what: "a package that had the wrong size under this order",
		left: "downloaded",
		under: "this",
		package: "foreign",
		end: "failed foreign-package",
	},
	{
		what: "half a download that had the wrong size under this order",
		left: "partial",
		sizeBytes: SECOND_BYTES,
		under: "this",
		package: "foreign",
		end: "failed foreign-package",
	},
	{
		what: "another order's package of the very same size",
		left: "downloaded",
		under: "another",
		package: "downloaded",
		end: "failed foreign-package",
	},
	{
		what: "half of another order's download of the very same size",
		left: "partial",
		under: "another",
		package: "matched",
		end: "failed foreign-package",
	},
	{
		what: "half of another order's download that does not tell its size",
		left: "partial",
		silent: true,
		under: "another",
		package: "matched",
		end: "failed foreign-package",
	},
	{
		what: "a package of unknown origin under an order that adopts it",
		left: "downloaded",
		order: "adopting",
		...UNKNOWN,
		end: "updated read-back",
	},
	{
		what: "another order's package under an order that adopts it",
		left: "downloaded",
		order: "adopting",
		under: "another",
		package: "downloaded",
		end: "updated read-back",
	},
	{
		what: "half a download of unknown origin under an order that adopts it",
		left: "partial",
		order: "adopting",
		...UNKNOWN,
		end: "updated read-back",
	},
	{
		what: "half a download that does not tell its size under an order that adopts it",
		left: "partial",
		silent: true,
		order: "adopting",
		...UNKNOWN,
		end: "updated read-back",
	},
	{
		what: "half a download of the wrong size under an order that adopts what has its own",
		left: "partial",
		sizeBytes: SECOND_BYTES,
		order: "adopting",
		...UNKNOWN,
		end: "failed foreign-package",
	},
];

/** Puts a leftover on the modem, as it would be found with its power off. */
function leave(bench: Bench, left: Left, sizeBytes: number): void {
	const firmware: FirmwarePackage = {
		jobId: 0,
		version: VERSIONS[bench.model][1],
		sizeBytes,
		install: null,
		fault: "none",
	};
	const { modemFlash } = bench.product;
	if (left === "downloaded") modemFlash.stored = firmware;
	else modemFlash.download = { package: firmware, receivedBytes: sizeBytes / 2, pausedBy: "power" };
}

for (const model of ["HL7692", "HL7800"] as const) {
	const [from, to, third] = VERSIONS[model];

	for (const row of ROWS)
		test(`P6: ${row.what}, found by an ${model}'s window: ${row.end}`, (t) => {
			const bench = new Bench({
				model,
				behaviour: { interruptedDownloadAtStart: "waits", resumeTellsSize: !row.silent },
				policy: SELDOM_MARKED,
			});
			bench.usedThenOff(BRIEF_OFF_MS);
			bench.on(row.order ?? "first");
			bench.run(10 * MINUTE_MS);
			bench.cut(HOUR_MS);
			leave(bench, row.left, row.sizeBytes ?? FIRST_BYTES);
			if (row.under !== "none") {
				const digest = row.under === "this" ? digestOf(bench) : "0".repeat(64);
				bench.journal.keepUnder({ digest, element: "modem", to });
				bench.journal.write({ package: row.package });
			}
			bench.forget();
			bench.on();
			t.true(bench.until("released"));
			const { outcome, reason } = bench.the("closed");
			t.is(`${outcome} ${reason}`, row.end);
			t.is(bench.product.modemFlash.version, outcome === "updated" ? to : from);
			if (outcome === "failed") t.is(bench.journal.record.attempts, 0, "a foreign package is no attempt");
			bench.product.server.notify();
			bench.run(50 * HOUR_MS);
			t.deepEqual(bench.faults(), []);
			t.is(bench.product.modemFlash.version, outcome === "updated" ? to : from);
		});

	for (const left of ["downloaded", "partial"] as const)
		for (const atStart of ["asks", "waits"] as const)
			test(`P1, P6: what is ${left} and ${atStart} never goes on while an ${model} product monitors, nor after cuts`, (t) => {
				const bench = new Bench({
					model,
					behaviour: { interruptedDownloadAtStart: atStart },
					policy: SELDOM_MARKED,
				});
				bench.usedThenOff(BRIEF_OFF_MS);
				leave(bench, left, FIRST_BYTES);
				const before = structuredClone(bench.product.modemFlash);
				for (let boot = 0; boot < 5; boot++) {
					bench.on("first");
					bench.run(2 * MINUTE_MS);
					bench.product.server.notify();
					bench.run(26 * HOUR_MS);
					t.deepEqual(bench.faults(), []);
					bench.cut(BRIEF_OFF_MS);
					const { stored, download, version } = bench.product.modemFlash;
					t.deepEqual({ stored, download, version }, {
						stored: before.stored,
						download: before.download,
						version: before.version,
					} as never);
				}
				if (left === "downloaded") t.true(bench.of("refused").some(({ request }) => request === "install"));
			});

	test(`P6: an ${model}'s package of an earlier order is put off for ever, until the company cancels its job`, (t) => {
		const bench = new Bench({ model });
		bench.job();
		bench.usedThenOff(BRIEF_OFF_MS);
		bench.on("first");
		bench.run(10 * MINUTE_MS);
		bench.cut(LONG_OFF_MS);
		leave(bench, "downloaded", FIRST_BYTES);
		Object.assign(bench.product.modemFlash.stored as object, { jobId: 1 });
		const { journal } = bench;
		journal.keepUnder({ digest: digestOf(bench), element: "modem", to });
		journal.write({ package: "downloaded" } satisfies Partial<JournalRecord>);

		bench.on("second");
		bench.until("released");
		t.like(bench.of("closed").at(-1), { outcome: "failed", reason: "foreign-package" });
		bench.run(10 * MINUTE_MS);
		bench.cut(LONG_OFF_MS);
		bench.on();
		bench.until("released");
		t.like(bench.of("closed").at(-1), { outcome: "failed", reason: "foreign-package" });
		bench.run(10 * MINUTE_MS);
		bench.cut(LONG_OFF_MS);
		t.is(bench.product.modemFlash.version, from);
		t.is(bench.journal.record.attempts, 0, "a foreign package is no attempt");
	});

	test(`P6: an ${model} product whose first order's download was stopped takes the second order's package and no other`, (t) => {
		const bench = new Bench({ model });
		bench.job();
		bench.usedThenOff(BRIEF_OFF_MS);
		bench.on("first");
		bench.run(10 * MINUTE_MS);
		bench.cut(LONG_OFF_MS);
		bench.on();
		t.true(bench.clock.runUntil(() => bench.of("progress").some(({ percent }) => percent >= 50), HOUR_MS));
		bench.cut(LONG_OFF_MS);
		t.not(bench.product.modemFlash.download, null);
		bench.product.server.cancelJobs();
		bench.job(third, SECOND_BYTES);
		const ends: string[] = [];
		for (let boot = 0; boot < 4 && bench.product.modemFlash.version === from; boot++) {
			bench.forget();
			bench.on("second");
			bench.until("released");
			const { outcome, reason } = bench.the("closed");
			ends.push(`${outcome} ${reason}`);
			bench.run(10 * MINUTE_MS);
			t.deepEqual(bench.faults(), []);
			bench.cut(LONG_OFF_MS);
		}
		t.is(bench.product.modemFlash.version, third, ends.join());
	});
}
