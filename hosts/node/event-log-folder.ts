import { readdirSync } from "node:fs";
import { join } from "node:path";
import { EventLog } from "../../modules/log/event-log.js";
import type { ReadRecord } from "../../modules/log/log-ring.js";
import { FileStore } from "./file-store.js";
import { InputError } from "./input-error.js";

/** Where the state directory keeps the event log, a file a record. */
export const LOG_FOLDER = "log";

/** The records of a product's event log, oldest first. Throws InputError where there is no log, or none that can be read. */
export function readEventLog(stateDirectory: string): ReadRecord[] {
	const directory = join(stateDirectory, LOG_FOLDER);
	let files: number;
	let records: ReadRecord[];
	try {
		files = readdirSync(directory).length;
		const store = new FileStore({ directory });
		const rtc = { time: undefined };
		records = new EventLog({ store, rtc, boot: () => undefined, order: () => "" }).read();
	} catch (error) {
		throw new InputError(
			`Expected an event log in ${directory}, which cannot be read: ${(error as Error).message}`,
		);
	}
	if (files === 0) throw new InputError(`Expected an event log in ${directory}, which is empty`);
	if (records.length === 0)
		throw new InputError(
			`Expected whole records in ${directory}, got ${files} files and none of them is one`,
		);
	return records;
}
