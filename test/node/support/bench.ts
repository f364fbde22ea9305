import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { holdsContract } from "./contract.js";
import { FROM, type OrderFields, SIZE_BYTES, TO, writeKey, writeOrder } from "./order-files.js";
import { Running, type Skew } from "./running.js";
import { type Script, ScriptedModem, type Step } from "./scripted-modem.js";

export const HOUR_MS = 3_600_000;

/** One product: a state directory, an order, a key; its modems come and go. */
export class Bench {
	readonly t: ExecutionContext;
	readonly directory: string;
	readonly state: string;
	readonly key: string;
	order: string;

	constructor(t: ExecutionContext, order: OrderFields = {}) {
		this.t = t;
		this.directory = mkdtempSync(join(tmpdir(), "update-window-run-"));
		t.teardown(() => rmSync(this.directory, { recursive: true, force: true }));
		this.state = join(this.directory, "state");
		this.key = writeKey(this.directory);
		this.order = writeOrder(this.directory, order);
	}

	/** A modem that is there until the end of the test. */
	modem(script: Script = {}): ScriptedModem {
		const modem = new ScriptedModem(script);
		this.t.teardown(() => modem.close());
		return modem;
	}

	/** A boot on that modem, or on that device. */
	boot(modem: ScriptedModem | string, args: readonly string[] = [], skew: Skew = {}): Promise<Running> {
		if (typeof modem === "object") modem.meet();
		const device = typeof modem === "string" ? modem : modem.device;
		return Running.start(this.t, ["run", "--port", device, ...this.parameters, "--json", ...args], skew);
	}

	/** What every `run` needs but its port. */
	get parameters(): string[] {
		return ["--modem", "auto", "--order", this.order, "--key", this.key, "--state", this.state];
	}

	/** A boot from its start to its end, with all that the contract promises of it. */
	async whole(
		modem: ScriptedModem | string,
		args: readonly string[] = [],
		skew: Skew = {},
	): Promise<Running & { status: number | null }> {
		const run = await this.boot(modem, args, skew);
		return this.end(run, modem);
	}

	/** Waits for the end of a boot and checks what the contract promises of it. */
	async end(run: Running, modem?: ScriptedModem | string): Promise<Running & { status: number | null }> {
		const ended = await run.ended;
		holdsContract(this.t, run, ended, typeof modem === "object" ? modem : undefined);
		return Object.assign(run, { status: ended.status });
	}
}

/** A session in which a package is offered. */
export const OFFER: readonly Step[] = ["+WDSI: 4", "+WDSI: 6", "+WDSI: 23,1", "+WDSI: 2", 10, "+WDSI: 8"];

/** A download of so many bytes, to the question about the install. */
export function download(sizeBytes: number = SIZE_BYTES): Step[] {
	return [
		`+WDSI: 9,${sizeBytes}`,
		"+WDSI: 18,0",
		"+WDSI: 18,50",
		"+WDSI: 18,100",
		"+WDSI: 10",
		"+WDSI: 12",
		"+WDSI: 4",
		"+WDSI: 6",
		"+WDSI: 23,1",
		(modem) => {
			modem.activity = 3;
		},
		"+WDSI: 3",
		"+WDSI: 8",
	];
}

/** An install that ends in `version` and says `says` after the restart. */
export function install(version: string | undefined, says: readonly Step[]): Step[] {
	return [
		"+WDSI: 14",
		(modem) => {
			modem.down();
			modem.play([
				60,
				() => {
					if (version !== undefined) modem.version = version;
					modem.activity = 0;
					modem.up();
				},
				...says,
			]);
		},
	];
}

/** How a modem of the HL7800 says that it is back and has installed, with the session that reports it. */
export const INSTALLED: readonly Step[] = [
	"+WDSI: 0",
	"+KSUP: 0",
	"+WDSI: 16",
	"+WDSI: 4",
	"+WDSI: 6",
	"+WDSI: 23,1",
	10,
	"+WDSI: 8",
];

/** A modem with the order's package on its server, where all goes well. */
export function offering(model: "HL7692" | "HL7800" = "HL7800", script: Script = {}): Script {
	return {
		model,
		version: FROM[model],
		session: OFFER,
		download: download(),
		install: install(TO[model], INSTALLED),
		...script,
	};
}
