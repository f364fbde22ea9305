// Requirements: R22
/** Goal: ECMA-419 key-value storage is a Store. Method: storage in memory that behaves as the SDK's. */
import test from "ava";
import type { KeyValue, KeyValueOptions } from "../../hosts/mcu/storage/key-value.js";
import { KEY_CHARS_MAX, KeyValueError, KeyValueStore } from "../../hosts/mcu/storage/key-value-store.js";
import { BootRecord } from "../../modules/off-time/boot-record.js";
import { Distrust } from "../../modules/off-time/distrust.js";

/** The SDK's storage: `open` makes a domain, values are copied, a key that is not there is no error. */
function memoryKeyValue() {
	const domains = new Map<string, Map<string, unknown>>();
	const opened: KeyValueOptions[] = [];
	const closed: string[] = [];
	const keyValue: KeyValue = {
		open(options) {
			opened.push(options);
			const values = domains.get(options.path) ?? new Map<string, unknown>();
			domains.set(options.path, values);
			return {
				read: (key) => {
					const value = values.get(key);
					return value instanceof ArrayBuffer ? value.slice(0) : value;
				},
				write: (key, value) => {
					values.set(key, value.slice(0));
				},
				delete: (key) => {
					values.delete(key);
				},
				close: () => {
					closed.push(options.path);
				},
			};
		},
	};
	return { keyValue, domains, opened, closed };
}

const bytes = (...values: number[]) => Uint8Array.from(values).buffer;

test("a value is read as it was written, a key that is not there is undefined, and deleting it is no error", (t) => {
	const { keyValue, opened } = memoryKeyValue();
	const store = new KeyValueStore({ keyValue, path: "update-window" });
	t.deepEqual(opened, [{ path: "update-window", mode: "r+", format: "buffer" }]);
	t.is(store.read("boot-a"), undefined);
	store.write("boot-a", bytes(1, 2, 3));
	store.write("empty", bytes());
	t.deepEqual(store.read("boot-a"), bytes(1, 2, 3));
	t.deepEqual(store.read("empty"), bytes());
	store.delete("boot-a");
	store.delete("boot-a");
	t.is(store.read("boot-a"), undefined);
});

test("boot record and distrust flag are kept", (t) => {
	const { keyValue } = memoryKeyValue();
	const store = () => new KeyValueStore({ keyValue, path: "update-window", valueBytesMax: 63 });
	new BootRecord({ store: store() }).write({ bootNumber: 7, epoch: 2 });
	new Distrust({ store: store() }).set("x".repeat(100));
	t.deepEqual(new BootRecord({ store: store() }).read(), { bootNumber: 7, epoch: 2 });
	t.true(new Distrust({ store: store() }).isSet());
});

test("a value that is longer than the medium takes, and a key that is, are refused by name", (t) => {
	const { keyValue, domains } = memoryKeyValue();
	const store = new KeyValueStore({ keyValue, path: "d", valueBytesMax: 63 });
	store.write("k".repeat(KEY_CHARS_MAX), new ArrayBuffer(63));
	t.throws(() => store.write("journal-a", new ArrayBuffer(64)), {
		instanceOf: KeyValueError,
		message: "Expected at most 63 bytes for journal-a, got 64",
	});
	for (const key of ["", "k".repeat(KEY_CHARS_MAX + 1)]) {
		t.throws(() => store.read(key), { instanceOf: KeyValueError });
		t.throws(() => store.write(key, bytes(1)), { instanceOf: KeyValueError });
		t.throws(() => store.delete(key), { instanceOf: KeyValueError });
	}
	t.is(domains.get("d")?.size, 1);
});

test("a value of another format is an error, not a missing value", (t) => {
	const { keyValue, domains } = memoryKeyValue();
	const store = new KeyValueStore({ keyValue, path: "d" });
	domains.get("d")?.set("boot-a", 5);
	t.throws(() => store.read("boot-a"), {
		instanceOf: KeyValueError,
		message: "Expected an ArrayBuffer under boot-a, got number",
	});
});

test("storage is closed once, and is not used afterwards", (t) => {
	const { keyValue, closed } = memoryKeyValue();
	const store = new KeyValueStore({ keyValue, path: "d" });
	store.close();
	store.close();
	t.deepEqual(closed, ["d"]);
	t.throws(() => store.read("boot-a"), { instanceOf: KeyValueError, message: /closed/ });
});
