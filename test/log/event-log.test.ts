// Requirements: P8, R16
import test from "ava";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import { EventLog, LOG_RECORDS, type LogEntry } from "../../modules/log/event-log.js";
import { LOG_RECORD_BYTES_MAX } from "../../modules/log/log-record.js";

const ORDER = "0123456789abcdef".repeat(4);
const START_MS = 1_767_225_600_000;

function bench(store = new MemoryStore()) {
	const rtc = { time: START_MS as number | undefined };
	const troubles: string[] = [];
	let writes = 0;
	const counted = {
		read: (key: string) => store.read(key),
		write: (key: string, value: ArrayBuffer) => {
			writes++;
			store.write(key, value);
		},
		delete: (key: string) => store.delete(key),
	};
	const boot = (): EventLog =>
		new EventLog({
			store: counted,
			rtc,
			boot: () => 7,
			order: () => ORDER,
			onTrouble: (error) => troubles.push(error.message),
		});
	return { store, rtc, troubles, boot, writes: () => writes };
}

const entry = (event: string, lasting = false): LogEntry => ({ event, reason: "r", detail: "d", lasting });
const eventsOf = (log: EventLog): string[] => log.read().map(({ event }) => event);

test("what was logged is read back as it was, oldest first, over boots", (t) => {
	const { boot, rtc, writes } = bench();
	t.deepEqual(boot().read(), []);
	boot().append({ event: "decided", reason: "no-mark", detail: "closed", lasting: false });
	rtc.time = undefined;
	boot().append({ event: "closed", reason: "read-back", detail: "updated", lasting: true });
	rtc.time = START_MS + 1_234;
	boot().append(entry("refused"));
	t.deepEqual(boot().read(), [
		{
			sequence: 1,
			number: 0,
			timeMs: START_MS,
			boot: 7,
			event: "decided",
			reason: "no-mark",
			detail: "closed",
			order: "0123456789abcdef",
			lostBefore: 0,
		},
		{
			sequence: 2,
			number: 0,
			timeMs: undefined,
			boot: 7,
			event: "closed",
			reason: "read-back",
			detail: "updated",
			order: "0123456789abcdef",
			lostBefore: 0,
		},
		{
			sequence: 3,
			number: 1,
			timeMs: START_MS + 1_234,
			boot: 7,
			event: "refused",
			reason: "r",
			detail: "d",
			order: "0123456789abcdef",
			lostBefore: 0,
		},
	]);
	t.is(writes(), 3);
});

test("P8: a log that goes on for ever stays as large as it is, and keeps the newest", (t) => {
	const { boot, store } = bench();
	const count = 3 * LOG_RECORDS.routine + 5;
	for (let from = 0; from < count; from += 10) {
		const log = boot();
		for (let i = from; i < Math.min(from + 10, count); i++)
			log.append({ ...entry(`e${i}`), detail: "x".repeat(500) });
	}
	t.is(store.values.size, LOG_RECORDS.routine);
	for (const value of store.values.values()) t.true(value.byteLength <= LOG_RECORD_BYTES_MAX);
	const records = boot().read();
	t.is(records.length, LOG_RECORDS.routine);
	t.is(records[0]?.event, `e${count - LOG_RECORDS.routine}`);
	t.is(records[0]?.lostBefore, count - LOG_RECORDS.routine);
	t.is(records.at(-1)?.event, `e${count - 1}`);
	t.true(records.slice(1).every(({ lostBefore }) => lostBefore === 0));
});

test("a thousand closed boots do not push out the story of an update", (t) => {
	const { boot } = bench();
	boot().append(entry("updated", true));
	const log = boot();
	for (let i = 0; i < 1_000; i++) log.append(entry("closed-boot"));
	t.is(eventsOf(boot())[0], "updated");
	t.is(eventsOf(boot()).length, 1 + LOG_RECORDS.routine);
});

test("P8: a torn write, at whatever byte, loses that record and the oldest, and the log goes on", (t) => {
	const full = bench();
	const first = full.boot();
	for (let i = 0; i < LOG_RECORDS.routine + 3; i++) first.append(entry(`e${i}`));
	const before = eventsOf(full.boot());
	const bytes = full.store.read("routine-3")?.byteLength ?? 0;
	t.true(bytes > 30);
	for (let torn = 0; torn < bytes; torn++) {
		const { boot, store } = bench(full.store.clone());
		store.tearNextWriteAt(torn);
		boot().append(entry("torn"));
		t.deepEqual(eventsOf(boot()), before.slice(1), `${torn}`);
		boot().append(entry("after"));
		t.deepEqual(eventsOf(boot()), [...before.slice(1), "after"], `${torn}`);
		t.true(
			boot()
				.read()
				.slice(1)
				.every(({ lostBefore }) => lostBefore === 0),
		);
	}
});

test("a record that is damaged later is a gap that is told", (t) => {
	const { boot, store } = bench();
	const log = boot();
	for (let i = 0; i < 5; i++) log.append(entry(`e${i}`));
	for (const key of ["routine-1", "routine-2"])
		new Uint8Array(store.values.get(key) as ArrayBuffer)[20]! ^= 1;
	t.deepEqual(
		boot()
			.read()
			.map(({ event, lostBefore }) => [event, lostBefore]),
		[
			["e0", 0],
			["e3", 2],
			["e4", 0],
		],
	);
	boot().append(entry("e5"));
	new Uint8Array(store.values.get("routine-5") as ArrayBuffer)[8] = 255;
	boot().append(entry("e5, again"));
	t.is(eventsOf(boot()).at(-1), "e5, again");
	store.values.delete("routine-5");
	store.values.set("routine-0", new ArrayBuffer(0));
	store.values.set("routine-4", new ArrayBuffer(4_000));
	t.deepEqual(eventsOf(boot()), ["e3"]);
});

test("a log that cannot be read or written never throws, says so, and does not end with one bad place", (t) => {
	const { boot, store, troubles } = bench();
	const log = boot();
	log.append(entry("e0"));
	store.failing = true;
	log.append(entry("lost"));
	t.deepEqual(troubles, ["medium does not take writes"]);
	store.failing = false;
	log.append(entry("e2"));
	t.deepEqual(
		boot()
			.read()
			.map(({ event, lostBefore }) => [event, lostBefore]),
		[
			["e0", 0],
			["e2", 1],
		],
	);
	const unreadable = new EventLog({
		store: {
			read: (key) => {
				if (key === "routine-0") throw new Error("no answer");
				return store.read(key);
			},
			write: (key, value) => store.write(key, value),
			delete: () => {},
		},
		get rtc(): never {
			throw new Error("never asked");
		},
		boot: () => {
			throw new Error("no boot");
		},
		order: () => {
			throw new Error("no order");
		},
		onTrouble: () => {
			throw new Error("nobody listens");
		},
	});
	t.notThrows(() => unreadable.append(entry("e3")));
	t.throws(() => unreadable.read(), { message: "no answer" });
	t.like(boot().read().at(-1), { event: "e3", boot: undefined, timeMs: undefined, order: "" });
});

test("texts are cut off where they are too long, and what is not printable is a question mark", (t) => {
	const { boot } = bench();
	boot().append({
		event: "e".repeat(99),
		reason: "r".repeat(99),
		detail: `a\né🙂${"x".repeat(999)}`,
		lasting: true,
	});
	const [record] = boot().read();
	t.is(record?.event, "e".repeat(16));
	t.is(record?.reason, "r".repeat(24));
	t.is(record?.detail.length, 96);
	t.is(record?.detail.slice(0, 6), "a????x");
});

test("it opens at the first entry and reads each place once", (t) => {
	let reads = 0;
	const log = new EventLog({
		store: {
			read: () => {
				reads++;
				return undefined;
			},
			write: () => {},
			delete: () => {},
		},
		rtc: { time: undefined },
		boot: () => undefined,
		order: () => "",
	});
	t.is(reads, 0);
	log.append(entry("e0"));
	t.is(reads, LOG_RECORDS.lasting + LOG_RECORDS.routine);
	log.append(entry("e1", true));
	t.is(reads, LOG_RECORDS.lasting + LOG_RECORDS.routine);
});
