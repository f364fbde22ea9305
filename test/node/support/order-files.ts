import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const TYPE = "application/vnd.update-window.order+json";
const KEYS = generateKeyPairSync("ed25519");
const OTHER_KEYS = generateKeyPairSync("ed25519");

export interface OrderFields {
	model?: string;
	from?: readonly string[];
	to?: string;
	sizeBytes?: number;
	sequence?: number;
	adopt?: boolean;
	/** Signs with a key that the product does not have. */
	forged?: boolean;
}

export const FROM = { HL7692: "RHL769x.2.26.180400.201802141030.x7120m_1", HL7800: "HL7800.4.4.14.0" };
export const TO = { HL7692: "RHL769x.2.27.183100.201809071813.x7120m_3", HL7800: "HL7800.4.5.4.0" };
export const SIZE_BYTES = 400_000;

/** Writes the public key and returns its path. */
export function writeKey(directory: string): string {
	const path = join(directory, "public.pem");
	writeFileSync(path, KEYS.publicKey.export({ type: "spki", format: "pem" }));
	return path;
}

/** Writes a signed order for a modem alone, and returns its path. */
export function writeOrder(directory: string, fields: OrderFields = {}): string {
	const { model = "HL7800", sequence = 1, adopt, sizeBytes = SIZE_BYTES, forged = false } = fields;
	const family = model === "HL7692" ? "HL7692" : "HL7800";
	const modem = {
		name: "modem",
		kind: "modem",
		model,
		from: fields.from ?? [FROM[family]],
		to: fields.to ?? TO[family],
		sizeBytes,
		sources: ["avms"],
	};
	const order = { schema: 1, sequence, ...(adopt === undefined ? {} : { adopt }), elements: [modem] };
	const path = join(directory, `order-${sequence}-${sizeBytes}${forged ? "-forged" : ""}.json`);
	return writeSigned(path, order, { forged });
}

/** Signs a payload as the published formats have it (DSSE v1 and its PAE), and returns its path. */
export function writeSigned(path: string, order: object, { forged = false } = {}): string {
	const payload = Buffer.from(JSON.stringify(order));
	const { privateKey, publicKey } = forged ? OTHER_KEYS : KEYS;
	const encoded = Buffer.concat([Buffer.from(`DSSEv1 ${TYPE.length} ${TYPE} ${payload.length} `), payload]);
	const keyid = createHash("sha256")
		.update(publicKey.export({ type: "spki", format: "der" }))
		.digest("hex");
	const sig = sign(null, encoded, privateKey).toString("base64");
	writeFileSync(
		path,
		JSON.stringify({ payload: payload.toString("base64"), payloadType: TYPE, signatures: [{ keyid, sig }] }),
	);
	return path;
}
