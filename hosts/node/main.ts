#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { surviveClosedPipes } from "./closed-pipes.js";
import { registerDemo } from "./commands/demo.js";
import { emulateCommand } from "./commands/emulate.js";
import { registerKey } from "./commands/key.js";
import { registerLog } from "./commands/log.js";
import { registerOrder } from "./commands/order.js";
import { registerRun } from "./commands/run.js";
import { EXIT_INPUT, EXIT_OK, EXIT_OUTPUT, EXIT_SOFTWARE, EXIT_USAGE } from "./exit-status.js";
import { InputError } from "./input-error.js";
import { OutputError } from "./output-error.js";
import { UsageError } from "./usage-error.js";

const PACKAGE = new URL("../../../package.json", import.meta.url);

const EXIT_STATUSES = [
	[UsageError, EXIT_USAGE],
	[InputError, EXIT_INPUT],
	[OutputError, EXIT_OUTPUT],
] as const;

const program = new Command("update-window")
	.description("firmware updates only at boot, only after a proven off-time, only to the pinned version")
	.version((JSON.parse(readFileSync(PACKAGE, "utf8")) as { version: string }).version)
	.showSuggestionAfterError()
	// Else `--version` of a command would be taken for the program's.
	.enablePositionalOptions()
	.exitOverride();

registerKey(program);
registerOrder(program);
registerRun(program);
registerLog(program);
program.addCommand(emulateCommand());
registerDemo(program);

surviveClosedPipes();

try {
	await program.parseAsync();
} catch (error) {
	process.exitCode = exitStatusOf(error);
}

/** Tells the person what went wrong, where the command line has not done so yet, and gives the exit status. */
function exitStatusOf(error: unknown): number {
	if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
	const message = error instanceof Error ? error.message : String(error);
	process.stderr.write(`error: ${message}\n`);
	for (const [Kind, status] of EXIT_STATUSES) if (error instanceof Kind) return status;
	return EXIT_SOFTWARE;
}
