import type { UpdateOrder } from "../order/order.js";
import type { ImageFile, ModemElement, ModemSource } from "../order/order-elements.js";
import type { JournalRecord } from "../set/journal.js";

/** The modem's part of an order. */
export interface WindowModem {
	/** The name that the order gives it. */
	element: string;
	/** "" in a recovery: the journal does not need it. */
	model: string;
	from: readonly string[];
	to: string;
	sizeBytes: number;
	/** Where its package comes from in this product. */
	source: ModemSource;
	/** The company's own file, where the order names one. */
	file: ImageFile | undefined;
}

/** What the window must know of the order, its other elements aside; in a recovery it comes from the journal alone. */
export interface WindowOrder {
	digest: string;
	adopt: boolean;
	/** undefined where the order names no modem. */
	modem: WindowModem | undefined;
}

/** `source` narrows what the order allows; where it allows both, the file that we hold comes first. */
export function windowOrder(order: UpdateOrder, source: ModemSource | undefined): WindowOrder {
	const modem = order.elements.find((element) => element.kind === "modem");
	return { digest: order.digest, adopt: order.adopt, modem: modem && windowModem(modem, source) };
}

function windowModem(
	{ name, sources, ...modem }: ModemElement,
	source: ModemSource | undefined,
): WindowModem {
	const { model, from, to, sizeBytes, file } = modem;
	const allowed = sources.includes("local") ? "local" : "avms";
	return { element: name, model, from, to, sizeBytes, file, source: source ?? allowed };
}

/** What a recovery needs. */
export function journalOrder({ order, element, from, to }: JournalRecord): WindowOrder {
	const modem: WindowModem = {
		element,
		model: "",
		from: [from],
		to,
		sizeBytes: 0,
		source: "avms",
		file: undefined,
	};
	return { digest: order, adopt: false, modem: element === "" ? undefined : modem };
}

/** What the journal is kept under. */
export function journalKey({ digest, modem }: WindowOrder): { digest: string; element: string; to: string } {
	return { digest, element: modem?.element ?? "", to: modem?.to ?? "" };
}
