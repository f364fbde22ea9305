import type { ProductEvent } from "../../modules/window/events.js";

/** Where the events of a boot go. */
export interface Reporter {
	report(event: ProductEvent): void;
	/** Ends what is drawn. */
	end(): void;
}
