import type { Behaviour } from "./behaviour.js";
import type { Family } from "./families.js";
import type { ModemFlash } from "./flash.js";
import type { EmulatedServer } from "./server.js";
import type { Timers } from "./timers.js";

const HTTP_OK = 200;
const HTTP_UNAVAILABLE = 503;

export type SessionStage = "none" | "starting" | "open" | "closing";

/** The modem's connection to the server, with its events, from the first to the last. */
export class Session {
	readonly #family: Family;
	readonly #flash: ModemFlash;
	readonly #behaviour: Behaviour;
	readonly #server: EmulatedServer;
	readonly #timers: Timers;
	readonly #indicate: (event: number, data?: string) => void;
	readonly #onOpen: () => void;
	readonly #onEnd: (succeeded: boolean) => void;
	#stage: SessionStage = "none";
	#httpStatus: number | undefined;

	/**
	 * `timers` are the session's own. `onOpen` is called when work can be done; `onEnd` when the session is over, after
	 * its last event.
	 */
	constructor({
		family,
		flash,
		behaviour,
		server,
		timers,
		indicate,
		onOpen,
		onEnd,
	}: {
		family: Family;
		flash: ModemFlash;
		behaviour: Behaviour;
		server: EmulatedServer;
		timers: Timers;
		indicate: (event: number, data?: string) => void;
		onOpen: () => void;
		onEnd: (succeeded: boolean) => void;
	}) {
		this.#family = family;
		this.#flash = flash;
		this.#behaviour = behaviour;
		this.#server = server;
		this.#timers = timers;
		this.#indicate = indicate;
		this.#onOpen = onOpen;
		this.#onEnd = onEnd;
	}

	get stage(): SessionStage {
		return this.#stage;
	}

	/** The status of the last HTTP transfer, as AT+WDSE gives it; undefined before the first. */
	get httpStatus(): number | undefined {
		return this.#httpStatus;
	}

	/** Nothing happens where one runs already. */
	start(): void {
		if (this.#stage !== "none") return;
		this.#stage = "starting";
		this.#timers.after(this.#behaviour.sessionStartMs, () => this.#authenticate());
	}

	/** Stays open until it is told otherwise. */
	keepOpen(): void {
		this.#timers.clearAll();
	}

	/** Ends by itself when nothing more happens. */
	closeWhenIdle(): void {
		this.#timers.clearAll();
		this.#timers.after(this.#behaviour.sessionIdleMs, () => this.closeNow());
	}

	/** Does nothing more, and ends after `delayMs`. */
	close(delayMs: number): void {
		this.#timers.clearAll();
		this.#stage = "closing";
		this.#timers.after(delayMs, () => this.closeNow());
	}

	closeNow(): void {
		this.#indicate(8);
		this.#end(true);
	}

	/** Ends without a word, and without `onEnd`: before a session was open there is nothing to tell. */
	abandon(): void {
		this.#timers.clearAll();
		this.#stage = "none";
		this.#server.closeSession();
	}

	#authenticate(): void {
		this.#indicate(4);
		this.#timers.after(this.#behaviour.authenticationMs, () => {
			const refusal = this.#refusal();
			if (refusal !== undefined) {
				this.#httpStatus = HTTP_UNAVAILABLE;
				this.#indicate(refusal);
				this.#end(false);
				return;
			}
			this.#indicate(6);
			this.#stage = "open";
			this.#timers.after(this.#behaviour.stepMs, () => this.#opened());
		});
	}

	#refusal(): 5 | 7 | undefined {
		if (!this.#server.reachable || this.#server.authentication === "refused") return 7;
		return this.#server.authentication === "failed" ? 5 : undefined;
	}

	/** LwM2M meets the bootstrap server first where it has no credentials: 4, 6, 23,0, 4, 6, 23,1. */
	#opened(): void {
		this.#httpStatus = HTTP_OK;
		if (this.#family.lwm2m) {
			const first = !this.#flash.provisioned;
			this.#indicate(23, first ? "0" : "1");
			this.#flash.provisioned = true;
			if (first) {
				this.#timers.after(this.#behaviour.stepMs, () => this.#authenticate());
				return;
			}
		}
		this.#server.openSession();
		this.#timers.after(this.#behaviour.stepMs, () => this.#onOpen());
	}

	#end(succeeded: boolean): void {
		this.abandon();
		this.#onEnd(succeeded);
	}
}
