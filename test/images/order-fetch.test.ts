// Requirements: P8, R15
import test from "ava";
import type { HttpBehaviour } from "../../hosts/emulator/http-behaviour.js";
import { EmulatedHttpClient } from "../../hosts/emulator/http-client.js";
import { EmulatedHttpServer } from "../../hosts/emulator/http-server.js";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { OrderFetch } from "../../modules/images/order-fetch.js";
import { ENVELOPE_BYTES_MAX } from "../../modules/order/envelope.js";
import { imageOf } from "./virtual.js";

const HOUR_MS = 3_600_000;

function benchOf(envelope: Uint8Array | undefined, behaviour: Partial<HttpBehaviour> = {}) {
	const world = new VirtualClock();
	const server = new EmulatedHttpServer(behaviour);
	if (envelope) server.files.set("/order", { bytes: envelope, etag: '"1"' });
	const taken: Uint8Array[] = [];
	const errors: string[] = [];
	const keeping = { isTaken: true };
	return {
		world,
		server,
		taken,
		errors,
		keeping,
		fetch: new OrderFetch({
			http: { io: EmulatedHttpClient, host: "orders.test", clock: world, server },
			path: "/order",
			clock: world,
			fetchEveryMs: HOUR_MS,
			onEnvelope: (bytes) => {
				taken.push(bytes);
				return keeping.isTaken;
			},
			onError: ({ reason }) => errors.push(reason),
		}),
	};
}

const order = imageOf(3_000);

test("an order is brought once, and again when it changes", (t) => {
	const { fetch, world, server, taken, errors } = benchOf(order);
	fetch.start();
	t.is(taken.length, 0, "not before start returned");
	world.advance(3 * HOUR_MS);
	t.deepEqual(taken, [order]);
	server.files.set("/order", { bytes: imageOf(10), etag: '"2"' });
	world.advance(2 * HOUR_MS);
	t.deepEqual(taken, [order, imageOf(10)]);
	t.deepEqual(errors, []);
	t.deepEqual(server.requests, [
		"/order",
		'/order if-none-match: "1"',
		'/order if-none-match: "1"',
		'/order if-none-match: "1"',
		'/order if-none-match: "2"',
	]);
	fetch.stop();
	fetch.stop();
	t.is(world.nextAt(), undefined);
});

test("an order that could not be kept is brought again", (t) => {
	const bench = benchOf(order);
	bench.keeping.isTaken = false;
	bench.fetch.start();
	bench.world.advance(1.5 * HOUR_MS);
	t.is(bench.taken.length, 2);
});

test("P8: a server is asked once a minute at most", (t) => {
	const { world, server } = benchOf(order);
	const hasty = new OrderFetch({
		http: { io: EmulatedHttpClient, host: "orders.test", clock: world, server },
		path: "/order",
		clock: world,
		fetchEveryMs: 1,
		onEnvelope: () => true,
	});
	hasty.start();
	world.advance(10 * 60_000 - 1);
	t.is(server.requests.length, 10);
});

const WRONG: Record<string, readonly [Uint8Array | undefined, Partial<HttpBehaviour>, string]> = {
	"no order": [undefined, {}, "no-image"],
	"an order that is too long": [imageOf(ENVELOPE_BYTES_MAX + 1), {}, "wrong-size"],
	"an order that is too long and does not say so": [
		imageOf(ENVELOPE_BYTES_MAX + 1),
		{ framing: "close" },
		"wrong-size",
	],
	"half an order": [order, { cuts: [1_000] }, "broken"],
	"a server error": [order, { statuses: [500] }, "http-status"],
	silence: [order, { isSilent: true }, "broken"],
	"an order that drips": [order, { bytesPerSecond: 20 }, "deadline"],
	"a coded order": [order, { headers: { "content-encoding": "br" } }, "bad-response"],
};

for (const [what, [envelope, behaviour, reason]] of Object.entries(WRONG))
	test(`P8: ${what} is ${reason}, and is asked for again later`, (t) => {
		const { fetch, world, taken, errors, server } = benchOf(envelope, behaviour);
		fetch.start();
		world.advance(HOUR_MS - 1);
		t.deepEqual(taken, []);
		t.deepEqual(errors, [reason]);
		t.is(server.requests.length, 1);
		world.advance(1);
		world.advance(100);
		t.is(server.requests.length, 2);
	});

test("the longest order that there may be is brought, with a length and without", (t) => {
	for (const framing of ["length", "close"] as const) {
		const { fetch, world, taken } = benchOf(imageOf(ENVELOPE_BYTES_MAX), { framing });
		fetch.start();
		world.advance(HOUR_MS / 2);
		t.deepEqual(taken, [imageOf(ENVELOPE_BYTES_MAX)]);
	}
});

test("after stop nothing comes", (t) => {
	for (const afterMs of [0, 50, 60, 80]) {
		const { fetch, world, taken, errors } = benchOf(order);
		fetch.start();
		world.advance(afterMs);
		fetch.stop();
		world.advance(HOUR_MS * 3);
		t.deepEqual([taken.length, errors.length], [0, 0]);
	}
});
