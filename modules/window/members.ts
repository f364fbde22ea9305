import type { Element, ElementPort, TargetImage } from "../elements/element.js";
import { ElementError } from "../elements/element-error.js";
import { MissingElement } from "../elements/missing-element.js";
import type { UpdateOrder } from "../order/order.js";
import type { ImageElement } from "../order/order-elements.js";
import type { Member } from "../set/element-set.js";
import type { JournalRecord } from "../set/journal.js";

/** The elements of an order beside the modem, opened. What the product does not have stands in as missing. */
export function membersOf(order: UpdateOrder, ports: readonly ElementPort[]): Member[] {
	return order.elements
		.filter((element) => element.kind !== "modem")
		.map(({ name, kind, from, to, sizeBytes, file, hash }: ImageElement) => ({
			element: open(
				name,
				ports.find((port) => port.name === name && port.kind === kind),
			),
			image: { version: to, sizeBytes, sha256: file.sha256, hash },
			from,
			file,
		}));
}

/** The elements that an open journal names, opened. */
export function journalMembers({ others }: JournalRecord, ports: readonly ElementPort[]): Member[] {
	return others.map(({ name, from, to, toHash }) => {
		const image: TargetImage = { version: to, sizeBytes: 0, sha256: "", hash: toHash };
		const port = ports.find((each) => each.name === name);
		return { element: open(name, port), image, from: [from] };
	});
}

function open(name: string, port: ElementPort | undefined): Element {
	if (!port)
		return missing(name, "unknown-element", `Expected the product to have an element ${name}, got none`);
	try {
		return port.open();
	} catch (error) {
		return missing(name, "no-answer", `Could not open the port of ${name}: ${(error as Error).message}`);
	}
}

function missing(name: string, reason: "unknown-element" | "no-answer", message: string): Element {
	return new MissingElement({ name, error: new ElementError(name, reason, message) });
}
