// Requirements: R10, R29
// Goal: our sender and a receiver that nobody here wrote agree, and so do the emulated modem and such a sender. Method:
// rx and sx of lrzsz (Debian package `lrzsz`) as processes on a pseudo-terminal, with a line between that loses, changes,
// doubles and delays bytes by a seed, which is in the titles. Files are equal once the padding that rx keeps is taken off.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { emulatedDelta } from "../../hosts/emulator/emulated-delta.js";
import { factoryFlash } from "../../hosts/emulator/flash.js";
import { EmulatedModem } from "../../hosts/emulator/modem.js";
import { EmulatedServer } from "../../hosts/emulator/server.js";
import { PseudoTerminal } from "../../hosts/node/pseudo-terminal.js";
import { bytesFromAscii } from "../../modules/storage/bytes.js";
import type { XmodemBlockBytes } from "../../modules/xmodem/control-bytes.js";
import type { XmodemError } from "../../modules/xmodem/xmodem-error.js";
import { XmodemSender } from "../../modules/xmodem/xmodem-sender.js";
import type { Direction, Disturbance } from "./line.js";
import { seededNoise } from "./noise.js";

const NOT_INSTALLED = "Expected rx and sx of lrzsz to be installed: apt-get install lrzsz";
const PAD = 0x1a;
/** What rx has said reaches us within this after its end, or never. */
const LAST_ANSWER_MS = 100;

const clock = {
	now: () => performance.now(),
	setTimeout: (callback: () => void, delayMs: number): unknown => setTimeout(callback, delayMs),
	clearTimeout: (id: unknown) => clearTimeout(id as NodeJS.Timeout),
};

/** A program of lrzsz with the device as its terminal, in a folder of its own; `ended` gives its status and what it said. */
function lrzsz(device: string, folder: string, program: "rx" | "sx", ...args: string[]) {
	const terminal = openSync(device, "r+");
	const child: ChildProcess = spawn(program, args, { cwd: folder, stdio: [terminal, terminal, "pipe"] });
	closeSync(terminal);
	let said = "";
	child.stderr?.on("data", (chunk) => {
		said += String(chunk);
	});
	const ended = new Promise<{ status: number | null; said: string }>((resolve, reject) => {
		child.on("error", () => reject(new Error(NOT_INSTALLED)));
		child.on("close", (status) => resolve({ status, said }));
	});
	return { child, ended };
}

/** Passes bytes on, disturbed, in their order. */
class Relay {
	readonly #disturb: Disturbance | undefined;
	readonly #direction: Direction;
	readonly #give: (bytes: Uint8Array<ArrayBuffer>) => void;
	#waiting: Uint8Array<ArrayBuffer>[] = [];
	#late = false;
	disturbed = 0;

	constructor(
		direction: Direction,
		disturb: Disturbance | undefined,
		give: (bytes: Uint8Array<ArrayBuffer>) => void,
	) {
		this.#direction = direction;
		this.#disturb = disturb;
		this.#give = give;
	}

	pass(bytes: Uint8Array): void {
		let piece: number[] = [];
		for (const byte of bytes) {
			const { bytes: arriving, delayMs = 0 } = this.#disturb?.(byte, this.#direction) ?? { bytes: [byte] };
			if (delayMs > 0 || arriving.length !== 1 || arriving[0] !== byte) this.disturbed++;
			if (delayMs > 0) {
				this.#hand(piece);
				piece = [];
				this.#stop(delayMs);
			}
			piece.push(...arriving);
		}
		this.#hand(piece);
	}

	#hand(piece: readonly number[]): void {
		if (piece.length === 0) return;
		const bytes = Uint8Array.from(piece);
		if (this.#late) this.#waiting.push(bytes);
		else this.#give(bytes);
	}

	#stop(delayMs: number): void {
		if (this.#late) return;
		this.#late = true;
		setTimeout(() => {
			this.#late = false;
			for (const bytes of this.#waiting.splice(0)) this.#give(bytes);
		}, delayMs);
	}
}

interface Sending {
	blockBytes: XmodemBlockBytes;
	crc: boolean;
	sizeBytes: number;
	disturb?: Disturbance;
}

/** Our sender gives rx a file over a pseudo-terminal. */
async function sendToRx(t: ExecutionContext, { blockBytes, crc, sizeBytes, disturb }: Sending) {
	const folder = mkdtempSync(join(tmpdir(), "rx-"));
	const file = Uint8Array.from({ length: sizeBytes }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 24) & 255);
	const toSender = new Relay("to-host", disturb, (bytes) => sender.receive(bytes));
	const toRx = new Relay("to-modem", disturb, (bytes) => terminal.write(bytes.buffer));
	const terminal = new PseudoTerminal({ onBytes: (bytes) => toSender.pass(new Uint8Array(bytes)) });
	const sender = new XmodemSender({
		clock,
		blockBytes,
		// rx takes 5 s to ask again for what it missed; that is not to be waited for.
		limits: { answerMs: 1_500 },
		transmit: (bytes) => toRx.pass(new Uint8Array(bytes)),
	});
	try {
		const rx = lrzsz(terminal.path, folder, "rx", ...(crc ? ["--with-crc"] : []), "--binary", "received");
		const sent = new Promise<XmodemError | undefined>((resolve) => {
			const pump = (offset: number) => (error: XmodemError | undefined) => {
				if (error) resolve(error);
				else if (offset >= sizeBytes) sender.finish(resolve);
				else sender.write(file.subarray(offset, offset + blockBytes), pump(offset + blockBytes));
			};
			sender.start(pump(0));
		});
		// Its last acknowledgement rx may take away again as it leaves, with all that its terminal holds; then its exit
		// status says the same, as the modem's OK does.
		void rx.ended.then(({ status }) => status === 0 && setTimeout(() => sender.confirm(), LAST_ANSWER_MS));
		const result = await Promise.race([sent, rx.ended.then(() => sent)]);
		const { status, said } = await rx.ended;
		t.is(result, undefined);
		t.is(status, 0, said);
		const received = readFileSync(join(folder, "received"));
		t.is(received.length, Math.ceil(sizeBytes / blockBytes) * blockBytes);
		t.deepEqual(new Uint8Array(received.subarray(0, sizeBytes)), file);
		t.true(received.subarray(sizeBytes).every((byte) => byte === PAD));
		return toSender.disturbed + toRx.disturbed;
	} finally {
		sender.cancel();
		terminal.close();
		rmSync(folder, { recursive: true });
	}
}

for (const blockBytes of [128, 1024] as const)
	for (const crc of [false, true]) {
		const what = `blocks of ${blockBytes} with ${crc ? "CRCs" : "checksums"}`;
		for (const sizeBytes of [1, 1_024, 40_001])
			test(`rx takes ${sizeBytes} bytes in ${what}`, async (t) => {
				t.is(await sendToRx(t, { blockBytes, crc, sizeBytes }), 0);
			});
		for (const seed of [1, 2])
			test(`rx takes the same file in ${what} over a bad line, seed ${seed}`, async (t) => {
				// One change in 256 that shifts a block passes its checksum, so that data is not doubled there.
				const disturb = seededNoise({
					seed,
					every: 1_000,
					spacing: crc ? 1 : blockBytes + 8,
					delayMsMax: 150,
					doublesNoData: !crc,
				});
				const disturbed = await sendToRx(t, { blockBytes, crc, sizeBytes: 8_001, disturb });
				t.true(disturbed >= 3, `${disturbed} bytes were disturbed`);
			});
	}

test("rx takes the same file although acknowledgements are doubled", async (t) => {
	const disturb: Disturbance = (byte, direction) => ({
		bytes: direction === "to-host" ? [byte, byte] : [byte],
	});
	t.true((await sendToRx(t, { blockBytes: 1024, crc: true, sizeBytes: 20_000, disturb })) > 20);
});

for (const oneK of [false, true])
	for (const fileRequest of ["nak", "crc"] as const)
		for (const seed of [undefined, 3])
			test(`the emulated modem takes what ${oneK ? "sx -k" : "sx"} sends, ${fileRequest}${seed ? `, over a bad line, seed ${seed}` : ""}`, async (t) => {
				const folder = mkdtempSync(join(tmpdir(), "sx-"));
				const flash = factoryFlash("HL7800");
				flash.profile.echo = false;
				const file = emulatedDelta({ from: flash.version, to: "HL7800.4.5.4.0", sizeBytes: 10_001 });
				const noise = { every: 1_500, spacing: fileRequest === "crc" ? 1 : 1_100, delayMsMax: 150 };
				const disturb =
					seed === undefined
						? undefined
						: seededNoise({ ...noise, seed, doublesNoData: fileRequest === "nak" });
				const toModem = new Relay("to-modem", disturb, (bytes) => modem.receive(bytes.buffer));
				const toSx = new Relay("to-host", disturb, (bytes) => terminal.write(bytes.buffer));
				const terminal = new PseudoTerminal({ onBytes: (bytes) => toModem.pass(new Uint8Array(bytes)) });
				const modem = new EmulatedModem({
					model: "HL7800",
					clock,
					flash,
					server: new EmulatedServer({ clock }),
					behaviour: { fileRequest },
					onTransmit: (bytes) => toSx.pass(new Uint8Array(bytes)),
				});
				try {
					modem.findRunning();
					writeFileSync(join(folder, "delta"), file);
					const sx = lrzsz(terminal.path, folder, "sx", ...(oneK ? ["--1k"] : []), "--binary", "delta");
					// Not before sx listens: what is there already when it starts, it throws away.
					const listens = new Promise<void>((resolve) => sx.child.stderr?.once("data", () => resolve()));
					await Promise.race([listens, sx.ended]);
					modem.receive(bytesFromAscii(`AT+WDSD=${file.length}\r`).buffer);
					const { status, said } = await sx.ended;
					t.is(status, 0, said);
					t.is(flash.stored?.version, "HL7800.4.5.4.0");
					t.is(flash.stored?.sizeBytes, file.length);
				} finally {
					modem.powerOff();
					terminal.close();
					rmSync(folder, { recursive: true });
				}
			});
