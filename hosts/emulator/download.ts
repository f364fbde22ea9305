import type { Behaviour } from "./behaviour.js";
import type { FirmwarePackage, ModemFlash } from "./flash.js";
import type { EmulatedServer } from "./server.js";
import type { Timers } from "./timers.js";

/** `no-space`, `corrupt` and `bad-signature` lose the download; `link` only pauses it. */
export type DownloadResult = "done" | "no-space" | "corrupt" | "bad-signature" | "link";

/** Where a corrupt package is noticed. */
const CORRUPT_AT_PERCENT = 50;

/** Brings one package from the server into flash, with its events, and can be stopped at any step. */
export class Download {
	readonly #flash: ModemFlash;
	readonly #behaviour: Behaviour;
	readonly #server: EmulatedServer;
	readonly #timers: Timers;
	readonly #indicate: (event: number, data?: string) => void;
	readonly #onEnd: (result: DownloadResult) => void;
	#timer: object | undefined;

	constructor({
		flash,
		behaviour,
		server,
		timers,
		indicate,
		onEnd,
	}: {
		flash: ModemFlash;
		behaviour: Behaviour;
		server: EmulatedServer;
		timers: Timers;
		indicate: (event: number, data?: string) => void;
		onEnd: (result: DownloadResult) => void;
	}) {
		this.#flash = flash;
		this.#behaviour = behaviour;
		this.#server = server;
		this.#timers = timers;
		this.#indicate = indicate;
		this.#onEnd = onEnd;
	}

	get running(): boolean {
		return this.#timer !== undefined;
	}

	/** Goes on with the download that flash holds, after `delayMs`; nothing happens where it holds none. */
	start(delayMs: number): void {
		const download = this.#flash.download;
		if (!download) return;
		// Whatever ends this from now on without a word is a loss of power.
		download.pausedBy = "power";
		this.#then(delayMs, () => this.#begin(download.package));
	}

	/** Keeps what has arrived. */
	stop(reason: "stop" | "link"): void {
		this.#timers.clear(this.#timer);
		this.#timer = undefined;
		if (this.#flash.download) this.#flash.download.pausedBy = reason;
	}

	#begin({ sizeBytes, fault }: FirmwarePackage): void {
		if (fault === "no-space") {
			this.#indicate(11, "0");
			this.#end("no-space");
			return;
		}
		const received = this.#flash.download?.receivedBytes ?? 0;
		if (received === 0 || this.#behaviour.resumeTellsSize) this.#indicate(9, `${sizeBytes}`);
		this.#then(this.#behaviour.stepMs, () => {
			if (this.#behaviour.progressForm === "quoted") this.#indicate(18);
			else this.#progress();
			this.#proceed();
		});
	}

	#proceed(): void {
		const download = this.#flash.download;
		if (!download) return;
		const { sizeBytes } = download.package;
		const leftBytes = sizeBytes - download.receivedBytes;
		if (leftBytes <= 0) {
			this.#then(this.#behaviour.stepMs, () => this.#complete());
			return;
		}
		const pieceBytes = Math.min(
			leftBytes,
			Math.max(1, Math.ceil((sizeBytes * this.#behaviour.progressStepPercent) / 100)),
		);
		this.#then((pieceBytes / this.#behaviour.downloadBytesPerSecond) * 1000, () => {
			if (!this.#server.reachable) {
				this.stop("link");
				this.#indicate(11, "1");
				this.#end("link");
				return;
			}
			download.receivedBytes += pieceBytes;
			this.#progress();
			if (download.package.fault === "corrupt" && this.#percent() >= CORRUPT_AT_PERCENT) {
				this.#indicate(11, "2");
				this.#end("corrupt");
			} else this.#proceed();
		});
	}

	#complete(): void {
		this.#indicate(10);
		this.#then(this.#behaviour.stepMs, () => {
			if (this.#flash.download?.package.fault === "bad-signature") {
				this.#indicate(13);
				this.#end("bad-signature");
				return;
			}
			if (this.#behaviour.signatureCheckedAt === "download") this.#indicate(12);
			this.#then(this.#behaviour.stepMs, () => this.#end("done"));
		});
	}

	#end(result: DownloadResult): void {
		this.#timer = undefined;
		this.#onEnd(result);
	}

	#percent(): number {
		const download = this.#flash.download;
		return download ? Math.floor((download.receivedBytes * 100) / download.package.sizeBytes) : 0;
	}

	#progress(): void {
		const percent = this.#percent();
		const data = { number: `${percent}`, quoted: `"${percent}%"`, bare: undefined };
		this.#indicate(18, data[this.#behaviour.progressForm]);
	}

	#then(delayMs: number, step: () => void): void {
		this.#timer = this.#timers.after(delayMs, step);
	}
}
