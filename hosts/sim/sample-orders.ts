import { encodeBase64 } from "../../modules/storage/base64.js";
import { bytesFromAscii } from "../../modules/storage/bytes.js";

/**
 * The key of the simulator and the tests is the one whose seed is 32 bytes of 1. Everybody knows it, so it never
 * belongs into a product. Its public half:
 */
export const TEST_PUBLIC_KEY_HEX = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c";
export const TEST_SEED_BYTE = 1;

/** Bytes of the first order's package, and of the second's. */
export const FIRST_BYTES = 400_000;
export const SECOND_BYTES = 500_000;

/** What a modem has from the factory, what the first order names, and what the second names. */
export const VERSIONS = {
	HL7692: [
		"RHL769x.2.26.180400.201802141030.x7120m_1",
		"RHL769x.2.27.183100.201809071813.x7120m_3",
		"RHL769x.2.24.173100.201709051100.x7120m_1",
	],
	HL7800: ["HL7800.4.4.14.0", "HL7800.4.5.4.0", "HL7800.4.7.1.0"],
} as const;

export type OrderName = "first" | "second" | "adopting";

export interface SignedPayload {
	payload: string;
	signature: string;
}

/** Signed beforehand, so that they can be used where nothing can sign; test/support/orders.test.ts signs them again. */
export const SIGNED: Readonly<Record<string, Readonly<SignedPayload>>> = {
	"HL7692 first": {
		payload:
			'{"schema":1,"sequence":1,"elements":[{"name":"modem","kind":"modem","model":"HL7692","from":["RHL769x.2.26.180400.201802141030.x7120m_1"],"to":"RHL769x.2.27.183100.201809071813.x7120m_3","sizeBytes":400000,"sources":["avms"]}]}',
		signature: "RIRR2XkZmxsGiapQ50Qv/aCMGjDSZSu4csciHKNC3EUupwg2oasAczSv4yLdgFWzs08XZKbInq/7ZExaRm2aCw==",
	},
	"HL7692 second": {
		payload:
			'{"schema":1,"sequence":2,"elements":[{"name":"modem","kind":"modem","model":"HL7692","from":["RHL769x.2.26.180400.201802141030.x7120m_1","RHL769x.2.27.183100.201809071813.x7120m_3"],"to":"RHL769x.2.24.173100.201709051100.x7120m_1","sizeBytes":500000,"sources":["avms"]}]}',
		signature: "+gVzXRxg93wsMSRmPr07YwE+p/BgahC2twManoePhWgEa6JPO/awf1HY47koypABFmJpcZPK6Ol6e9hcm5LoBw==",
	},
	"HL7692 adopting": {
		payload:
			'{"schema":1,"sequence":3,"adopt":true,"elements":[{"name":"modem","kind":"modem","model":"HL7692","from":["RHL769x.2.26.180400.201802141030.x7120m_1"],"to":"RHL769x.2.27.183100.201809071813.x7120m_3","sizeBytes":400000,"sources":["avms"]}]}',
		signature: "jj/QDeurpgjeXoxxi3iGNisTO70T+YJiSqTk1Bzs0xYPYhxajnINvdUZmBk0uQOMQB5OB5bnSe061mrjmn7dCA==",
	},
	"HL7800 first": {
		payload:
			'{"schema":1,"sequence":1,"elements":[{"name":"modem","kind":"modem","model":"HL7800","from":["HL7800.4.4.14.0"],"to":"HL7800.4.5.4.0","sizeBytes":400000,"sources":["avms"]}]}',
		signature: "xp/c6DSQwV9slQkU2QOWVS5rBOrMQ/vOuC45/UNBFK3thKd3MZHbdSH5Aq8z/yLTrgX2rMO5n9l3tgnBUnKlCg==",
	},
	"HL7800 second": {
		payload:
			'{"schema":1,"sequence":2,"elements":[{"name":"modem","kind":"modem","model":"HL7800","from":["HL7800.4.4.14.0","HL7800.4.5.4.0"],"to":"HL7800.4.7.1.0","sizeBytes":500000,"sources":["avms"]}]}',
		signature: "p4giZa6WeyoHZriAfIx4EsdxtLLWEbUgxA5PD0Dd4+97RTNcC5ipbWUHxc7sJe/xAR9X6EDK1UFqe4T2kR0OAA==",
	},
	"HL7800 adopting": {
		payload:
			'{"schema":1,"sequence":3,"adopt":true,"elements":[{"name":"modem","kind":"modem","model":"HL7800","from":["HL7800.4.4.14.0"],"to":"HL7800.4.5.4.0","sizeBytes":400000,"sources":["avms"]}]}',
		signature: "xiqjngB4iUlty2oeAYoPhoLjzCcJVBq5LX6qn+/s7ZVp4fFtEGKafmffIWTn+xpeMtGxaldytxLJSgiklYIDBg==",
	},
};

/** The envelope of a signed order, as it would arrive in a file. */
export function envelope(model: "HL7692" | "HL7800", name: OrderName): Uint8Array {
	const { payload, signature } = SIGNED[`${model} ${name}`] as SignedPayload;
	return bytesFromAscii(
		JSON.stringify({
			payload: encodeBase64(bytesFromAscii(payload)),
			payloadType: "application/vnd.update-window.order+json",
			signatures: [{ sig: signature }],
		}),
	);
}

export function testPublicKey(): Uint8Array {
	return Uint8Array.from({ length: 32 }, (_, i) =>
		Number.parseInt(TEST_PUBLIC_KEY_HEX.slice(2 * i, 2 * i + 2), 16),
	);
}
