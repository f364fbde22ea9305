import type { Command } from "commander";
import type { ReadRecord } from "../../../modules/log/log-ring.js";
import { readEventLog } from "../event-log-folder.js";
import { UsageError } from "../usage-error.js";

const HEADINGS = ["time (UTC)", "boot", "event", "reason", "order", "detail"] as const;
const ORDER_CHARACTERS = 8;
/** The years that ISO 8601 writes with four digits. */
const TIME_MS_MAX = Date.UTC(9999, 11, 31);

/** Adds `log` to the program. */
export function registerLog(program: Command): void {
	program
		.command("log")
		.description("what happened to the product: the event log that every boot writes")
		.requiredOption("--state <dir>", "the product's state directory, as given to run", (text) => {
			if (text === "") throw new UsageError('Expected `--state` to be the path of a directory, got ""');
			return text;
		})
		.option("--json", "one JSON object a line instead of a table")
		.addHelpText(
			"after",
			"\nExit status: 0 shown; 64 wrong usage; 66 the directory has no event log, or none that can be read.",
		)
		.action(({ state, json }: { state: string; json?: true }) => {
			const records = readEventLog(state);
			process.stdout.write(`${json ? records.map(asJson).join("\n") : asTable(records)}\n`);
		});
}

function asJson(record: ReadRecord): string {
	const { sequence, boot = null, event, reason, detail, order, lostBefore } = record;
	return JSON.stringify({
		sequence,
		time: timeOf(record) ?? null,
		boot,
		event,
		reason,
		detail,
		order,
		lostBefore,
	});
}

function asTable(records: ReadRecord[]): string {
	const rows = records.map((record) => ({ lost: record.lostBefore, cells: cellsOf(record) }));
	const widths = HEADINGS.map((heading, column) =>
		Math.max(heading.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)),
	);
	const line = (cells: readonly string[]): string =>
		cells
			.map((cell, column) => cell.padEnd(widths[column] ?? 0))
			.join("  ")
			.trimEnd();
	const lines = [line(HEADINGS)];
	for (const { lost, cells } of rows) {
		if (lost > 0) lines.push(`... ${lost} of its kind before this one overwritten or unreadable`);
		lines.push(line(cells));
	}
	return lines.join("\n");
}

function cellsOf(record: ReadRecord): string[] {
	const { boot, event, reason, order, detail } = record;
	return [timeOf(record) ?? "-", `${boot ?? "-"}`, event, reason, order.slice(0, ORDER_CHARACTERS), detail];
}

/** ISO 8601; undefined where the product had no time. */
function timeOf({ timeMs }: ReadRecord): string | undefined {
	return timeMs !== undefined && Math.abs(timeMs) < TIME_MS_MAX ? new Date(timeMs).toISOString() : undefined;
}
