import type { Behaviour } from "./behaviour.js";
import type { ModemFlash } from "./flash.js";
import { REQUEST_KINDS, REQUESTS, type RequestKind } from "./requests.js";
import type { Timers } from "./timers.js";

const DELAY_MINUTES_MAX = 1440;

interface Pending {
	/** A delay runs because the host said so. */
	putOff: boolean;
	timer: object | undefined;
}

export type ReplyResult = "accepted" | "put-off" | "refused" | "ignored" | "error";

/** The questions that the modem has asked and the host has not accepted, each with the timer that asks it again. */
export class Agreements {
	readonly #flash: ModemFlash;
	readonly #behaviour: Behaviour;
	readonly #timers: Timers;
	readonly #onAsk: (kind: RequestKind) => void;
	readonly #onAccepted: (kind: RequestKind) => void;
	readonly #onRefused: () => void;
	readonly #pending = new Map<RequestKind, Pending>();

	/**
	 * `onAsk` shows the question to the host; `onAccepted` is called when the host accepts, and at once where the
	 * agreement is off; `onRefused` when the host refuses the download.
	 */
	constructor({
		flash,
		behaviour,
		timers,
		onAsk,
		onAccepted,
		onRefused,
	}: {
		flash: ModemFlash;
		behaviour: Behaviour;
		timers: Timers;
		onAsk: (kind: RequestKind) => void;
		onAccepted: (kind: RequestKind) => void;
		onRefused: () => void;
	}) {
		this.#flash = flash;
		this.#behaviour = behaviour;
		this.#timers = timers;
		this.#onAsk = onAsk;
		this.#onAccepted = onAccepted;
		this.#onRefused = onRefused;
	}

	isPending(kind: RequestKind): boolean {
		return this.#pending.has(kind);
	}

	/** The host has put it off, and the delay still runs. */
	isPutOff(kind: RequestKind): boolean {
		return this.#pending.get(kind)?.putOff === true;
	}

	/** Asks, or goes on unasked where the agreement is off. Asking what is pending already ends its delay. */
	ask(kind: RequestKind): void {
		this.withdraw(kind);
		if (!this.#flash.agreements[kind]) {
			this.#onAccepted(kind);
			return;
		}
		this.#wait(kind, { minutes: this.#behaviour.askAgainMinutes, putOff: false });
		this.#onAsk(kind);
	}

	/**
	 * A question that stands, and can be answered, without being asked aloud now; after `askAfterMinutes` it is, and
	 * without that never.
	 */
	hold(kind: RequestKind, askAfterMinutes?: number): void {
		if (askAfterMinutes !== undefined) {
			this.#wait(kind, { minutes: askAfterMinutes, putOff: false });
			return;
		}
		this.withdraw(kind);
		this.#remember(kind);
		this.#pending.set(kind, { putOff: false, timer: undefined });
	}

	withdraw(kind: RequestKind): void {
		this.#timers.clear(this.#pending.get(kind)?.timer);
		this.#pending.delete(kind);
		if (this.#flash.asked.includes(kind)) this.#flash.asked = this.#flash.asked.filter((k) => k !== kind);
	}

	/** Forgets that the re-asking timers run: AT&F on some families. */
	withdrawAll(): void {
		for (const kind of REQUEST_KINDS) this.withdraw(kind);
	}

	/** AT+WDSR=reply[,minutes]; `minutes` is undefined where it was not given. */
	reply(reply: number, minutes: number | undefined): ReplyResult {
		const kind = REQUEST_KINDS.find((k) => REQUESTS[k].accept === reply || REQUESTS[k].delay === reply);
		if (!kind) return "error";
		const accepts = REQUESTS[kind].accept === reply;
		if (accepts && minutes !== undefined) return "error";
		if (minutes !== undefined && minutes > DELAY_MINUTES_MAX) return "error";
		const refuses = minutes === 0;
		if (refuses && !(kind === "download" && this.#behaviour.downloadRefusable)) return "error";
		const pending = this.#pending.get(kind);
		if (!pending) return this.#behaviour.replyWithoutRequest === "ok" ? "ignored" : "error";
		if (accepts) {
			if (pending.putOff && !this.#behaviour.acceptDuringDelay) return "error";
			this.withdraw(kind);
			this.#onAccepted(kind);
			return "accepted";
		}
		if (refuses) {
			this.withdraw(kind);
			this.#onRefused();
			return "refused";
		}
		this.#wait(kind, { minutes: minutes ?? this.#behaviour.askAgainMinutes, putOff: true });
		return "put-off";
	}

	#wait(kind: RequestKind, { minutes, putOff }: { minutes: number; putOff: boolean }): void {
		this.withdraw(kind);
		this.#remember(kind);
		const timer = this.#timers.after(minutes * 60_000, () => this.ask(kind));
		this.#pending.set(kind, { putOff, timer });
	}

	/** A package is its own memory of its question; the others have none. */
	#remember(kind: RequestKind): void {
		if (kind !== "download" && kind !== "install") this.#flash.asked.push(kind);
	}
}
