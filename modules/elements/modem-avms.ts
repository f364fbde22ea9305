import type { Clock } from "../io/clock.js";
import type { DeviceServices } from "../modem/device-services.js";
import type { Identity } from "../modem/identification.js";
import { canonicalVersion } from "../modem/version.js";

/** What asking the modem tells. */
export interface Inspection {
	model: string;
	/** The canonical version, or the modem's own words where they follow no known grammar; undefined where it was not read. */
	version: string | undefined;
	/** `AT+WDSG: 1,n`; undefined where the modem does not tell (device services not ready). */
	activity: Activity | undefined;
	/** All agreements are on. */
	armed: boolean;
	/** The agreements that could not be set. */
	refused: readonly string[];
}

/** By the n of `AT+WDSG: 1,n`: nothing, a session running, a package waiting on the server, a package ready to install. */
export const ACTIVITIES = Object.freeze(["idle", "session", "offered", "ready"] as const);

export type Activity = (typeof ACTIVITIES)[number];
const VERSION_READS_MAX = 3;
const SESSION_RETRY_MS = 2_000;
const INSTALL_TRIES_MAX = 3;
const INSTALL_RETRY_MS = 2_000;

export interface ModemAvmsOptions {
	services: DeviceServices;
	clock: Clock;
	/** The dedicated APN for device management; undefined keeps the modem's own. */
	apn?: string | undefined;
	/** How often the modem is asked for its version during an install. */
	probeEveryMs: number;
}

/**
 * The modem as an element that updates itself from AVMS. It knows the protocol's steps and no policy: who may take
 * them, and when, is the window's. One activity at a time: a new one takes the place of the one before.
 */
export class ModemAvms {
	readonly #services: DeviceServices;
	readonly #clock: Clock;
	readonly #apn: string | undefined;
	readonly #probeEveryMs: number;
	#activity = 0;
	#timer: unknown;
	#connecting = false;

	constructor({ services, clock, apn, probeEveryMs }: ModemAvmsOptions) {
		this.#services = services;
		this.#clock = clock;
		this.#apn = apn;
		this.#probeEveryMs = probeEveryMs;
	}

	/** Ends whatever goes on; its callback is not called any more. */
	cancel(): void {
		this.#activity++;
		if (this.#connecting) this.#services.cancelConnect();
		this.#connecting = false;
		this.#clock.clearTimeout(this.#timer);
		this.#timer = undefined;
	}

	/** Waits for the modem, sets all agreements first, then reads what it is and what it does. Ends only by an answer or `cancel`. */
	inspect(done: (inspection: Inspection) => void): void {
		const isCurrent = this.#begin();
		const attempt = (reads: number): void => {
			this.#connect((identity) => {
				if (!isCurrent() || !identity) return;
				this.#services.arm(({ armed, refused }) => {
					if (!isCurrent()) return;
					this.#services.version((version) => {
						if (!isCurrent()) return;
						if (version === undefined && reads < VERSION_READS_MAX) return attempt(reads + 1);
						this.#services.status((status) => {
							if (!isCurrent()) return;
							this.#activity++;
							const activity = status ? ACTIVITIES[status.activity] : undefined;
							done({
								model: identity.model ?? "",
								version: version && canonical(version, identity.model),
								activity,
								armed,
								refused,
							});
						});
					});
				});
			});
		};
		attempt(1);
	}

	/** Sets the agreements again, as soon as the modem answers. */
	arm(): void {
		const isCurrent = this.#begin();
		this.#connect(() => {
			if (isCurrent()) this.#services.arm(() => {});
		});
	}

	/**
	 * Opens a session with the server, after setting the APN where one is given. A modem whose device services are not
	 * ready refuses; it is asked again until it takes it, or until `cancel`.
	 */
	openSession(done: () => void = () => {}): void {
		const isCurrent = this.#begin();
		const open = (): void => {
			if (!isCurrent()) return;
			this.#services.openSession((ok) => {
				if (!isCurrent()) return;
				if (!ok) {
					this.#timer = this.#clock.setTimeout(open, SESSION_RETRY_MS);
					return;
				}
				this.#activity++;
				done();
			});
		};
		if (this.#apn === undefined) this.#services.setContext(open);
		else this.#services.setApn(this.#apn, open);
	}

	/**
	 * Sends `AT+WDSR=4`, again where the modem refused it or never got it. `done(true)`: it took it, or it may have, for
	 * it never answered; then it is not sent twice. `done(false)`: nothing was begun.
	 */
	acceptInstall(done: (isTaken: boolean) => void): void {
		const isCurrent = this.#begin();
		const attempt = (tries: number): void => {
			this.#services.accept("install", (ok, { result, sent }) => {
				if (!isCurrent()) return;
				const isTaken = ok || (sent && result !== "error");
				if (isTaken || tries >= INSTALL_TRIES_MAX) return done(isTaken);
				this.#timer = this.#clock.setTimeout(() => attempt(tries + 1), INSTALL_RETRY_MS);
			});
		};
		// Device services that wait for an access point know of no package.
		if (this.#apn === undefined) attempt(1);
		else this.#services.setApn(this.#apn, () => isCurrent() && attempt(1));
	}

	/**
	 * During an install: asks for the version every `probeEveryMs`. A version is told to `onVersion`; a modem that
	 * fell silent and answers again has restarted, which is told to `onRestart`, and the watch ends.
	 */
	watch({ onVersion, onRestart }: { onVersion: (version: string) => void; onRestart: () => void }): void {
		const isCurrent = this.#begin();
		const probe = (): void => {
			this.#services.version((version) => {
				if (!isCurrent()) return;
				if (version !== undefined) {
					onVersion(canonical(version, this.#services.profile?.family));
					if (isCurrent()) this.#timer = this.#clock.setTimeout(probe, this.#probeEveryMs);
					return;
				}
				this.#connect(() => {
					if (!isCurrent()) return;
					this.#activity++;
					onRestart();
				});
			});
		};
		this.#timer = this.#clock.setTimeout(probe, this.#probeEveryMs);
	}

	#connect(done: (identity: Identity | undefined) => void): void {
		this.#connecting = true;
		this.#services.connect((identity) => {
			this.#connecting = false;
			done(identity);
		});
	}

	#begin(): () => boolean {
		this.cancel();
		const mine = this.#activity;
		return () => this.#activity === mine;
	}
}

function canonical(version: string, model: string | undefined): string {
	try {
		return canonicalVersion(version, model);
	} catch {
		return version;
	}
}
