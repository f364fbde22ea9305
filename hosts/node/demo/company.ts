import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { ORDER_PAYLOAD_TYPE, preAuthEncoding } from "../../../modules/order/envelope.js";
import { ORDER_SCHEMA } from "../../../modules/order/order.js";
import { keyIdOf, publicKeyFromSpki } from "../../../modules/order/spki.js";
import { encodeBase64 } from "../../../modules/storage/base64.js";
import type { Model } from "../../emulator/families.js";
import { readMcubootImage } from "../image-files/mcuboot-image.js";

/** A firmware that the vendor has released for a modem. */
export interface Firmware {
	version: string;
	sizeBytes: number;
}

/** What the modem of the story runs, what the company has tested, and what it has not; real version strings. */
export const RELEASES: Readonly<Record<Model, { old: string; pinned: Firmware; untested: Firmware }>> = {
	HL7692: {
		old: "RHL769x.2.24.173100.201709051100.x7120m_1",
		pinned: { version: "RHL769x.2.26.180400.201802141030.x7120m_1", sizeBytes: 932_424 },
		untested: { version: "RHL769x.2.27.183100.201809071813.x7120m_3", sizeBytes: 1_048_900 },
	},
	HL7800: {
		old: "HL7800.4.4.14.0",
		pinned: { version: "HL7800.4.5.4.0", sizeBytes: 731_204 },
		untested: { version: "HL7800.4.7.1.0", sizeBytes: 1_204_880 },
	},
};

/** Another element than the modem, in an order. */
export interface OtherFirmware {
	name: string;
	kind: "smp" | "self";
	from: string;
	to: string;
	/** The image, and the file that the product finds it in. */
	image: Uint8Array;
	file: string;
}

export interface CompanyOrder {
	model: Model;
	from: string;
	to: Firmware;
	/** The modem's package as a file, which the product hands over by itself; without one the server has it. */
	local?: { file: string; bytes: Uint8Array };
	others?: readonly OtherFirmware[];
	sequence?: number;
}

/** The company that makes the product: it holds the key that orders are signed with, a new one for each story. */
export class Company {
	readonly publicKey: Uint8Array;
	readonly #privateKey: KeyObject;

	constructor() {
		const { privateKey, publicKey } = generateKeyPairSync("ed25519");
		this.#privateKey = privateKey;
		this.publicKey = publicKeyFromSpki(new Uint8Array(publicKey.export({ type: "spki", format: "der" })));
	}

	/** The signed order for exactly this firmware, as it goes to the product. */
	order({ model, from, to, local, others = [], sequence = 1 }: CompanyOrder): Uint8Array {
		const modem = {
			name: "modem",
			kind: "modem",
			model,
			from: [from],
			to: to.version,
			sizeBytes: to.sizeBytes,
			sources: [local ? "local" : "avms"],
			...(local ? { image: local.file, sha256: sha256(local.bytes) } : {}),
		};
		const elements = [modem, ...others.map(otherElement)];
		const payload = Buffer.from(JSON.stringify({ schema: ORDER_SCHEMA, sequence, elements }));
		const signature = sign(null, preAuthEncoding(ORDER_PAYLOAD_TYPE, payload), this.#privateKey);
		return Buffer.from(
			JSON.stringify({
				payload: encodeBase64(payload),
				payloadType: ORDER_PAYLOAD_TYPE,
				signatures: [{ keyid: keyIdOf(this.publicKey), sig: encodeBase64(signature) }],
			}),
		);
	}
}

function otherElement({ name, kind, from, to, image, file }: OtherFirmware): object {
	const { hash } = readMcubootImage(image);
	return {
		...{ name, kind, from: [from], to, sizeBytes: image.length },
		...{ image: file, sha256: sha256(image), hash },
	};
}

function sha256(bytes: Uint8Array): string {
	return createHash("sha256").update(bytes).digest("hex");
}
