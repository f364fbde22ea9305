// Requirements: P5, P9, R14
import test from "ava";
import fc from "fast-check";
import { sha256Hex } from "../../modules/order/digest.js";
import { ELEMENTS_MAX, PAYLOAD_BYTES_MAX, parseOrder, SEQUENCE_MAX } from "../../modules/order/order.js";
import {
	FROM_VERSIONS_MAX,
	IMAGE_BYTES_MAX,
	VERSION_CHARACTERS_MAX,
} from "../../modules/order/order-elements.js";
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

const SHA256 = "0123456789abcdef".repeat(4);
const PROCESSOR = {
	name: "sensor",
	kind: "smp",
	from: ["1.0.0"],
	to: "1.1.0+7",
	sizeBytes: 4096,
	image: "sensor-1.1.0.bin",
	sha256: SHA256,
	hash: SHA256,
};
const withProcessor = (change: object) => ({ ...ORDER, elements: [{ ...PROCESSOR, ...change }] });
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
				file: undefined,
			},
		],
	});
	t.false(parse(jsonBytes(ORDER)).adopt);
});

test("an order names any of its kinds together, up to 32 elements with names as long as they may be", (t) => {
	const file = { image: "modem.ua", sha256: SHA256 };
	const { elements } = parse(
		jsonBytes({
			...ORDER,
			elements: [
				{ ...MODEM, sources: ["local", "avms"], ...file },
				{ ...PROCESSOR, to: "1.1.0.7" },
				{ ...PROCESSOR, kind: "self", name: "self", from: ["v1.0-3-gabc"], to: "v1.1-dirty" },
			],
		}),
	);
	t.like(elements[0], { kind: "modem", sources: ["local", "avms"], file });
	t.deepEqual(elements[1], {
		kind: "smp",
		name: "sensor",
		from: ["1.0.0"],
		to: "1.1.0+7",
		sizeBytes: 4096,
		file: { image: "sensor-1.1.0.bin", sha256: SHA256 },
		hash: SHA256,
	});
	t.like(elements[2], { kind: "self", from: ["v1.0-3-gabc"], to: "v1.1-dirty" });
	const many = Array.from({ length: ELEMENTS_MAX }, (_, i) => ({
		...PROCESSOR,
		name: `${"n".repeat(30)}${String(i).padStart(2, "0")}`,
		image: `${"i".repeat(62)}${String(i).padStart(2, "0")}`,
	}));
	t.is(parse(jsonBytes({ ...ORDER, elements: many })).elements.length, ELEMENTS_MAX);
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
		[withModem({ kind: "usb" }), /elements\[0\].kind to be modem, smp, self, got "usb"/],
		[withModem({ kind: "smp" }), /no fields but name, kind, from, to, .*got "model"/],
		[withModem({ sources: ["local"] }), /image to be the name of a file/],
		[withModem({ sources: ["local"], image: "a.ua" }), /sha256 to be 64 hexadecimal digits, lower case/],
		[withModem({ image: "../a.ua", sha256: SHA256 }), /image to be the name of a file/],
		[withModem({ image: ".a", sha256: SHA256 }), /image/],
		[withModem({ image: "a".repeat(65), sha256: SHA256 }), /image/],
		[withModem({ image: "a.ua", sha256: SHA256.toUpperCase() }), /sha256/],
		[withProcessor({ hash: "ab" }), /hash to be 64 to 128 hexadecimal digits/],
		[withProcessor({ hash: "a".repeat(65) }), /hash/],
		[withProcessor({ hash: "a".repeat(130) }), /hash/],
		[withProcessor({ from: ["1.0.0", "1.0.0+0"] }), /from\[1\] to be no value twice/],
		[withProcessor({ to: "1.0.0.0" }), /to to be a version that is not in from/],
		[withProcessor({ to: "1.0 0" }), /to to be a version of an image/],
		[withProcessor({ image: undefined }), /image/],
		[withProcessor({ sha256: undefined }), /sha256/],
		[withProcessor({ sources: ["avms"] }), /no fields but .*got "sources"/],
		[
			{ ...ORDER, elements: ["a", "b"].map((name) => ({ ...PROCESSOR, name, kind: "self" })) },
			/at most 1 of kind "self", got 2/,
		],
		[withModem({ kind: "constructor" }), /kind/],
		[withModem({ sha256: "" }), /image to be the name of a file/],
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
		[withModem({ sources: ["usb"] }), /sources\[0\] to be avms or local, got "usb"/],
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
