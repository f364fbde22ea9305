// Requirements: P1, P4, P5, P6, P7, P8, P9, R9
/** The policy `prefetch`: the modem's download may happen while the product monitors, and nothing more. */
import test from "ava";
import {
	Bench,
	type BenchOptions,
	BRIEF_OFF_MS,
	HOUR_MS,
	LONG_OFF_MS,
	MINUTE_MS,
	SECOND_MS,
} from "../support/bench.js";
import { FIRST_BYTES, SECOND_BYTES, VERSIONS } from "../support/orders.js";
import { shareOf } from "../support/share.js";
import { CLOSED_BOOTS, damage, digestOf, leaveSent, orderedThenOff } from "./boots.js";

function prefetching(options: BenchOptions): Bench {
	// Marks are most of what a product does that monitors for days: as seldom as a window can still open after LONG_OFF_MS.
	return new Bench({ ...options, policy: { mode: "prefetch", markEveryMs: MINUTE_MS, ...options.policy } });
}

/** A brief cut, then power: a product that monitors with the first order. */
function briefly(bench: Bench): void {
	bench.usedThenOff(BRIEF_OFF_MS);
	bench.on("first");
}

const sessions = (bench: Bench) => bench.sent.filter(({ line }) => line === "AT+WDSS=1,1");
const installs = (bench: Bench) => bench.sent.filter(({ line }) => line === "AT+WDSR=4");

/** From the boot on; a share of them is tried, in a whole run each: test/support/share.ts. */
const FETCHING_SECONDS = Array.from({ length: 65 }, (_, index) => 5 + index);

for (const model of ["HL7692", "HL7800"] as const) {
	const [from, to] = VERSIONS[model];

	test(`P1: an ${model} product fetches while it monitors, and the next open window installs without a download`, (t) => {
		const bench = prefetching({ model });
		bench.job();
		briefly(bench);
		t.true(bench.until("prefetched"));
		bench.run(3 * 24 * HOUR_MS);
		t.deepEqual(bench.faults({ prefetch: true }), []);
		t.is(bench.product.modemFlash.version, from);
		t.is(bench.journal.record.package, "downloaded");
		t.is(bench.journal.record.attempts, 0, "fetching is no attempt");
		t.true(bench.of("refused").some(({ request }) => request === "install"));
		bench.cut(BRIEF_OFF_MS);
		bench.forget();
		bench.on();
		bench.run(HOUR_MS);
		t.like(bench.the("decided"), { window: "closed", reason: "off-too-short" });
		t.deepEqual(bench.accepting, []);
		bench.cut(LONG_OFF_MS);
		bench.forget();
		bench.on();
		t.true(bench.until("released"));
		t.like(bench.the("closed"), { outcome: "updated" });
		t.is(bench.product.modemFlash.version, to);
		t.false(bench.accepting.includes("AT+WDSR=3"));
		t.deepEqual(bench.faults(), []);
	});

	test(`P1: an ${model} product opens one session every \`prefetchEvery\` at most, over boots too`, (t) => {
		const bench = prefetching({ model });
		briefly(bench);
		const start = bench.clock.now();
		for (let boot = 0; boot < 40; boot++) {
			bench.run(3 * HOUR_MS);
			t.deepEqual(bench.faults({ prefetch: true }), []);
			bench.cut(BRIEF_OFF_MS);
			bench.on();
		}
		const days = (bench.clock.now() - start) / (24 * HOUR_MS);
		// A session that the modem is not ready for is asked for again within the same minute.
		const apart: number[] = [];
		for (const { at } of bench.of("session")) if (at - (apart.at(-1) ?? -HOUR_MS) > MINUTE_MS) apart.push(at);
		t.true(apart.length >= 3 && apart.length <= days + 1, `${apart.length} sessions in ${days} days`);
		for (let i = 1; i < apart.length; i++)
			t.true((apart[i] as number) - (apart[i - 1] as number) >= 24 * HOUR_MS - SECOND_MS);
		for (const { at } of sessions(bench))
			t.true(apart.some((first) => at >= first && at - first < MINUTE_MS));
	});

	for (const sizeBytes of [FIRST_BYTES - 1, FIRST_BYTES + 1, SECOND_BYTES])
		test(`P5: an ${model} product that fetches a package of ${sizeBytes} bytes stops it there and then, and never uses it`, (t) => {
			const bench = prefetching({ model });
			bench.job(to, sizeBytes);
			briefly(bench);
			bench.run(3 * 24 * HOUR_MS);
			t.is(bench.of("prefetched").length, 0);
			t.is(bench.product.modemFlash.stored, null);
			t.is(bench.journal.record.package, "foreign");
			t.deepEqual(bench.faults({ prefetch: true }), []);
			bench.cut(LONG_OFF_MS);
			bench.on();
			t.true(bench.until("released"));
			t.is(bench.of("closed")[0]?.outcome, "failed");
			bench.run(2 * 24 * HOUR_MS);
			t.is(bench.product.modemFlash.version, from);
			t.is(installs(bench).length, 0);
		});

	const QUIET: Readonly<Record<string, (bench: Bench) => void>> = {
		"without an order": CLOSED_BOOTS["without an order"] as (bench: Bench) => void,
		"with the order in force": CLOSED_BOOTS["with the order in force"] as (bench: Bench) => void,
		"with the order given up": CLOSED_BOOTS["with the order given up"] as (bench: Bench) => void,
		"with a damaged journal": CLOSED_BOOTS["with the journal damaged"] as (bench: Bench) => void,
		"with a flash that takes no writes": (bench) => {
			orderedThenOff(bench, BRIEF_OFF_MS);
			bench.product.flash.failing = true;
			bench.on();
		},
		"whose install may resume": (bench) => {
			orderedThenOff(bench, BRIEF_OFF_MS);
			leaveSent(bench);
			bench.journal.write({ step: "none", package: "none" });
			bench.on();
		},
		"after a recovery": (bench) => {
			orderedThenOff(bench, BRIEF_OFF_MS);
			leaveSent(bench);
			bench.on();
		},
		"with its package down": (bench) => {
			orderedThenOff(bench, BRIEF_OFF_MS);
			bench.journal.keepUnder({ digest: digestOf(bench), element: "modem", to });
			bench.journal.write({ package: "downloaded" });
			bench.on();
		},
	};

	for (const [what, boot] of Object.entries(QUIET))
		test(`P1: an ${model} product ${what} fetches nothing`, (t) => {
			const bench = prefetching({ model });
			boot(bench);
			bench.forget();
			// Longer than `prefetchEvery`.
			bench.run(26 * HOUR_MS);
			t.deepEqual(bench.accepting, []);
			t.deepEqual(bench.faults(), []);
		});

	test(`P6: an ${model} product that fetches leaves a package of unknown origin alone, and never installs it`, (t) => {
		const bench = prefetching({ model });
		bench.job();
		bench.usedThenOff(BRIEF_OFF_MS);
		bench.product.modemFlash.stored = {
			jobId: 0,
			version: VERSIONS[model][2],
			sizeBytes: FIRST_BYTES,
			install: null,
			fault: "none",
		};
		bench.on("first");
		bench.run(3 * 24 * HOUR_MS);
		t.deepEqual(bench.faults({ prefetch: true }), []);
		bench.cut(LONG_OFF_MS);
		bench.forget();
		bench.on();
		t.true(bench.until("released"));
		t.like(bench.the("closed"), { outcome: "failed", reason: "unidentified-package" });
		t.is(bench.product.modemFlash.version, from);
	});

	test(`P1: an ${model} product that is asked everything while it fetches accepts neither install, restart nor uninstall`, (t) => {
		const bench = prefetching({ model, behaviour: { replyWithoutRequest: "ok" } });
		bench.job();
		briefly(bench);
		for (let second = 0; second < 120; second++) {
			bench.say(...Array.from({ length: 12 }, (_, i) => `+WDSI: ${[1, 3, 24, 25][i % 4]}`));
			bench.run(SECOND_MS);
		}
		bench.run(HOUR_MS);
		t.deepEqual(bench.faults({ prefetch: true }), []);
		t.is(bench.product.modemFlash.version, from);
		t.is(bench.of("prefetched").length, 1);
	});

	test(`P1, P8: an ${model}'s session that ends many times in one burst is not asked about as often, and what is asked then is put off`, (t) => {
		const bench = prefetching({ model });
		briefly(bench);
		t.true(bench.clock.runUntil(() => sessions(bench).length > 0, HOUR_MS));
		bench.run(SECOND_MS);
		bench.forget();
		bench.say(...Array.from({ length: 9 }, () => "+WDSI: 8"), ...[2, 3, 24, 25].map((n) => `+WDSI: ${n}`));
		bench.run(MINUTE_MS);
		// One read for all of them, and one of the arming's own.
		t.true(bench.sent.filter(({ line }) => line === "AT+WDSG").length <= 2);
		for (const reply of ["5,1440", "7,1440", "9,1440"])
			t.true(
				bench.sent.some(({ line }) => line === `AT+WDSR=${reply}`),
				reply,
			);
	});

	test(`P1, P8: an ${model}'s session that nobody ordered is ended, though one that prefetch opened ended many times in one burst`, (t) => {
		const bench = prefetching({ model });
		briefly(bench);
		t.true(bench.clock.runUntil(() => sessions(bench).length > 0, HOUR_MS));
		bench.run(SECOND_MS);
		bench.say(...Array.from({ length: 9 }, () => "+WDSI: 8"));
		bench.run(5 * MINUTE_MS);
		bench.forget();
		bench.say("+WDSI: 4", "+WDSI: 6");
		bench.run(2 * MINUTE_MS);
		t.true(bench.traffic.includes("> AT+WDSS=1,0"));
	});

	for (const [what, fail] of Object.entries({
		"loses the wire": (bench: Bench) => bench.product.wire.unplug(),
		"loses the modem": (bench: Bench) => bench.product.modem.powerOff(),
		"has its modem restart": (bench: Bench) => {
			bench.product.modem.powerOff();
			bench.product.modem.powerOn();
		},
		"loses its server": (bench: Bench) => {
			bench.product.server.reachable = false;
		},
		"loses its flash": (bench: Bench) => {
			bench.product.flash.failing = true;
		},
	}))
		test(`P1, P4: an ${model} product that ${what} while it fetches goes on, and can be switched off once`, (t) => {
			for (const second of shareOf(FETCHING_SECONDS, 7)) {
				const bench = prefetching({ model });
				bench.job();
				briefly(bench);
				bench.run(second * SECOND_MS);
				fail(bench);
				bench.run(second % 4 ? HOUR_MS : 0);
				t.deepEqual(bench.faults({ prefetch: true }), [], `second ${second}`);
				let off = 0;
				bench.product.switchOff(() => off++);
				bench.run(MINUTE_MS);
				t.is(off, 1, `second ${second}`);
				t.is(bench.product.modemFlash.version, from);
				t.is(installs(bench).length, 0);
			}
		});

	test(`P6, P7: an ${model} product cut while it fetches fetches or installs the rest, and is updated in the end`, (t) => {
		for (const second of shareOf(FETCHING_SECONDS, 5)) {
			const bench = prefetching({ model });
			bench.job();
			briefly(bench);
			bench.run(second * SECOND_MS);
			bench.cut(LONG_OFF_MS);
			bench.forget();
			bench.on();
			t.true(bench.until("released"));
			t.like(bench.the("closed"), { outcome: "updated" }, `second ${second}`);
			bench.run(MINUTE_MS);
			t.deepEqual(bench.faults({ prefetch: true }), [], `second ${second}`);
		}
	});

	test(`P1: an ${model} product whose clock is not to be trusted fetches no more than once every boot and \`prefetchEvery\``, (t) => {
		const bench = prefetching({ model });
		bench.usedThenOff(BRIEF_OFF_MS);
		bench.product.rtc.stopped = true;
		bench.on("first");
		bench.run(3 * 24 * HOUR_MS);
		t.true(bench.of("session").length <= 4, `${bench.of("session").length}`);
		t.deepEqual(bench.faults({ prefetch: true }), []);
	});

	test(`P9, P1: an ${model} product with a damaged order fetches nothing`, (t) => {
		const bench = prefetching({ model });
		orderedThenOff(bench, BRIEF_OFF_MS);
		damage(bench, "order");
		bench.on();
		bench.run(24 * HOUR_MS);
		t.deepEqual(bench.faults(), []);
	});
}
