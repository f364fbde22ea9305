// Requirements: R19, R20
// Goal: the command `emulate` is a modem for any other program. Method: it runs as a process, and the test talks to it
// as a stranger would; it waits for bytes, never for time.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
	existsSync,
	lstatSync,
	mkdtempSync,
	readlinkSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import test from "ava";
import { SerialPort } from "serialport";

const MAIN = fileURLToPath(new URL("../../hosts/node/main.js", import.meta.url));

function emulate(...args: string[]): ChildProcess {
	return spawn(process.execPath, [MAIN, "emulate", ...args], { stdio: ["ignore", "pipe", "pipe"] });
}

/** Listens to a stream from now on, and gives it out in the portions that are asked for. */
class Ear {
	#heard = "";
	#check = () => {};

	constructor(stream: Readable) {
		stream.on("data", (chunk) => {
			this.#heard += String(chunk);
			this.#check();
		});
	}

	/** All that was not given yet, up to `text` and with it, as soon as that has come. */
	async until(text: string): Promise<string> {
		await new Promise<void>((resolve) => {
			this.#check = () => this.#heard.includes(text) && resolve();
			this.#check();
		});
		const end = this.#heard.indexOf(text) + text.length;
		const portion = this.#heard.slice(0, end);
		this.#heard = this.#heard.slice(end);
		return portion;
	}
}

async function readyLine(child: ChildProcess): Promise<string> {
	return new Ear(child.stdout as Readable).until("\n");
}

async function end(child: ChildProcess): Promise<number | null> {
	const exit = once(child, "exit");
	child.kill("SIGTERM");
	const [status] = await exit;
	return status as number | null;
}

test("a modem behind a link answers one client after the other, and takes its link away", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "emulate-"));
	const link = join(folder, "modem");
	const child = emulate(
		"--modem",
		"HL7800",
		"--job",
		"HL7800.4.5.4.0:1000",
		"--minute",
		"1s",
		"--link",
		link,
	);
	const trace = new Ear(child.stderr as Readable);
	t.is(await readyLine(child), `HL7800 HL7800.4.4.14.0 at ${link} (emulated)\n`);
	for (let client = 0; client < 2; client++) {
		const port = new SerialPort({ path: link, baudRate: 115_200 });
		await once(port, "open");
		port.write("AT+CGMR\r");
		t.is(await new Ear(port).until("OK\r\n"), "AT+CGMR\r\r\nHL7800.4.4.14.0\r\n\r\nOK\r\n");
		const closed = once(port, "close");
		port.close();
		await closed;
	}
	t.regex(await trace.until("< OK"), /^> AT\+CGMR\n/);
	t.is(await end(child), 0);
	t.false(existsSync(link));
	rmSync(folder, { recursive: true });
});

test("a job is downloaded and installed, with a minute that takes a tenth of a second", async (t) => {
	const args = ["--job", "RHL769x.2.27.1.201809071813.x7120m_1:1000", "--minute", "100ms", "--tcp", "0"];
	const child = emulate("--modem", "HL7692", ...args);
	const client = connect(Number(/:(\d+) /.exec(await readyLine(child))?.[1]), "127.0.0.1");
	const modem = new Ear(client);
	client.write("AT+WDSI=4095\r");
	await modem.until("OK");
	child.kill("SIGUSR2");
	await modem.until("+WDSI: 16");
	await modem.until("+WDSI: 8");
	client.write("ATI3\r");
	t.regex(await modem.until("OK"), /RHL769x\.2\.27\.1\.201809071813\.x7120m_1/);
	client.destroy();
	t.is(await end(child), 0);
});

test("a leftover keeps asking after a power cycle, and is not the job's where it is named otherwise", async (t) => {
	const args = ["--leftover", "downloaded", "--leftover-package", "HL7800.4.6.9.4:77", "--tcp", "0"];
	const child = emulate("--modem", "HL7800", "--job", "HL7800.4.5.4.0:1000", "--minute", "100ms", ...args);
	const client = connect(Number(/:(\d+) /.exec(await readyLine(child))?.[1]), "127.0.0.1");
	const modem = new Ear(client);
	client.write("AT+WDSG\r");
	t.regex(await modem.until("OK"), /\+WDSG: 1,3/);
	child.kill("SIGUSR1");
	await modem.until("+WDSI: 3");
	client.write("AT+WDSR=4\r");
	await modem.until("+WDSI: 16");
	client.write("AT+CGMR\r");
	t.regex(await modem.until("OK"), /HL7800\.4\.6\.9\.4/);
	client.destroy();
	t.is(await end(child), 0);
});

test("the version is the modem's, not the program's", async (t) => {
	const child = emulate("--modem", "HL7800", "--version", "HL7800.4.3.9.0", "--tcp", "0");
	t.regex(await readyLine(child), /^HL7800 HL7800\.4\.3\.9\.0 at 127\.0\.0\.1:\d+ \(emulated\)\n$/);
	t.is(await end(child), 0);
});

test("a link that a killed emulator left is replaced, and a file is not", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "emulate-"));
	const link = join(folder, "modem");
	symlinkSync("/dev/pts/999999", link);
	const child = emulate("--modem", "HL7800", "--link", link);
	await readyLine(child);
	t.not(readlinkSync(link), "/dev/pts/999999");
	await end(child);
	writeFileSync(link, "precious");
	const refused = emulate("--modem", "HL7800", "--link", link);
	const [said, [status]] = await Promise.all([
		new Ear(refused.stderr as Readable).until("got "),
		once(refused, "exit"),
	]);
	t.regex(said, /Expected `--link` to be a path where nothing is yet/);
	t.is(status, 64);
	t.true(lstatSync(link).isFile());
	rmSync(folder, { recursive: true });
});

for (const [title, args] of Object.entries({
	"no link": ["--modem", "HL7800"],
	"both links": ["--modem", "HL7800", "--link", "x", "--tcp", "1"],
	"another modem": ["--modem", "HL8548", "--tcp", "0"],
	"a job without a size": ["--modem", "HL7800", "--tcp", "0", "--job", "HL7800.4.5.4.0"],
	"an install of another kind": ["--modem", "HL7800", "--tcp", "0", "--install", "maybe"],
	"a behaviour that is none": ["--modem", "HL7800", "--tcp", "0", "--behaviour", "x=1"],
	"a reading that is none": ["--modem", "HL7800", "--tcp", "0", "--behaviour", "cutInstall=never"],
}))
	test(`emulate is refused with ${title}`, async (t) => {
		const child = emulate(...args);
		const [said, [status]] = await Promise.all([
			new Ear(child.stderr as Readable).until("\n"),
			once(child, "exit"),
		]);
		t.is(status, 64);
		t.true(said.length > 0);
	});
