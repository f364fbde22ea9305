// Requirements: P9, R15
import test from "ava";
import fc from "fast-check";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import type { Store } from "../../modules/io/store.js";
import type { UpdateOrder } from "../../modules/order/order.js";
import { OrderRefusedError } from "../../modules/order/order-refused-error.js";
import { OrderStore } from "../../modules/order/order-store.js";
import { shareOf, timesOf } from "../support/share.js";
import { COMPANY, canonicalVersion, ORDER, STRANGER, signedOrder } from "./support.js";

const openStore = (store: Store) => new OrderStore({ store, canonicalVersion });
const order = (sequence: number, change: object = {}) => signedOrder({ ...ORDER, sequence, ...change });

/** What became of an offer: its outcome, or the reason of its refusal. */
function offer(store: Store, envelope: Uint8Array): string {
	try {
		return openStore(store).offer(envelope, COMPANY.publicKey).outcome;
	} catch (error) {
		if (error instanceof OrderRefusedError) return error.reason;
		throw error;
	}
}

function inForce(store: Store): UpdateOrder | undefined {
	const current = openStore(store).current();
	return current.status === "in-force" ? current.order : undefined;
}

function storeWith(...envelopes: Uint8Array[]): MemoryStore {
	const store = new MemoryStore();
	for (const envelope of envelopes) offer(store, envelope);
	return store;
}

function damage(store: MemoryStore, ...keys: string[]): void {
	for (const key of keys) {
		const value = store.values.get(key);
		if (value) new Uint8Array(value)[value.byteLength - 1]! ^= 1;
	}
}

/** A store whose power fails in the write that is `writes` away, which keeps `bytes` of its value. */
class FailingStore implements Store {
	readonly store: MemoryStore;
	#writes: number;
	readonly #bytes: number;

	constructor(store: MemoryStore, writes: number, bytes: number) {
		this.store = store;
		this.#writes = writes;
		this.#bytes = bytes;
	}

	read(key: string): ArrayBuffer | undefined {
		return this.store.read(key);
	}

	write(key: string, value: ArrayBuffer): void {
		if (this.#writes-- > 0) {
			this.store.write(key, value);
			return;
		}
		if (this.#bytes > 0) this.store.write(key, value.slice(0, this.#bytes));
		throw new Error("power cut");
	}

	delete(key: string): void {
		this.store.delete(key);
	}
}

test("an order is accepted, kept over a restart, and in force when it is offered again", (t) => {
	const store = new MemoryStore();
	t.deepEqual(openStore(store).current(), { status: "none" });
	const offered = openStore(store).offer(order(7), COMPANY.publicKey);
	t.is(offered.outcome, "accepted");
	t.is(offered.order.sequence, 7);
	t.deepEqual(inForce(store), offered.order);
	const writes = [...store.values];
	t.deepEqual(openStore(store).offer(order(7), COMPANY.publicKey), {
		outcome: "in-force",
		order: offered.order,
	});
	t.deepEqual([...store.values], writes);
	t.is(offer(store, order(8)), "accepted");
	t.is(inForce(store)?.sequence, 8);
});

test("P9: what is refused leaves the store byte for byte as it was", (t) => {
	const store = storeWith(order(7));
	const before = store.clone().values;
	const hostile = Uint8Array.from(order(9));
	hostile[40]! ^= 1;
	const cases: [Uint8Array, string][] = [
		[order(6), "lower-sequence"],
		[order(1), "lower-sequence"],
		[order(7, { adopt: true }), "same-sequence"],
		[signedOrder({ ...ORDER, sequence: 8 }, STRANGER), "wrong-key"],
		[signedOrder({ ...ORDER, sequence: 8, unknown: 1 }), "malformed-order"],
		[order(0), "malformed-order"],
		[order(2 ** 31), "malformed-order"],
		[order(8).slice(0, -1), "malformed-envelope"],
		[new Uint8Array(9000), "malformed-envelope"],
		[new Uint8Array(24_577), "too-long"],
		[hostile, "bad-signature"],
	];
	for (const [envelope, reason] of cases) {
		t.is(offer(store, envelope), reason);
		t.deepEqual(store.values, before);
	}
	t.is(inForce(store)?.sequence, 7);
});

test("P9: an older order that was in force once is not taken again", (t) => {
	const store = storeWith(order(7), order(8));
	t.is(offer(store, order(7)), "lower-sequence");
	t.is(inForce(store)?.sequence, 8);
	t.is(offer(store, order(2 ** 31 - 1)), "accepted");
});

/** A verification takes its time. In a whole run each byte is changed, and each is the last one: test/support/share.ts. */
const FLIP_EVERY = 3;
const CUT_EVERY = 5;

test("P9: when a byte of an envelope is changed, the order in force stays or becomes the signed one", (t) => {
	const store = storeWith(order(7));
	const before = inForce(store);
	const whole = order(8);
	const signed = openStore(new MemoryStore()).offer(whole, COMPANY.publicKey).order;
	for (const i of shareOf([...whole.keys()], FLIP_EVERY)) {
		const flipped = whole.slice();
		flipped[i]! ^= 1 << (i % 7);
		const copy = store.clone();
		const outcome = offer(copy, flipped);
		t.deepEqual(inForce(copy), outcome === "accepted" ? signed : before, `byte ${i}: ${outcome}`);
	}
});

test("P9: a power cut in either write of an order leaves an order in force, and the new one acceptable", (t) => {
	for (const earlier of [[], [order(7)], [order(5), order(7)]]) {
		const before = storeWith(...earlier);
		const previous = inForce(before);
		const after = before.clone();
		offer(after, order(8));
		const changed = changedKeys(before, after);
		t.is(changed.length, 2);
		for (const [index, key] of changed.entries()) {
			const length = (after.values.get(key) as ArrayBuffer).byteLength;
			for (const bytes of shareOf([...Array(length + 1).keys()], CUT_EVERY)) {
				const store = before.clone();
				t.is(offer(new FailingStore(store, index, bytes), order(8)), "not-stored");
				const where = `${earlier.length} earlier, write ${key}, ${bytes} bytes`;
				const whole = index === 1 && bytes === length;
				t.is(inForce(store)?.sequence, whole ? 8 : previous?.sequence, where);
				const replayed = earlier.length > 0 ? offer(store.clone(), order(6)) : "lower-sequence";
				t.is(replayed, "lower-sequence", where);
				if (previous && !whole) t.is(offer(store.clone(), order(7)), "in-force", where);
				t.is(offer(store, order(8)), whole ? "in-force" : "accepted", where);
				t.is(inForce(store)?.sequence, 8, where);
			}
		}
	}
});

/** The two keys that were written, the sequence first: the order in which a FailingStore meets them. */
function changedKeys(before: MemoryStore, after: MemoryStore): string[] {
	const hex = (store: MemoryStore, key: string) =>
		Buffer.from(store.read(key) ?? new ArrayBuffer(0)).toString("hex");
	const changed = [...after.values.keys()].filter((key) => hex(before, key) !== hex(after, key));
	return changed.sort((a, b) => b.length - a.length);
}

test("P9: between the two writes of an order, another one with its sequence is a replay", (t) => {
	const store = storeWith(order(7));
	t.is(offer(new FailingStore(store, 1, 0), order(8)), "not-stored");
	t.is(inForce(store)?.sequence, 7);
	t.is(offer(store, order(8, { adopt: true })), "same-sequence");
	t.is(offer(store, order(7)), "in-force");
	t.is(offer(store, order(8)), "accepted");
});

test("P9: a lost order costs nothing but itself, and its sequence still keeps older ones out", (t) => {
	const store = storeWith(order(7));
	damage(store, "order-a", "order-b");
	t.like(openStore(store).current(), { status: "damaged" });
	t.is(offer(store, order(6)), "lower-sequence");
	t.is(offer(store, order(7, { adopt: true })), "same-sequence");
	t.is(offer(store.clone(), order(8)), "accepted");
	t.is(offer(store, order(7)), "accepted");
	t.is(inForce(store)?.sequence, 7);
});

test("P9: a lost sequence is made good by the order in force; where both are lost nothing is taken", (t) => {
	const store = storeWith(order(7));
	damage(store, "order-seq-a", "order-seq-b");
	t.is(offer(store, order(6)), "lower-sequence");
	t.is(offer(store.clone(), order(8)), "accepted");
	damage(store, "order-a", "order-b");
	t.is(offer(store, order(8)), "sequence-unknown");
	t.throws(() => openStore(store).offer(order(8), COMPANY.publicKey), { message: /deleted in service/ });
});

test("P9: a store that cannot be read costs no boot anything, and takes no order", (t) => {
	const broken: Store = {
		read: () => {
			throw new Error("medium gone");
		},
		write: () => {},
		delete: () => {},
	};
	t.deepEqual(openStore(broken).current(), { status: "damaged", why: "medium gone" });
	t.is(offer(broken, order(8)), "sequence-unknown");
	const full = storeWith(order(7));
	full.failing = true;
	t.is(offer(full, order(8)), "not-stored");
	t.is(inForce(full)?.sequence, 7);
});

test("an order that this firmware no longer understands is damaged, not a fault", (t) => {
	const store = storeWith(order(7));
	const strict = new OrderStore({
		store,
		canonicalVersion: () => {
			throw new Error("no such grammar");
		},
	});
	t.like(strict.current(), { status: "damaged" });
});

test("P9: offered in any order, with power cuts anywhere, the sequence in force never falls", (t) => {
	const step = fc.record({
		sequence: fc.integer({ min: 1, max: 5 }),
		cut: fc.option(fc.tuple(fc.nat(1), fc.nat(90))),
	});
	fc.assert(
		fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
			const store = new MemoryStore();
			let highest = 0;
			for (const { sequence, cut } of steps) {
				offer(cut ? new FailingStore(store, ...cut) : store, order(sequence));
				const now = inForce(store)?.sequence ?? 0;
				t.true(now >= highest, `${now} after ${highest}`);
				highest = now;
			}
			t.is(offer(store, order(6)), "accepted");
		}),
		{ numRuns: timesOf(30, 300) },
	);
});
