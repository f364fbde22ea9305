import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { publicKeyFromSpki } from "../../modules/order/spki.js";
import { readInput } from "./files.js";
import { InputError } from "./input-error.js";

const PEM_BYTES_MAX = 16_384;

/** The 32 bytes of the Ed25519 public key in a PEM file (SPKI). Throws InputError; for a private key, too. */
export function readPublicKey(path: string): Uint8Array {
	const pem = Buffer.from(readInput(path, "a public key", PEM_BYTES_MAX));
	// node:crypto would take a private key and work out its public one, and the secret would end up in the product.
	if (!pem.includes("-----BEGIN PUBLIC KEY-----"))
		throw new InputError(
			`Expected an Ed25519 public key in ${path} (PEM, "BEGIN PUBLIC KEY"), got ${pem.includes("PRIVATE KEY") ? "a private key" : "something else"}`,
		);
	return keyFrom(path, () => rawPublicKey(createPublicKey(pem)));
}

/** The Ed25519 private key in a PEM file (PKCS#8, not encrypted), and the 32 bytes of its public key. Throws InputError. */
export function readPrivateKey(path: string): { privateKey: KeyObject; publicKey: Uint8Array } {
	const pem = Buffer.from(readInput(path, "a private key", PEM_BYTES_MAX));
	if (!pem.includes("-----BEGIN PRIVATE KEY-----"))
		throw new InputError(
			`Expected an Ed25519 private key in ${path} (PEM, "BEGIN PRIVATE KEY", not encrypted), got ${pem.includes("PUBLIC KEY") ? "a public key" : "something else"}`,
		);
	const privateKey = keyFrom(path, () => createPrivateKey(pem));
	return { privateKey, publicKey: keyFrom(path, () => rawPublicKey(createPublicKey(privateKey))) };
}

function rawPublicKey(key: KeyObject): Uint8Array {
	return publicKeyFromSpki(new Uint8Array(key.export({ type: "spki", format: "der" })));
}

function keyFrom<T>(path: string, read: () => T): T {
	try {
		return read();
	} catch (error) {
		throw new InputError(`Expected an Ed25519 key in ${path}: ${(error as Error).message}`);
	}
}
