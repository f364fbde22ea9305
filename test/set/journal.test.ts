// Requirements: P6, P7, P8, R5
import test from "ava";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import { Journal, type JournalRecord, JournalWriteError } from "../../modules/set/journal.js";
import { bytesFromAscii } from "../../modules/storage/bytes.js";
import { Slots } from "../../modules/storage/slots.js";

const A = { digest: "a".repeat(64), element: "modem", to: "HL7800.4.5.4.0" };
const B = { digest: "b".repeat(64), element: "modem", to: "HL7800.4.7.1.0" };

test("P6: a new order makes what is on the modem foreign, counts attempts from nought, and keeps the rest", (t) => {
	for (const state of ["none", "accepted", "matched", "downloaded", "foreign"] as const) {
		const store = new MemoryStore();
		const journal = new Journal({ store });
		journal.keepUnder(A);
		journal.write({ package: state, attempts: 3, seen: "x", reportOwed: true, installMayResume: true });
		journal.keepUnder(A);
		t.is(journal.record.package, state);
		journal.keepUnder(B);
		t.like(new Journal({ store }).record, {
			order: B.digest,
			to: B.to,
			package: state === "none" ? "none" : "foreign",
			attempts: 0,
			seen: "x",
			reportOwed: true,
			installMayResume: true,
		});
	}
});

test("a record has nothing of a table in it, for what lies in flash cannot be written as JSON", (t) => {
	const journal = new Journal({ store: new MemoryStore() });
	for (const value of Object.values(journal.record))
		if (typeof value === "object" && value !== null) t.false(Object.isFrozen(value));
	t.deepEqual(journal.record.others, []);
});

test("P7: a write that is torn at any byte leaves the record before it or the one that was written", (t) => {
	for (let torn = 0; torn < 500; torn++) {
		const store = new MemoryStore();
		const journal = new Journal({ store });
		journal.keepUnder(A);
		journal.write({ package: "matched" });
		store.tearNextWriteAt(torn);
		let failed = false;
		try {
			journal.write({ package: "downloaded", step: "sent" });
		} catch (error) {
			failed = true;
			t.true(error instanceof JournalWriteError);
			t.is(journal.record.package, "matched", "what could not be written is not so");
		}
		const after = new Journal({ store });
		t.false(after.damaged, `torn at ${torn}`);
		t.is(after.record.package, failed ? "matched" : "downloaded");
		t.is(after.open, !failed);
	}
});

test("P7: a medium that fails leaves the record as it was, and says so by name", (t) => {
	const store = new MemoryStore();
	const journal = new Journal({ store });
	journal.keepUnder(A);
	store.failing = true;
	const error = t.throws(() => journal.write({ step: "sent" }));
	t.is(error?.name, "JournalWriteError");
	t.false(journal.open);
	store.failing = false;
	t.false(new Journal({ store }).open);
});

test("P7: a first write that is torn is a damaged journal, never an empty one", (t) => {
	const store = new MemoryStore();
	store.tearNextWriteAt(9);
	t.throws(() => new Journal({ store }).keepUnder(A));
	const journal = new Journal({ store });
	t.true(journal.damaged);
	t.throws(() => journal.write({ attempts: 1 }), { name: "JournalWriteError" });
	journal.startAfresh();
	t.false(journal.damaged);
	t.false(new Journal({ store }).damaged);
});

const WHOLE: JournalRecord = new Journal({ store: new MemoryStore() }).record;
const NOT_OURS: Readonly<Record<string, string>> = {
	"no JSON": "{",
	"another format": JSON.stringify({ format: 2, ...WHOLE }),
	"no format": JSON.stringify(WHOLE),
	"a field of another type": JSON.stringify({ format: 1, ...WHOLE, step: "yes" }),
	"a field that is missing": JSON.stringify({ format: 1, ...WHOLE, attempts: undefined }),
	"a package state that nobody knows": JSON.stringify({ format: 1, ...WHOLE, package: "verified" }),
	null: "null",
};

for (const [what, text] of Object.entries(NOT_OURS))
	test(`P7: a whole slot that holds ${what} is a damaged journal`, (t) => {
		const store = new MemoryStore();
		new Slots({ store, key: "journal" }).write(bytesFromAscii(text));
		t.true(new Journal({ store }).damaged);
	});

test("P7: a medium that cannot be read is a damaged journal", (t) => {
	const store = new MemoryStore();
	store.read = () => {
		throw new Error("no medium");
	};
	t.true(new Journal({ store }).damaged);
});

test("the record that is given out is a copy", (t) => {
	const journal = new Journal({ store: new MemoryStore() });
	journal.record.attempts = 9;
	t.is(journal.record.attempts, 0);
});
