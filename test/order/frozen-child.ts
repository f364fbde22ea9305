// Freezes whatever can be reached from the modules and their packages, built-in prototypes included, as preloading into
// flash does, and then lets a store take an order. Its own process, because nothing else works as before afterwards.
import * as ed25519 from "@noble/ed25519";
import * as sha256 from "@stablelib/sha256";
import * as sha512 from "@stablelib/sha512";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import * as digest from "../../modules/order/digest.js";
import * as envelope from "../../modules/order/envelope.js";
import * as order from "../../modules/order/order.js";
import * as orderRefusedError from "../../modules/order/order-refused-error.js";
import * as orderStore from "../../modules/order/order-store.js";
import * as spki from "../../modules/order/spki.js";
import { COMPANY, canonicalVersion, ORDER, signedOrder } from "./support.js";

const signed = [7, 7, 6, 8].map((sequence) => signedOrder({ ...ORDER, sequence }));
const damaged = signedOrder({ ...ORDER, sequence: 9 }).map((byte, index) => (index === 20 ? byte ^ 1 : byte));
const store = new orderStore.OrderStore({ store: new MemoryStore(), canonicalVersion });

const seen = new Set<unknown>();
function freezeAll(value: unknown): void {
	if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
	seen.add(value);
	// The contents of a buffer cannot be frozen; a module's namespace object cannot be, and need not.
	if (!ArrayBuffer.isView(value) && Object.prototype.toString.call(value) !== "[object Module]")
		Object.freeze(value);
	freezeAll(Object.getPrototypeOf(value));
	for (const descriptor of Object.values(Object.getOwnPropertyDescriptors(value)))
		for (const part of [descriptor.value, descriptor.get, descriptor.set]) freezeAll(part);
}
for (const module of [ed25519, sha256, sha512, digest, envelope, order, orderRefusedError, orderStore, spki])
	freezeAll(module);
for (const builtIn of [
	Object,
	Function,
	Array,
	Error,
	RangeError,
	Uint8Array,
	BigInt,
	String,
	Number,
	JSON,
	Math,
])
	freezeAll(builtIn);

const outcomes = [...signed, damaged].map((bytes) => {
	try {
		return store.offer(bytes, COMPANY.publicKey).outcome;
	} catch (error) {
		return error instanceof orderRefusedError.OrderRefusedError ? error.reason : String(error);
	}
});
process.stdout.write(
	JSON.stringify({ frozen: Object.isFrozen(ed25519.hashes) && Object.isFrozen(Error.prototype), outcomes }),
);
