import test from "ava";
import fc from "fast-check";
import { sha256Hex } from "../../modules/order/digest.js";
import {
	ELEMENTS_MAX,
	FROM_VERSIONS_MAX,
	IMAGE_BYTES_MAX,
	PAYLOAD_BYTES_MAX,
	parseOrder,
	SEQUENCE_MAX,
	VERSION_CHARACTERS_MAX,
} from "../../modules/order/order.js";
import { OrderRefusedError } from "../../modules/order/order-refused-error.js";
import { canonicalVersion, jsonBytes, MODEM, ORDER } from "./support.js";

const parse = (payload: Uint8Array) => parseOrder(payload, { canonicalVersion });

function refusal(order: unknown): OrderRefusedError | undefined {
	try {
		parse(order instanceof Uint8Array ? order : jsonBytes(order));
		return undefined;
	} catch (error) {
		if (error instanceof OrderRefusedError) return error;
		throw error;
	}
}

const withModem = (change: object) => ({ ...ORDER, elements: [{ ...MODEM, ...change }] });

test("an order is read, versions in their one spelling, with the payload's digest as its identity", (t) => {
	const payload = jsonBytes({ ...withModem({ from: ["HL7800.4.04.14.0", "HL7800.4.3.9.0"] }), adopt: true });
	t.deepEqual(parse(payload), {
		digest: sha256Hex(payload),
		sequence: 7,
		adopt: true,
		elements: [
			{
				kind: "modem",
				name: "modem",
				model: "HL7800",
				from: ["HL7800.4.4.14.0", "HL7800.4.3.9.0"],
				to: "HL7800.4.5.4.0",
				sizeBytes: 1_234_567,
				sources: ["avms"],
			},
		],
	});
	t.false(parse(jsonBytes(ORDER)).adopt);
});

test("P5: an order that is not exact in every field is refused, and the message names the field and the value", (t) => {
	const cases: [unknown, RegExp][] = [
		[[], /the order to be an object, got \[\]/],
		[{ ...ORDER, schema: 2, later: 1 }, /schema to be 1, got 2/],
		[{ ...ORDER, schema: "1" }, /schema/],
		[{ ...ORDER, sequence: 0 }, /sequence to be an integer from 1 to 2147483647, got 0/],
		[{ ...ORDER, sequence: SEQUENCE_MAX + 1 }, /sequence/],
		[{ ...ORDER, sequence: 1.5 }, /sequence/],
		[{ ...ORDER, sequence: "7" }, /sequence/],
		[{ ...ORDER, sequence: undefined }, /sequence .* got nothing/],
		[{ ...ORDER, adopt: 1 }, /adopt/],
		[{ ...ORDER, adopt: null }, /adopt/],
		[{ ...ORDER, expires: 1 }, /no fields but schema, sequence, adopt, elements, got "expires"/],
		[{ ...ORDER, elements: [] }, /elements to be a list of 1 to 32/],
		[{ ...ORDER, elements: MODEM }, /elements/],
		[{ ...ORDER, elements: Array(ELEMENTS_MAX + 1).fill(MODEM) }, /elements/],
		[{ ...ORDER, elements: [null] }, /elements\[0\] to be an object, got null/],
		[
			{ ...ORDER, elements: [MODEM, MODEM] },
			/elements\[1\].name to be a name that no other element has, got "modem"/,
		],
		[
			{ ...ORDER, elements: [MODEM, { ...MODEM, name: "b" }] },
			/elements to be at most 1 of kind "modem", got 2/,
		],
		[withModem({ kind: "smp" }), /elements\[0\].kind to be modem, got "smp"/],
		[withModem({ kind: "constructor" }), /kind/],
		[withModem({ sha256: "" }), /no fields but .*got "sha256"/],
		[withModem({ name: "" }), /name/],
		[withModem({ name: "Modem" }), /name/],
		[withModem({ name: "a".repeat(33) }), /name/],
		[withModem({ model: "HL7802" }), /model to be HL7692 or HL7800, got "HL7802"/],
		[withModem({ from: [] }), /from/],
		[withModem({ from: "HL7800.4.4.14.0" }), /from/],
		[
			withModem({ from: Array.from({ length: FROM_VERSIONS_MAX + 1 }, (_, i) => `HL7800.1.1.1.${i}`) }),
			/from/,
		],
		[withModem({ from: ["HL7800.4.4.14.0", "HL7800.4.4.014.0"] }), /from\[1\] to be no value twice/],
		[
			withModem({ from: ["HL7692.4.4.14.0"] }),
			/from\[0\] to be a version of HL7800 \(.*\), got "HL7692.4.4.14.0"/,
		],
		[withModem({ to: "HL7800.04.4.14.0" }), /to to be a version that is not in from, got "HL7800.4.4.14.0"/],
		[withModem({ to: `HL7800.4.4.14.${"0".repeat(VERSION_CHARACTERS_MAX)}` }), /to/],
		[withModem({ to: 4 }), /to/],
		[withModem({ sizeBytes: 0 }), /sizeBytes/],
		[withModem({ sizeBytes: IMAGE_BYTES_MAX + 1 }), /sizeBytes/],
		[withModem({ sizeBytes: 1e30 }), /sizeBytes/],
		[withModem({ sources: [] }), /sources/],
		[withModem({ sources: ["usb"] }), /sources\[0\] to be avms, got "usb"/],
		[withModem({ sources: ["avms", "avms"] }), /sources/],
		[new Uint8Array(), /JSON/],
		[new Uint8Array(Buffer.from(JSON.stringify(withModem({ name: "módem" })))), /ASCII/],
		[new Uint8Array(Buffer.from("[".repeat(PAYLOAD_BYTES_MAX))), /at most 8 deep/],
	];
	for (const [order, message] of cases) {
		const error = refusal(order);
		t.is(error?.reason, "malformed-order", String(message));
		t.regex(error?.message ?? "", message);
	}
	t.is(refusal(new Uint8Array(PAYLOAD_BYTES_MAX + 1))?.reason, "too-long");
});

test("P5: each field of an order is needed, but for adopt", (t) => {
	for (const field of ["schema", "sequence", "elements"])
		t.is(refusal({ ...ORDER, [field]: undefined })?.reason, "malformed-order", field);
	for (const field of Object.keys(MODEM))
		t.is(refusal(withModem({ [field]: undefined }))?.reason, "malformed-order", field);
});

test("P9: random JSON is no order, and says so by name", (t) => {
	const anything = fc.jsonValue({ depthSize: "medium" });
	const field = fc.constantFrom(...Object.keys(ORDER), "adopt", "x");
	fc.assert(
		fc.property(field, anything, (name, value) => {
			const error = refusal({ ...ORDER, [name]: value });
			t.true(
				error === undefined ? name === "adopt" || name === "sequence" : error.reason === "malformed-order",
			);
		}),
	);
	const elementField = fc.constantFrom(...Object.keys(MODEM), "x");
	fc.assert(
		fc.property(elementField, anything, (name, value) => {
			const error = refusal(withModem({ [name]: value }));
			t.true(
				error === undefined ? name === "sizeBytes" || name === "name" : error.reason === "malformed-order",
			);
		}),
	);
});
