import type { Behaviour, InstallOutcome } from "./behaviour.js";
import { factorySettings, type ModemFlash } from "./flash.js";
import type { Timers } from "./timers.js";

const NOISE_EVERY_MS = 10_000;
/** What some families print while they install (reference, section 6, transcript 11). */
const NOISE: readonly string[] = [
	"\r\nswu_install: block written\r\n",
	"\0".repeat(16),
	"\r\n+NVBU_IND: 1,100\r\n",
];

/** What the modem is after its install: it starts again, is dead, or has lost its supply in the middle. */
export type InstallEnd = "restart" | "hang" | "cut";

/** The modem's bootloader at work: takes the stored package of flash, and minutes, and cannot be controlled. */
export class Installer {
	readonly #flash: ModemFlash;
	readonly #behaviour: Behaviour;
	readonly #timers: Timers;
	readonly #send: (text: string) => void;
	readonly #onEnd: (end: InstallEnd) => void;

	constructor({
		flash,
		behaviour,
		timers,
		send,
		onEnd,
	}: {
		flash: ModemFlash;
		behaviour: Behaviour;
		timers: Timers;
		send: (text: string) => void;
		onEnd: (end: InstallEnd) => void;
	}) {
		this.#flash = flash;
		this.#behaviour = behaviour;
		this.#timers = timers;
		this.#send = send;
		this.#onEnd = onEnd;
	}

	/** Flash stays as it is until the very end, so that a power cut at any instant finds it unfinished. */
	start(): void {
		const flash = this.#flash;
		flash.installing = true;
		flash.installAttempts++;
		const outcome = this.#outcome();
		if (this.#behaviour.installNoise) this.#noise(0);
		if (outcome === "cut") {
			this.#timers.after(this.#behaviour.installMs / 2, () => this.#onEnd("cut"));
			return;
		}
		this.#timers.after(this.#behaviour.installMs, () => this.#finish(outcome));
	}

	#outcome(): InstallOutcome {
		const { stored, version } = this.#flash;
		if (stored?.from !== undefined && stored.from !== version)
			return this.#behaviour.mismatchedDelta === "failed" ? "fail" : "unchanged";
		const outcome = stored?.install ?? this.#behaviour.install;
		return outcome === "cut" && this.#flash.installAttempts > 1 ? "ok" : outcome;
	}

	#finish(outcome: InstallOutcome): void {
		const flash = this.#flash;
		const installed = flash.stored;
		flash.stored = null;
		flash.installing = false;
		flash.installAttempts = 0;
		if (!installed || outcome === "hang") {
			this.#onEnd("hang");
			return;
		}
		const succeeded = outcome !== "fail" && outcome !== "unchanged";
		if (succeeded) {
			flash.version = outcome === "wrong" ? anotherVersion(installed.version) : installed.version;
			if (!this.#behaviour.updateKeepsSettings) Object.assign(flash, factorySettings());
		}
		if (outcome !== "unchanged")
			flash.report = { jobId: installed.jobId, succeeded, indicated: outcome === "silent" };
		this.#onEnd("restart");
	}

	#noise(index: number): void {
		this.#timers.after(NOISE_EVERY_MS, () => {
			this.#send(NOISE[index % NOISE.length] as string);
			this.#noise(index + 1);
		});
	}
}

/** The last number of the version, one higher: `HL7800.4.5.4.0` gives `HL7800.4.5.4.1`, `..x7120m_1` gives `..x7120m_2`. */
export function anotherVersion(version: string): string {
	return version.replace(/(\d+)(\D*)$/, (_, digits: string, rest: string) => `${Number(digits) + 1}${rest}`);
}
