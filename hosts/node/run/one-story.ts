import type { ClosedOutcome, ProductEvent } from "../../../modules/window/events.js";

const OUTCOMES: Readonly<Record<"old" | "new" | "mixed", ClosedOutcome>> = {
	old: "failed",
	new: "updated",
	mixed: "mixed",
};

/**
 * One run is one story, though it may be several boots: what was decided is told once, and an open window ends `closed`.
 * Our own MCU's new boot goes on with the window and says so; where it cannot (its memory takes no write any more) it decides
 * anew, and that is told as the end of the first decision.
 */
export class OneStory {
	readonly #tell: (event: ProductEvent) => void;
	#window: "open" | "closed" | "recover" | undefined;
	#reason = "";
	#isOver = false;

	constructor({ tell }: { tell: (event: ProductEvent) => void }) {
		this.#tell = tell;
	}

	hear(event: ProductEvent): void {
		if (event.event === "decided") {
			this.#reason = event.reason;
			if (this.#window) return;
			this.#window = event.window;
		} else if (event.event === "recovered" && this.#window === "open") {
			this.#isOver = true;
			return this.#tell({ event: "closed", outcome: OUTCOMES[event.set], reason: event.reason });
		} else if (event.event === "closed" || event.event === "recovered") this.#isOver = true;
		else if (event.event === "released") this.#end();
		this.#tell(event);
	}

	/** Before `released`, where nobody has told how the window ended. */
	#end(): void {
		if (this.#isOver) return;
		this.#isOver = true;
		if (this.#window === "open") this.#tell({ event: "closed", outcome: "mixed", reason: this.#reason });
		if (this.#window === "recover") this.#tell({ event: "recovered", set: "mixed", reason: this.#reason });
	}
}
