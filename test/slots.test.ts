// Requirements: P7, P8, R29
import test from "ava";
import { MemoryStore } from "../hosts/sim/memory-store.js";
import { bytesFromAscii } from "../modules/storage/bytes.js";
import { crc32 } from "../modules/storage/crc32.js";
import { Slots } from "../modules/storage/slots.js";

test("CRC-32 gives the published check value", (t) => {
	t.is(crc32(bytesFromAscii("123456789")), 0xcbf43926);
});

test("P8: a torn write, at whatever byte, leaves the earlier record in force", (t) => {
	const store = new MemoryStore();
	const slots = new Slots({ store, key: "mark" });
	t.deepEqual(slots.read(), { status: "missing" });
	slots.write(bytesFromAscii("first"));
	slots.write(bytesFromAscii("second"));
	const length = new Uint8Array(store.read("mark-b") as ArrayBuffer).length;
	for (let torn = 0; torn < length; torn++) {
		const copy = store.clone();
		copy.tearNextWriteAt(torn);
		t.throws(() => new Slots({ store: copy, key: "mark" }).write(bytesFromAscii("third!")), {
			name: "SlotWriteError",
		});
		const read = new Slots({ store: copy, key: "mark" }).read();
		t.is(read.status, "ok");
		t.deepEqual(read.status === "ok" && read.record, bytesFromAscii("second"));
	}
});

test("two damaged slots are damaged, not missing", (t) => {
	const store = new MemoryStore();
	const slots = new Slots({ store, key: "mark" });
	slots.write(bytesFromAscii("first"));
	new Uint8Array(store.values.get("mark-a") as ArrayBuffer)[13]! ^= 1;
	t.deepEqual(slots.read(), { status: "damaged" });
});
