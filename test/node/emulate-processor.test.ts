// Requirements: R19, R20
/** Goal: what `emulate files` and `emulate processor` give a user to try a set with. Method: as processes, like a user. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import { NodeSerial } from "../../hosts/node/node-serial.js";
import { SystemClock } from "../../hosts/node/system-clock.js";
import type { ElementError } from "../../modules/elements/element-error.js";
import { SmpProcessor } from "../../modules/elements/smp-processor.js";
import { temporaryDirectory, updateWindow } from "./support.js";

const MAIN = fileURLToPath(new URL("../../hosts/node/main.js", import.meta.url));

function emulate(t: ExecutionContext, ...args: string[]): ChildProcess {
	const child = spawn(process.execPath, [MAIN, "emulate", "processor", ...args], {
		stdio: ["ignore", "pipe", "pipe"],
	});
	t.teardown(() => child.kill("SIGKILL"));
	return child;
}

function saying(child: ChildProcess, from: "stdout" | "stderr", text: string): Promise<string> {
	return new Promise((resolve) => {
		let said = "";
		child[from]?.on("data", (chunk) => {
			said += String(chunk);
			if (said.includes(text)) resolve(said);
		});
	});
}

test("a processor behind a link answers, starts again when its power is cycled, and takes its link away", async (t) => {
	const directory = temporaryDirectory(t);
	t.is(updateWindow("emulate", "files", "--out", directory).status, 0);
	const link = join(directory, "sensor");
	const child = emulate(
		t,
		"--image",
		join(directory, "sensor-1.0.0.bin"),
		"--minute",
		"100ms",
		"--link",
		link,
	);
	t.is(await saying(child, "stdout", "\n"), `processor 1.0.0 at ${link} (emulated)\n`);
	const clock = new SystemClock();
	const port = { device: link, baud: 115_200, flowControl: "none" };
	const element = new SmpProcessor({ name: "sensor", clock, serial: { io: NodeSerial as never, ...port } });
	t.teardown(() => element.close());
	const query = (): Promise<string> =>
		new Promise((resolve, reject) =>
			element.query((error: ElementError | undefined, status) =>
				error ? reject(error) : resolve(status?.running.version ?? ""),
			),
		);
	t.is(await query(), "1.0.0");
	const boots = saying(child, "stderr", "boots 1.0.0");
	child.kill("SIGUSR1");
	await boots;
	t.is(await query(), "1.0.0");
	const exit = once(child, "exit");
	child.kill("SIGTERM");
	t.deepEqual(await exit, [0, null]);
	t.false(existsSync(link));
});

test("emulate processor is refused with what no processor has", (t) => {
	const directory = temporaryDirectory(t);
	updateWindow("emulate", "files", "--out", directory);
	const image = ["--image", join(directory, "sensor-1.0.0.bin")];
	const cases: [args: string[], status: number, said: RegExp][] = [
		[["--tcp", "0"], 64, /--image/],
		[image, 64, /--link and --tcp/],
		[[...image, "--tcp", "0", "--conduct", "1.1.0=sings"], 64, /crashes.*1\.1\.0=sings/],
		[[...image, "--tcp", "0", "--bootloader", "none"], 64, /swap-move.*none/],
		[[...image, "--tcp", "0", "--minute", "0s"], 64, /--minute/],
		[["--image", join(directory, "images", "HL7800.4.5.4.0.bin"), "--tcp", "0"], 66, /MCUboot/],
		[["--image", join(directory, "none"), "--tcp", "0"], 66, /ENOENT/],
	];
	for (const [args, status, said] of cases) {
		const ran = updateWindow("emulate", "processor", ...args);
		t.is(ran.status, status, `${args.join(" ")}: ${ran.err}`);
		t.regex(ran.err, said);
	}
});
