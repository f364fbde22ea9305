import type { Store } from "../../../modules/io/store.js";
import { canonicalVersion } from "../../../modules/modem/version.js";
import type { UpdateOrder } from "../../../modules/order/order.js";
import type { ModemSource } from "../../../modules/order/order-elements.js";
import { OrderStore } from "../../../modules/order/order-store.js";
import { UsageError } from "../usage-error.js";

export interface OrderToComeOptions {
	/** The flash with the order in force. Nothing is written to it. */
	store: Store;
	/** Reads what the boot will be offered; may throw. Undefined where it is offered nothing. */
	read: (() => { envelope: Uint8Array; publicKey: Uint8Array }) | undefined;
}

/** The order that a boot will have in force, by the product's own rules, without a trace; undefined where it has none. */
export function orderToCome({ store, read }: OrderToComeOptions): UpdateOrder | undefined {
	const orders = new OrderStore({ store: new Overlay(store), canonicalVersion });
	if (read) orders.tryOffer(read);
	const stored = orders.current();
	return stored.status === "in-force" ? stored.order : undefined;
}

/** Throws UsageError where the order does not allow that source. */
export function checkModemSource(order: UpdateOrder | undefined, source: ModemSource): void {
	for (const element of order?.elements ?? [])
		if (element.kind === "modem" && !element.sources.includes(source))
			throw new UsageError(
				`Expected \`--modem-source\` to be what order ${order?.sequence} allows (${element.sources.join(" or ")}), got ${source}`,
			);
}

/** Reads what a store has, and keeps what is written to itself. */
class Overlay implements Store {
	readonly #below: Store;
	readonly #written = new Map<string, ArrayBuffer | undefined>();

	constructor(below: Store) {
		this.#below = below;
	}

	read(key: string): ArrayBuffer | undefined {
		return this.#written.has(key) ? this.#written.get(key) : this.#below.read(key);
	}

	write(key: string, value: ArrayBuffer): void {
		this.#written.set(key, value);
	}

	delete(key: string): void {
		this.#written.set(key, undefined);
	}
}
