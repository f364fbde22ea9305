import type { Digital, DigitalConstructor } from "update-window/mcu/digital";
import type { Line } from "update-window/mcu/wiring";

export interface PowerFailInputOptions {
	Io: DigitalConstructor;
	line: Line;
	/** Called at most once. */
	onPowerFail(): void;
	/** What `onPowerFail` throws. */
	onFault(error: unknown): void;
}

/** The supply fails: the edge counts only where the level holds when it is looked at, so that a spike is none. */
export class PowerFailInput {
	readonly #input: Digital;
	#told = false;

	/** Throws what the input's constructor throws. */
	constructor({ Io, line, onPowerFail, onFault }: PowerFailInputOptions) {
		this.#input = new Io({
			pin: line.pin,
			mode: Io.Input,
			activeLow: line.active === "low",
			edge: Io.Rising,
			onReadable: () => {
				try {
					if (this.#told || this.#input.read() === 0) return;
					this.#told = true;
					onPowerFail();
				} catch (error) {
					onFault(error);
				}
			},
		});
	}
}
