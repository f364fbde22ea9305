// What the test of the command runs as a process of its own.
import { emulateCommand } from "../../hosts/node/commands/emulate.js";

try {
	await emulateCommand().parseAsync(process.argv.slice(2), { from: "user" });
} catch (error) {
	process.stderr.write(`${(error as Error).message}\n`);
	process.exitCode = 64;
}
