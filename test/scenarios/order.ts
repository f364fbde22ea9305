import { MemoryStore } from "../../hosts/sim/memory-store.js";
import { canonicalVersion } from "../../modules/modem/version.js";
import { sha256Hex, sha512 } from "../../modules/order/digest.js";
import { openEnvelope } from "../../modules/order/envelope.js";
import { OrderRefusedError } from "../../modules/order/order-refused-error.js";
import { OrderStore } from "../../modules/order/order-store.js";
import { signedOrderEnvelope, signedOrderKey } from "../support/signed-orders.js";
import type { Measured } from "../xs/measure.js";

export const scenarios: Record<string, () => string[]> = {
	"P9: orders are accepted, in force, and refused each for its own reason"() {
		const log: string[] = [];
		const store = new MemoryStore();
		const orders = new OrderStore({ store, canonicalVersion });
		const offer = (what: string, envelope: Uint8Array, publicKey = signedOrderKey()) => {
			log.push(`${what}: ${outcomeOf(() => orders.offer(envelope, publicKey).outcome)}`);
			log.push(currentOf(orders));
		};
		log.push(currentOf(orders));
		offer("the first order", signedOrderEnvelope("sequence 7"));
		offer("the same order again", signedOrderEnvelope("sequence 7"));
		offer("an older order", signedOrderEnvelope("sequence 6"));
		offer("another order of its sequence", signedOrderEnvelope("sequence 7, another size"));
		offer("an order with the signature of another", signedOrderEnvelope("sequence 8", "sequence 7"));
		offer("a truncated order", signedOrderEnvelope("sequence 8").slice(0, -1));
		offer("an order and nothing to verify it", signedOrderEnvelope("sequence 8"), new Uint8Array(32));
		store.failing = true;
		offer("a newer order, and the store takes no writes", signedOrderEnvelope("sequence 8"));
		store.failing = false;
		offer("a newer order", signedOrderEnvelope("sequence 8"));
		offer("the first order once more", signedOrderEnvelope("sequence 7"));
		log.push(`after a restart: ${currentOf(new OrderStore({ store, canonicalVersion }))}`);
		return log;
	},

	"hashes of every length around a block are right and leave nothing behind"() {
		const log: string[] = [];
		const bytes = new Uint8Array(260).map((_, index) => index);
		for (const length of [0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 255, 256, 260]) {
			const head = bytes.subarray(0, length);
			log.push(`${length} ${sha256Hex(head)} ${sha512(head).join("")}`);
		}
		return log;
	},
};

export const measured: Measured = {
	"an order"() {
		const store = new MemoryStore();
		const orders = new OrderStore({ store, canonicalVersion });
		const publicKey = signedOrderKey();
		const envelope = signedOrderEnvelope("sequence 7");
		return {
			"SHA-256 of 1 KiB": () => {
				sha256Hex(new Uint8Array(1024));
			},
			"SHA-512 of 1 KiB": () => {
				sha512(new Uint8Array(1024));
			},
			"verify it": () => {
				openEnvelope(envelope, publicKey);
			},
			"offer it": () => {
				orders.offer(envelope, publicKey);
			},
			"offer it again": () => {
				orders.offer(envelope, publicKey);
			},
			"read the one in force": () => {
				orders.current();
			},
		};
	},
};

function currentOf(orders: OrderStore): string {
	const current = orders.current();
	if (current.status !== "in-force") return `  ${current.status}`;
	const { sequence, digest, elements } = current.order;
	return `  in force: ${sequence} ${digest} ${JSON.stringify(elements)}`;
}

function outcomeOf(offer: () => string): string {
	try {
		return offer();
	} catch (error) {
		if (!(error instanceof OrderRefusedError)) return String(error);
		// What JSON.parse says of a text that is no JSON is the engine's own.
		return `${error.reason}: ${error.message.replace(/(ASCII JSON: ).*/, "$1...")}`;
	}
}
