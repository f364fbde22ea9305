// Requirements: P1, P3, R1, R3
/** P1 and P3: a boot whose window stays closed, whatever asks, and however often. */
import test from "ava";
import { Bench, BRIEF_OFF_MS, HOUR_MS, LONG_OFF_MS, MINUTE_MS, SECOND_MS } from "../support/bench.js";
import { VERSIONS } from "../support/orders.js";
import { CLOSED_BOOTS, damage, leaveSent, orderedThenOff } from "./boots.js";

const REQUESTS = { connect: 1, download: 2, install: 3, reboot: 24, uninstall: 25 } as const;
const FLOOD = Object.values(REQUESTS).flatMap((code) => Array<string>(40).fill(`+WDSI: ${code}`));

for (const model of ["HL7692", "HL7800"] as const) {
	for (const [when, boot] of Object.entries(CLOSED_BOOTS)) {
		test(`P1: ${when} an ${model} product puts every request off, in floods too, and accepts none`, (t) => {
			const bench = new Bench({ model, behaviour: { replyWithoutRequest: "ok" } });
			bench.job();
			boot(bench);
			bench.run(MINUTE_MS);
			bench.forget();
			for (const [request, code] of Object.entries(REQUESTS) as [keyof typeof REQUESTS, number][]) {
				bench.say(`+WDSI: ${code}`);
				bench.run(10 * SECOND_MS);
				// An HL7692 knows neither of the last two and says so; it is told all the same.
				const reply = { connect: 0, download: 2, install: 5, reboot: 7, uninstall: 9 }[request];
				t.true(
					bench.sent.some(({ line }) => line === `AT+WDSR=${reply},1440`),
					`${request} is put off`,
				);
			}
			for (let round = 0; round < 20; round++) {
				bench.say(...FLOOD);
				bench.run(SECOND_MS);
			}
			bench.product.server.notify();
			bench.run(HOUR_MS);
			t.deepEqual(bench.accepting, []);
			t.deepEqual(bench.faults(), []);
			t.true(
				bench.sent.length < 400,
				`a flood of requests makes no flood of replies, got ${bench.sent.length}`,
			);
		});

		test(`P1: ${when} an ${model} product accepts nothing while and after it is switched off`, (t) => {
			const bench = new Bench({ model, behaviour: { replyWithoutRequest: "ok" } });
			boot(bench);
			bench.run(20 * SECOND_MS);
			bench.forget();
			let off = 0;
			bench.say(...FLOOD);
			bench.product.switchOff(() => off++);
			bench.run(10 * SECOND_MS);
			t.is(off, 1);
			t.deepEqual(bench.accepting, []);
		});
	}

	test(`P1: in a recovery an ${model} product puts every request off`, (t) => {
		const bench = new Bench({ model, behaviour: { replyWithoutRequest: "ok" } });
		orderedThenOff(bench, LONG_OFF_MS);
		leaveSent(bench);
		bench.on();
		while (bench.of("recovered").length === 0) {
			bench.say(...FLOOD);
			bench.run(100);
		}
		bench.run(MINUTE_MS);
		t.like(bench.the("recovered"), { set: "old" });
		t.deepEqual(bench.faults(), []);
	});

	test(`P1: an ${model}'s window accepts nothing more once it is closed, though everything asks at that moment`, (t) => {
		const bench = new Bench({ model, behaviour: { replyWithoutRequest: "ok" } });
		orderedThenOff(bench, LONG_OFF_MS);
		bench.on();
		t.true(bench.until("closed"));
		const until = bench.sent.length;
		bench.say(...FLOOD);
		bench.run(HOUR_MS);
		t.deepEqual(bench.faults(), []);
		t.true(bench.sent.length > until);
	});

	test(`P1: while an ${model}'s window is open a flood of requests neither closes it nor is it accepted twice`, (t) => {
		const bench = new Bench({ model });
		bench.job();
		orderedThenOff(bench, LONG_OFF_MS);
		bench.on();
		while (bench.of("closed").length === 0) {
			bench.say(...[1, 24, 25, 1, 1, 24].map((code) => `+WDSI: ${code}`));
			bench.run(SECOND_MS);
		}
		bench.run(MINUTE_MS);
		t.like(bench.the("closed"), { outcome: "updated" });
		t.deepEqual(bench.faults(), []);
	});

	test(`P1: a burst of one request at an ${model}'s open window is one request`, (t) => {
		for (const code of [1, 2]) {
			const bench = new Bench({ model });
			bench.job();
			orderedThenOff(bench, LONG_OFF_MS);
			bench.on();
			t.true(bench.clock.runUntil(() => bench.traffic.includes("< +WDSI: 2"), 5 * MINUTE_MS));
			bench.say(...Array<string>(50).fill(`+WDSI: ${code}`));
			t.true(bench.until("closed"));
			t.like(bench.the("closed"), { outcome: "updated" }, `+WDSI: ${code}`);
		}
	});

	test(`P3: an ${model} product that stays closed is released before a byte is on the wire and before a timer runs`, (t) => {
		for (const [when, boot] of Object.entries(CLOSED_BOOTS)) {
			const bench = new Bench({ model });
			bench.job();
			let released = 0;
			const before = () => bench.product.wire.bytes("to-modem");
			const on = bench.on.bind(bench);
			bench.on = (order) => {
				const [bytes, now] = [before(), bench.clock.now()];
				on(order);
				const decided = bench.of("decided").at(-1);
				if (decided?.window !== "closed") return;
				released++;
				t.is(bench.events.at(-1)?.event, "released", when);
				t.is(bench.clock.now(), now, when);
				const first = bench.sent[0];
				t.true(first === undefined || bench.events.length > 0, when);
				t.is(
					before() - bytes,
					"AT\r".length,
					`${when}: all that follows the release is the guard's first AT`,
				);
			};
			boot(bench);
			t.true(released > 0, when);
		}
	});

	test(`P3: an ${model} product is released where every medium throws`, (t) => {
		const bench = new Bench({ model });
		orderedThenOff(bench, LONG_OFF_MS);
		for (const store of [bench.product.battery, bench.product.flash])
			Object.assign(store, {
				read() {
					throw new Error("no medium");
				},
				write() {
					throw new Error("no medium");
				},
			});
		bench.on();
		t.deepEqual(
			bench.events.map(({ event }) => event),
			["decided", "released"],
		);
		bench.run(MINUTE_MS);
		t.is(bench.of("armed").length > 0, true);
		t.deepEqual(bench.faults(), []);
	});

	test(`P3: an ${model} product whose port does not open is released, closed or open, and says why it is unguarded`, (t) => {
		for (const offMs of [BRIEF_OFF_MS, LONG_OFF_MS]) {
			const bench = new Bench({ model });
			orderedThenOff(bench, offMs);
			bench.product.wire.unplug();
			bench.on();
			t.is(bench.of("released").length, 1);
			t.like(bench.the("unguarded"), { reason: "no-modem" });
			if (offMs === LONG_OFF_MS) t.like(bench.the("closed"), { outcome: "failed", reason: "no-modem" });
			t.deepEqual(bench.faults(), []);
		}
	});

	test(`P1, P3: an ${model} product with a damaged journal starts it afresh with a new order, and knows no package then`, (t) => {
		const bench = new Bench({ model });
		bench.job();
		orderedThenOff(bench, LONG_OFF_MS);
		damage(bench, "journal");
		bench.on();
		t.like(bench.the("decided"), { window: "closed", reason: "journal-damaged" });
		bench.run(10 * MINUTE_MS);
		bench.cut(LONG_OFF_MS);
		bench.forget();
		bench.on("second");
		t.like(bench.the("decided"), { window: "open" });
		t.is(bench.product.modemFlash.version, VERSIONS[model][0]);
	});
}
