import { EXIT_OUTPUT } from "./exit-status.js";

/**
 * Whoever read our output may be gone (`update-window run ... | head`): what is written after that is lost, and the
 * command goes on, for a modem may depend on it. Any other failed write, such as a full disk, is said and makes the exit
 * status 73 where the command does not set one of its own.
 */
export function surviveClosedPipes(): void {
	for (const stream of [process.stdout, process.stderr])
		stream.on("error", (error: NodeJS.ErrnoException) => {
			if (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED") return;
			process.exitCode = EXIT_OUTPUT;
			if (stream === process.stdout)
				process.stderr.write(`error: cannot write to standard output: ${error.message}\n`);
		});
}
