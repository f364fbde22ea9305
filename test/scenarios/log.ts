import { MemoryStore } from "../../hosts/sim/memory-store.js";
import { EventLog, LOG_RECORDS } from "../../modules/log/event-log.js";
import type { ReadRecord } from "../../modules/log/log-ring.js";
import { EventRecorder } from "../../modules/window/event-recorder.js";
import type { Measured } from "../xs/measure.js";

const START_MS = 1_767_225_600_000;
const ORDER = "0123456789abcdef".repeat(4);

export const scenarios: Record<string, () => string[]> = {
	"event log: what boots say, and a torn write at each byte"() {
		const store = new MemoryStore();
		const log: string[] = [];
		for (let boot = 1; boot <= 3; boot++) {
			const recorder = new EventRecorder({ log: logOf(store, boot) });
			recorder.hear({ event: "order", outcome: boot === 1 ? "accepted" : "in-force" });
			recorder.hear({
				event: "decided",
				window: boot === 3 ? "open" : "closed",
				reason: boot === 3 ? "off-long-enough" : "off-too-short",
				offTime: { atLeast: boot * 1_000 },
				opensFrom: 600_000,
			});
			recorder.hear({ event: "released" });
			recorder.hear({ event: "refused", request: "install", by: "delay", minutes: 1_440 });
		}
		log.push(...logOf(store, 4).read().map(line));
		const bytes = store.read("routine-0")?.byteLength ?? 0;
		for (let torn = 0; torn < bytes; torn += 5) {
			const copy = store.clone();
			copy.tearNextWriteAt(torn);
			logOf(copy, 5).append({ event: "torn", reason: "", detail: "", lasting: false });
			logOf(copy, 6).append({ event: "after", reason: "", detail: "", lasting: false });
			log.push(
				`${torn}: ${logOf(copy, 7)
					.read()
					.map(({ event }) => event)}`,
			);
		}
		return log;
	},

	"event log: it goes round, and tells what was overwritten"() {
		const store = new MemoryStore();
		const events = logOf(store, 1);
		events.append({ event: "lasting", reason: "", detail: "", lasting: true });
		for (let i = 0; i < 2 * LOG_RECORDS.routine + 3; i++)
			events.append({ event: `e${i}`, reason: "", detail: "", lasting: false });
		return logOf(store, 2).read().map(line);
	},
};

export const measured: Measured = {
	"event log: an entry of 80 characters in a log that is full"() {
		const store = new MemoryStore();
		const filling = logOf(store, 1);
		const entry = (lasting: boolean) => ({
			event: "element",
			reason: "updated",
			detail: "modem HL7800.4.4.14.0 -> HL7800.4.5.4.0, is HL7800.4.5.4.0, 80 characters",
			lasting,
		});
		for (let i = 0; i < LOG_RECORDS.routine; i++) {
			filling.append(entry(true));
			filling.append(entry(false));
		}
		const log = logOf(store, 2);
		return {
			"first entry of a boot (reads all places)": () => log.append(entry(false)),
			"each further entry": () => log.append(entry(false)),
			"and one more": () => log.append(entry(true)),
		};
	},
};

function logOf(store: MemoryStore, boot: number): EventLog {
	return new EventLog({
		store,
		rtc: { time: START_MS + boot * 1_000 },
		boot: () => boot,
		order: () => ORDER,
	});
}

function line({
	sequence,
	number,
	timeMs,
	boot,
	event,
	reason,
	detail,
	order,
	lostBefore,
}: ReadRecord): string {
	return [sequence, number, timeMs, boot, event, reason, detail, order, lostBefore].join(" ");
}
