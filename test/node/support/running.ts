import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ExecutionContext } from "ava";

const MAIN = fileURLToPath(new URL("../../../hosts/node/main.js", import.meta.url));
const SKEWED_CLOCKS = new URL("./skewed-clocks.js", import.meta.url).href;
/** A run that does not end is a failed test. */
const LIMIT_MS = 120_000;
/** So many programs at once, in each of the test files that run at once: more would take one another's time. */
const RUNS_MAX = 2;

export interface RunEvent {
	event: string;
	at: number;
	[field: string]: unknown;
}

export interface Ended {
	status: number | null;
	signal: NodeJS.Signals | null;
}

export interface Skew {
	/** The system clock is so much ahead (negative: behind). */
	systemMs?: number;
	/** The program's own clock runs so many times as fast: a wait of its own ends sooner. */
	faster?: number;
	/** Nobody reads what it says. */
	deaf?: boolean;
}

/**
 * The program must not inherit this process's ends of the pseudo-terminals: as long as one is open anywhere, a modem that
 * goes away is not seen to go.
 */
const CLOSING_THE_REST = `
for file in /proc/$$/fd/*; do
	number=\${file##*/}
	((number > 2 && number < 255)) && eval "exec $number>&-"
done
exec "$@"`;

let running = 0;
const waiting: (() => void)[] = [];

/** `update-window` in a process of its own, with what it says as it says it. */
export class Running {
	readonly events: RunEvent[] = [];
	/** What was on standard output and is no JSON object. */
	readonly noise: string[] = [];
	out = "";
	err = "";
	readonly ended: Promise<Ended>;
	readonly #process: ChildProcess;
	readonly #watching: { is: (event: RunEvent) => boolean; done: (event: RunEvent) => void }[] = [];
	#unread = "";
	#failed: ((error: Error) => void)[] = [];
	#isOver = false;

	private constructor(t: ExecutionContext, args: readonly string[], skew: Skew) {
		this.#process = spawn("bash", ["-c", CLOSING_THE_REST, "bash", process.execPath, MAIN, ...args], {
			stdio: ["ignore", "pipe", "pipe"],
			env: {
				...process.env,
				NODE_OPTIONS: `--import ${SKEWED_CLOCKS}`,
				SYSTEM_CLOCK_AHEAD_MS: String(skew.systemMs ?? 0),
				CLOCK_FASTER: String(skew.faster ?? 1),
			},
		});
		this.#process.stdout?.setEncoding("utf8").on("data", (text: string) => this.#read(text));
		this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => {
			this.err += text;
		});
		if (skew.deaf) for (const stream of [this.#process.stdout, this.#process.stderr]) stream?.destroy();
		const limit = setTimeout(() => this.kill("SIGKILL"), LIMIT_MS);
		this.ended = new Promise((resolve) => {
			this.#process.on("close", (status, signal) => {
				clearTimeout(limit);
				this.#isOver = true;
				running--;
				waiting.shift()?.();
				for (const failed of this.#failed) failed(new Error(`ended with ${status ?? signal}: ${this.told}`));
				resolve({ status, signal });
			});
		});
		t.teardown(async () => {
			this.kill("SIGKILL");
			await this.ended;
		});
	}

	/** Starts as soon as no more than a few others run. */
	static async start(t: ExecutionContext, args: readonly string[], skew: Skew = {}): Promise<Running> {
		if (running >= RUNS_MAX) await new Promise<void>((turn) => waiting.push(turn));
		running++;
		return new Running(t, args, skew);
	}

	/** The first event, past or to come, of this name or that fits. Rejects where the program ends without it. */
	until(what: string | ((event: RunEvent) => boolean)): Promise<RunEvent> {
		const is = typeof what === "string" ? (event: RunEvent) => event.event === what : what;
		const past = this.events.find(is);
		if (past) return Promise.resolve(past);
		if (this.#isOver) return Promise.reject(new Error(`ended without ${what}: ${this.told}`));
		return new Promise((done, failed) => {
			this.#watching.push({ is, done });
			this.#failed.push(failed);
		});
	}

	kill(signal: NodeJS.Signals): void {
		if (!this.#isOver) this.#process.kill(signal);
	}

	/** All that it said, for a message. */
	get told(): string {
		return `${this.out}${this.err}`;
	}

	names(): string[] {
		return this.events.map(({ event }) => event);
	}

	of(name: string): RunEvent[] {
		return this.events.filter(({ event }) => event === name);
	}

	/** The fields of the one event of this name, without `event` and `at`. */
	fields(name: string): Record<string, unknown> {
		const [first, ...more] = this.of(name);
		if (!first || more.length > 0) throw new Error(`Expected one ${name}: ${this.told}`);
		const { event: _, at: __, ...fields } = first;
		return fields;
	}

	#read(text: string): void {
		this.out += text;
		this.#unread += text;
		for (;;) {
			const end = this.#unread.indexOf("\n");
			if (end < 0) return;
			const line = this.#unread.slice(0, end);
			this.#unread = this.#unread.slice(end + 1);
			this.#readLine(line);
		}
	}

	#readLine(line: string): void {
		let event: RunEvent;
		try {
			event = JSON.parse(line);
		} catch {
			this.noise.push(line);
			return;
		}
		this.events.push(event);
		for (const watch of [...this.#watching]) {
			if (!watch.is(event)) continue;
			this.#watching.splice(this.#watching.indexOf(watch), 1);
			watch.done(event);
		}
	}
}
