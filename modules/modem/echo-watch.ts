import type { Answer } from "../at/channel.js";

export const ECHO_OFF = "ATE0";

/**
 * Tells an echo that means a restart from one that was always there. An `OK` to `ATE0` proves nothing: some firmware
 * says it and goes on echoing. Only a later command that is answered without an echo proves that it is off.
 */
export class EchoWatch {
	#state: "on" | "asked-off" | "off" = "on";

	/** A command was answered, or not; its echo would have come before. */
	answered(command: string, { result }: Answer): void {
		if (command === ECHO_OFF && result === "ok") this.#state = this.#state === "off" ? "off" : "asked-off";
		else if (this.#state === "asked-off" && (result === "ok" || result === "error")) this.#state = "off";
	}

	/** The modem echoed. True where that shows a restart; told once, until the echo was proven off again. */
	heard(): boolean {
		const isSign = this.#state === "off";
		this.#state = "on";
		return isSign;
	}

	/** The modem has restarted: it echoes again, most probably. */
	restarted(): void {
		this.#state = "on";
	}
}
