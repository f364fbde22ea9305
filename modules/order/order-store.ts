import type { Store } from "../io/store.js";
import { asciiFromBytes, bytesFromAscii } from "../storage/bytes.js";
import { Slots, type SlotsRead } from "../storage/slots.js";
import { openEnvelope } from "./envelope.js";
import { parseOrder, SEQUENCE_MAX, type UpdateOrder } from "./order.js";
import type { CanonicalVersion } from "./order-elements.js";
import { OrderRefusedError, type RefusalReason } from "./order-refused-error.js";

const ORDER_KEY = "order";
/** At most 13 characters: the slots add two, and ESP32 takes 15 (hosts/mcu/storage). */
const SEQUENCE_KEY = "order-seq";
const DIGEST_CHARACTERS = 64;

/** The order in force, as far as it can be read. */
export type StoredOrder =
	| { status: "in-force"; order: UpdateOrder }
	| { status: "none" }
	/** Something is stored and cannot be read or understood: no order is in force, and `why` says what to look for. */
	| { status: "damaged"; why: string };

export interface Offered {
	/** `accepted`: it was stored. `in-force`: it is the stored one. */
	outcome: "accepted" | "in-force";
	order: UpdateOrder;
}

export type OfferResult =
	| { outcome: Offered["outcome"] }
	| { outcome: "refused"; reason: RefusalReason | "unreadable"; message: string };

/** The newest order that was ever accepted, or was being accepted when the power failed. */
interface Newest {
	sequence: number;
	digest: string;
}

/**
 * Keeps the order in force, and lets only a newer one take its place.
 *
 * Two records are written, in this order: the sequence and digest of the newest order, then the order's payload. So the
 * sequence never falls, not even where the order itself is lost. A power cut between the two leaves the earlier order in force
 * with the newer sequence: the earlier one is still `in-force`, the newer one is still accepted, for it is the very order
 * that the record names, and every other one of its sequence is refused.
 */
export class OrderStore {
	readonly #order: Slots;
	readonly #newest: Slots;
	readonly #canonicalVersion: CanonicalVersion;

	/** Uses the records `order` and `order-seq` of `store`, and reads nothing yet. */
	constructor({ store, canonicalVersion }: { store: Store; canonicalVersion: CanonicalVersion }) {
		this.#order = new Slots({ store, key: ORDER_KEY });
		this.#newest = new Slots({ store, key: SEQUENCE_KEY });
		this.#canonicalVersion = canonicalVersion;
	}

	/** The order in force. Never throws, so that no boot loses its monitoring to it; verifies no signature again. */
	current(): StoredOrder {
		try {
			const read = this.#order.read();
			if (read.status === "missing") return { status: "none" };
			if (read.status === "damaged")
				return { status: "damaged", why: "Expected one whole slot of the order, got none" };
			return { status: "in-force", order: this.#parse(read.record) };
		} catch (error) {
			return { status: "damaged", why: (error as Error).message };
		}
	}

	/**
	 * Takes an envelope signed with the key whose 32 public bytes are given. What is refused leaves the order in force as it was.
	 * Throws OrderRefusedError, for any of its reasons.
	 */
	offer(envelope: Uint8Array, publicKey: Uint8Array): Offered {
		const payload = openEnvelope(envelope, publicKey);
		const order = this.#parse(payload);
		const current = this.current();
		if (current.status === "in-force" && current.order.digest === order.digest)
			return { outcome: "in-force", order: current.order };
		checkNewer(order, this.#newestAccepted(current));
		this.#write(order, payload);
		return { outcome: "accepted", order };
	}

	/** As offer(), with what there is to offer read at the call; whatever is wrong is a refusal, never an exception. */
	tryOffer(read: () => { envelope: Uint8Array; publicKey: Uint8Array }): OfferResult {
		try {
			const { envelope, publicKey } = read();
			return { outcome: this.offer(envelope, publicKey).outcome };
		} catch (error) {
			const reason = error instanceof OrderRefusedError ? error.reason : "unreadable";
			return { outcome: "refused", reason, message: (error as Error).message };
		}
	}

	#parse(payload: Uint8Array): UpdateOrder {
		return parseOrder(payload, { canonicalVersion: this.#canonicalVersion });
	}

	/** The newest order that either record knows; undefined on a product that never took one. */
	#newestAccepted(current: StoredOrder): Newest | undefined {
		const record = readOrDamaged(this.#newest);
		const newest = record.status === "ok" ? newestFromBytes(record.record) : undefined;
		const stored = current.status === "in-force" ? current.order : undefined;
		if (newest && stored) return newest.sequence >= stored.sequence ? newest : stored;
		if (newest || stored) return newest ?? stored;
		// A torn first write of the sequence leaves it damaged, but then no order was ever written.
		if (current.status === "none") return undefined;
		throw new OrderRefusedError(
			"sequence-unknown",
			`Expected the sequence of the order accepted last, got damaged records "${ORDER_KEY}" and "${SEQUENCE_KEY}" (${current.status === "damaged" ? current.why : ""}); have both deleted in service`,
		);
	}

	#write(order: UpdateOrder, payload: Uint8Array): void {
		try {
			this.#newest.write(bytesFromNewest(order));
			this.#order.write(payload);
		} catch (error) {
			throw new OrderRefusedError(
				"not-stored",
				`Expected the store to take the order with sequence ${order.sequence}: ${(error as Error).message}`,
			);
		}
	}
}

function checkNewer(order: UpdateOrder, newest: Newest | undefined): void {
	if (!newest || order.sequence > newest.sequence) return;
	if (order.sequence < newest.sequence)
		throw new OrderRefusedError(
			"lower-sequence",
			`Expected a sequence above ${newest.sequence}, got ${order.sequence}: an older order is not taken again`,
		);
	if (order.digest !== newest.digest)
		throw new OrderRefusedError(
			"same-sequence",
			`Expected a sequence above ${newest.sequence}, got ${order.sequence} with another payload (${order.digest}) than the order that used it up (${newest.digest})`,
		);
}

function readOrDamaged(slots: Slots): SlotsRead {
	try {
		return slots.read();
	} catch {
		return { status: "damaged" };
	}
}

/** The record is ASCII, "SEQUENCE DIGEST", to be read by whoever looks into a store. */
function bytesFromNewest({ sequence, digest }: Newest): Uint8Array {
	return bytesFromAscii(`${sequence} ${digest}`);
}

function newestFromBytes(record: Uint8Array): Newest | undefined {
	try {
		const [sequence, digest, ...rest] = asciiFromBytes(record).split(" ");
		const value = Number(sequence);
		const whole = Number.isInteger(value) && value >= 1 && value <= SEQUENCE_MAX;
		if (!whole || digest?.length !== DIGEST_CHARACTERS || rest.length > 0) return undefined;
		return { sequence: value, digest };
	} catch {
		return undefined; // not ASCII: not ours
	}
}
