import { MemoryStore } from "../../hosts/sim/memory-store.js";
import { asciiFromBytes, bytesFromAscii } from "../../modules/storage/bytes.js";
import { Slots } from "../../modules/storage/slots.js";
import type { Measured } from "../xs/measure.js";

export const scenarios: Record<string, () => string[]> = {
	"a record whose write is torn, at whatever byte, leaves the earlier one in force"() {
		const log: string[] = [];
		const store = new MemoryStore();
		const slots = new Slots({ store, key: "mark" });
		log.push(readOf(slots));
		slots.write(bytesFromAscii("first"));
		slots.write(bytesFromAscii("second"));
		const imageBytes = store.read("mark-b")?.byteLength ?? 0;
		for (let torn = 0; torn <= imageBytes; torn++) {
			const copy = store.clone();
			copy.tearNextWriteAt(torn);
			const slotsOfCopy = new Slots({ store: copy, key: "mark" });
			try {
				slotsOfCopy.write(bytesFromAscii("third!"));
				log.push(`${torn} written`);
			} catch (error) {
				log.push(`${torn} ${(error as Error).name}: ${(error as Error).message}`);
			}
			log.push(readOf(slotsOfCopy));
		}
		return log;
	},

	"a medium that takes no writes is named, and what it holds stays"() {
		const log: string[] = [];
		const store = new MemoryStore();
		const slots = new Slots({ store, key: "journal" });
		slots.write(bytesFromAscii("kept"));
		store.failing = true;
		try {
			slots.write(bytesFromAscii("lost"));
		} catch (error) {
			log.push(String(error));
		}
		log.push(readOf(slots));
		return log;
	},
};

export const measured: Measured = {
	"a record of 64 bytes in two slots"() {
		const slots = new Slots({ store: new MemoryStore(), key: "journal" });
		const record = new Uint8Array(64);
		return {
			"first write": () => slots.write(record),
			"second write": () => slots.write(record),
			"third write": () => slots.write(record),
			read: () => {
				slots.read();
			},
		};
	},
};

function readOf(slots: Slots): string {
	const read = slots.read();
	return read.status === "ok" ? `ok ${read.sequence} ${asciiFromBytes(read.record)}` : read.status;
}
