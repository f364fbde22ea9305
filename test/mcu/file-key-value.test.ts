// Requirements: P7, R22
/** Goal: a file a key, whole or as before. Method: the SDK's files in memory, with every step that changes one made to fail. */
import test from "ava";
import { FileKeyValue } from "../../hosts/mcu/storage/file-key-value.js";
import { FileKeyValueError } from "../../hosts/mcu/storage/file-key-value-domain.js";
import { KeyValueStore } from "../../hosts/mcu/storage/key-value-store.js";
import { Slots } from "../../modules/storage/slots.js";
import { MemoryFiles } from "./memory-files.js";

const PATH = "/tmp/update-window";
const bytes = (...values: number[]) => Uint8Array.from(values).buffer;

function storeOf(files: MemoryFiles) {
	return new KeyValueStore({ keyValue: new FileKeyValue(files), path: PATH });
}

test("a value is read as it was written, a key that is not there is undefined, and deleting it is no error", (t) => {
	const files = new MemoryFiles();
	const store = storeOf(files);
	t.is(store.read("boot-a"), undefined);
	store.write("boot-a", bytes(1, 2, 3));
	store.write("empty", bytes());
	t.deepEqual(storeOf(files).read("boot-a"), bytes(1, 2, 3));
	t.deepEqual(store.read("empty"), bytes());
	store.delete("boot-a");
	store.delete("boot-a");
	t.is(store.read("boot-a"), undefined);
	t.deepEqual([...files.contents.keys()], [`${PATH}/empty`]);
	t.is(files.openFiles, 0);
});

test("a shorter value, and one after a longer one was cut off, has its own length", (t) => {
	const files = new MemoryFiles();
	const store = storeOf(files);
	store.write("boot-a", bytes(1, 2, 3, 4));
	store.write("boot-a", bytes(5));
	t.deepEqual(store.read("boot-a"), bytes(5));
	files.contents.set(`${PATH}/boot-a.new`, new Uint8Array(100));
	store.write("boot-a", bytes(6, 7));
	t.deepEqual(store.read("boot-a"), bytes(6, 7));
});

test("P7: whichever step fails or is the last before a power cut, the value is the old one or the new one", (t) => {
	for (const isLeftOver of [false, true]) {
		let step = 0;
		for (; ; step++) {
			const files = new MemoryFiles();
			const store = storeOf(files);
			store.write("journal-a", bytes(1, 2, 3));
			if (isLeftOver) files.contents.set(`${PATH}/journal-a.new`, new Uint8Array(9));
			files.failAtStep = files.steps + step;
			let thrown = false;
			try {
				store.write("journal-a", bytes(4, 5));
			} catch {
				thrown = true;
			}
			if (files.steps <= files.failAtStep) break;
			t.true(thrown, `step ${step}`);
			t.is(files.openFiles, 0, `step ${step}`);
			files.failAtStep = undefined;
			t.deepEqual(storeOf(files).read("journal-a"), bytes(1, 2, 3), `step ${step}`);
			store.write("journal-a", bytes(6));
			t.deepEqual(store.read("journal-a"), bytes(6), `step ${step}`);
		}
		t.is(step, isLeftOver ? 4 : 3);
	}
});

test("P7: a record in two slots comes through a failure at any step", (t) => {
	let step = 0;
	for (; ; step++) {
		const files = new MemoryFiles();
		const slots = new Slots({ store: storeOf(files), key: "journal" });
		slots.write(Uint8Array.of(1));
		files.failAtStep = files.steps + step;
		try {
			slots.write(Uint8Array.of(2));
			break;
		} catch {
			files.failAtStep = undefined;
		}
		const read = slots.read();
		t.true(read.status === "ok" && read.record[0] === 1, `step ${step}`);
	}
	t.true(step > 0);
});

test("what cannot be taken away is an error", (t) => {
	const files = new MemoryFiles();
	const store = storeOf(files);
	store.write("distrust", bytes(1));
	files.failAtStep = files.steps;
	t.throws(() => store.delete("distrust"), { instanceOf: FileKeyValueError, message: /still there/ });
	t.deepEqual(store.read("distrust"), bytes(1));
});

test("a key that is no plain name of a file is refused", (t) => {
	const store = storeOf(new MemoryFiles());
	for (const key of ["../x", "a/b", "a.new", "A", "a b", "."]) {
		t.throws(() => store.write(key, bytes(1)), { instanceOf: FileKeyValueError });
		t.throws(() => store.read(key), { instanceOf: FileKeyValueError });
		t.throws(() => store.delete(key), { instanceOf: FileKeyValueError });
	}
});
