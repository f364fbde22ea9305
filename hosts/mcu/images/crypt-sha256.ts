import { Digest as CryptDigest } from "crypt";
import type { Digest } from "../../../modules/io/digest.js";

/** A SHA-256 by the SDK's native module `crypt` (modules/crypt/digest). */
export class CryptSha256 implements Digest {
	readonly #digest = new CryptDigest("SHA256");

	update(bytes: Uint8Array): void {
		const { buffer, byteOffset, byteLength } = bytes;
		const isAll = byteOffset === 0 && byteLength === buffer.byteLength;
		// The module takes whole buffers only.
		this.#digest.write((isAll ? buffer : bytes.slice().buffer) as ArrayBuffer);
	}

	digest(): Uint8Array {
		return new Uint8Array(this.#digest.close());
	}
}
