import { ORDER_PAYLOAD_TYPE } from "../../modules/order/envelope.js";
import { keyIdOf } from "../../modules/order/spki.js";
import { decodeBase64, encodeBase64 } from "../../modules/storage/base64.js";
import { bytesFromAscii } from "../../modules/storage/bytes.js";

/** Orders signed beforehand, for scenarios that run where nothing can sign. The seed of the key is 32 times 1. */
export type SignedOrderName = keyof typeof SIGNED;

const PUBLIC_KEY_BASE64 = "iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=";

const SIGNED = {
	"sequence 6": {
		sequence: 6,
		sizeBytes: 1_234_567,
		signature: "wvpalxd3lUaiu5KmTIc1Ey2aaqv5mRsbbfAVDFHegqSupAhYVrHTQjRhTXTxFt1zHr06+NdbULrYEdCuJLPQAg==",
	},
	"sequence 7": {
		sequence: 7,
		sizeBytes: 1_234_567,
		signature: "FW68zlYduAIwEcqPGz1jke/HrcgCW5oIqdfqd00nOLYL2nuIB8pRVmXITRZU3ZwRsO7yE49WrAvBP+3zWSH+Cg==",
	},
	"sequence 7, another size": {
		sequence: 7,
		sizeBytes: 1_234_568,
		signature: "Hl69VlCBMJOAtdPiZTXBT94mX14JI3WPWNawFK3IbbUqJd0qLqKPaCG+eDPaNDaVjcavC9Huf8JFz6z7Tt/+Cw==",
	},
	"sequence 8": {
		sequence: 8,
		sizeBytes: 1_234_567,
		signature: "ux6WTZhhc2FUXz7eKCphoBcRC2azwyQ6+8Pp3rBAnxaltKRM4VtJKhnzUvJH8DNqm0M4cxd6TUQixELspfyFCg==",
	},
} as const;

export const SIGNED_ORDER_NAMES = Object.keys(SIGNED) as readonly SignedOrderName[];

/** The 32 bytes that every signed order verifies with. */
export function signedOrderKey(): Uint8Array {
	return decodeBase64(PUBLIC_KEY_BASE64);
}

/** The payload of a signed order, as text. */
export function signedOrderPayload(name: SignedOrderName): string {
	const { sequence, sizeBytes } = SIGNED[name];
	const element = {
		name: "modem",
		kind: "modem",
		model: "HL7800",
		from: ["HL7800.4.4.14.0"],
		to: "HL7800.4.5.4.0",
		sizeBytes,
		sources: ["avms"],
	};
	return JSON.stringify({ schema: 1, sequence, elements: [element] });
}

/** The envelope of a signed order, or one with the signature of `signedAs` in place of its own. */
export function signedOrderEnvelope(name: SignedOrderName, signedAs: SignedOrderName = name): Uint8Array {
	return bytesFromAscii(
		JSON.stringify({
			payload: encodeBase64(bytesFromAscii(signedOrderPayload(name))),
			payloadType: ORDER_PAYLOAD_TYPE,
			signatures: [{ keyid: keyIdOf(signedOrderKey()), sig: SIGNED[signedAs].signature }],
		}),
	);
}
