import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Readable, Writable } from "node:stream";

/** An endless loop ends the worker (exit 17) after about half a minute; an Ed25519 verification takes 1.1e7. */
const COMPUTRONS_MAX = 2_000_000_000;
const REPLY_BYTES_MAX = 64 * 1024 * 1024;
const PLATFORMS: Partial<Record<NodeJS.Platform, string>> = { linux: "lin", darwin: "mac" };

const EXIT_MEANINGS: Partial<Record<number, string>> = {
	11: "out of memory",
	12: "stack overflow",
	15: "unhandled exception",
	16: "no more keys",
	17: "too much computation",
};

/** The XS engine is not there, or its process ended. */
export class XsWorkerError extends Error {
	override name = "XsWorkerError";
}

/** The script threw; the message is the exception as text. */
export class XsScriptError extends Error {
	override name = "XsScriptError";
}

export interface XsReply {
	/** What the script's ArrayBuffer (its completion value) holds, as UTF-8; empty where it is no ArrayBuffer. */
	text: string;
	/** Computrons (bytecodes executed), the same on every machine. */
	compute: number;
	/** Slots in use, garbage included that was not collected yet. */
	currentHeapCount: number;
	/** All memory of the machine, in bytes: slots, and the chunks that strings and buffers lie in, room to spare included. */
	allocatedBytes: number;
}

interface Waiting {
	resolve(reply: XsReply): void;
	reject(error: Error): void;
}

/**
 * One XS machine in a process of its own: the `xsnap-worker` that `@agoric/xsnap` builds from Moddable's source. It
 * speaks netstrings on file descriptors 3 and 4. Its JavaScript side is left alone: it locks its own process down.
 */
export class XsWorker {
	readonly #process: ChildProcess;
	readonly #toWorker: Writable;
	readonly #waiting: Waiting[] = [];
	#received = Buffer.alloc(0);
	#ended: XsWorkerError | undefined;

	constructor() {
		this.#process = spawn(xsWorkerPath(), ["update-window", "-l", String(COMPUTRONS_MAX)], {
			stdio: ["ignore", "ignore", "inherit", "pipe", "pipe"],
		});
		this.#toWorker = this.#process.stdio[3] as Writable;
		// A worker that ended is reported by its exit, with a reason; the broken pipe says nothing more.
		this.#toWorker.on("error", () => {});
		(this.#process.stdio[4] as Readable).on("data", (bytes: Buffer) => this.#receive(bytes));
		this.#process.on("error", (error) => this.#end(error.message));
		this.#process.on("exit", (code, signal) => {
			const meaning = code === null ? String(signal) : (EXIT_MEANINGS[code] ?? "ended");
			this.#end(`XS worker exited: ${meaning} (${code ?? signal})`);
		});
	}

	/**
	 * Evaluates a script in the machine's global scope. To return text, the script's completion value is an ArrayBuffer.
	 * Rejects with XsScriptError where it throws, with XsWorkerError where the machine aborts.
	 */
	evaluate(source: string): Promise<XsReply> {
		return new Promise((resolve, reject) => {
			if (this.#ended) {
				reject(this.#ended);
				return;
			}
			this.#waiting.push({ resolve, reject });
			const body = Buffer.from(`e${source}`);
			this.#toWorker.write(Buffer.concat([Buffer.from(`${body.length}:`), body, Buffer.from(",")]));
		});
	}

	/** Ends the process; may be called twice. */
	close(): void {
		this.#ended ??= new XsWorkerError("Expected an open XS worker, got one that was closed");
		this.#toWorker.end();
	}

	#receive(bytes: Buffer): void {
		this.#received = Buffer.concat([this.#received, bytes]);
		for (;;) {
			const colon = this.#received.indexOf(":");
			if (colon < 0) return;
			const length = Number(this.#received.toString("latin1", 0, colon));
			if (!(length <= REPLY_BYTES_MAX)) {
				this.#process.kill();
				this.#end(`Expected a netstring of at most ${REPLY_BYTES_MAX} bytes, got length ${length}`);
				return;
			}
			const end = colon + 1 + length;
			if (this.#received.length <= end) return;
			const message = this.#received.toString("utf8", colon + 1, end);
			this.#received = this.#received.subarray(end + 1);
			this.#take(message);
		}
	}

	#take(message: string): void {
		const waiting = this.#waiting.shift();
		if (!waiting) return;
		if (message.startsWith("!")) {
			waiting.reject(new XsScriptError(message.slice(1)));
			return;
		}
		const separator = message.indexOf("\x01");
		const meter = JSON.parse(message.slice(1, separator)) as {
			compute: number;
			currentHeapCount: number;
			allocate: number;
		};
		waiting.resolve({
			text: message.slice(separator + 1),
			compute: meter.compute,
			currentHeapCount: meter.currentHeapCount,
			allocatedBytes: meter.allocate,
		});
	}

	#end(reason: string): void {
		this.#ended ??= new XsWorkerError(reason);
		for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#ended);
	}
}

function xsWorkerPath(): string {
	const platform = PLATFORMS[process.platform];
	if (!platform)
		throw new XsWorkerError(`Expected Linux or macOS for the XS worker, got ${process.platform}`);
	const root = path.dirname(createRequire(import.meta.url).resolve("@agoric/xsnap/package.json"));
	const file = path.join(root, "xsnap-native/xsnap/build/bin", platform, "release/xsnap-worker");
	if (!existsSync(file))
		throw new XsWorkerError(
			`Expected the XS worker at ${file}; it is built by the install script of @agoric/xsnap, which needs make, gcc 10 or later and the network`,
		);
	return file;
}
