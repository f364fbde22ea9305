import { sha256Hex } from "./digest.js";
import { checkFields, integer, list, malformed, objectOf } from "./fields.js";
import { parseJson } from "./json.js";
import { type CanonicalVersion, ELEMENT_KINDS, type OrderElement } from "./order-elements.js";
import { OrderRefusedError } from "./order-refused-error.js";

/** The only schema there is. */
export const ORDER_SCHEMA = 1;
/** Room for ELEMENTS_MAX elements with their hashes, and no more than a record in storage holds. */
export const PAYLOAD_BYTES_MAX = 16_384;
export const SEQUENCE_MAX = 2 ** 31 - 1;
export const ELEMENTS_MAX = 32;

const NAME_CHARACTERS_MAX = 32;
const NAME_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789-";

/** What the company allows: which element may go from which exact versions to which exact version. */
export interface UpdateOrder {
	/** The hex SHA-256 of the payload: the order's identity. */
	digest: string;
	/** 1 to 2^31 - 1; a later order has a higher one. */
	sequence: number;
	/** A package of unknown origin may be installed, and the version read back alone decides. */
	adopt: boolean;
	/** 1 to ELEMENTS_MAX, at most one of them a modem and at most one of them our own MCU. */
	elements: readonly OrderElement[];
}

export interface ParseOptions {
	canonicalVersion: CanonicalVersion;
}

const ORDER_FIELDS = ["schema", "sequence", "adopt", "elements"] as const;
const ELEMENT_FIELDS = ["name", "kind"] as const;

/**
 * Reads the payload of an order: ASCII JSON in ORDER_SCHEMA. Unknown fields are refused, so that an order which says more
 * than this firmware understands is never carried out in part.
 * Throws OrderRefusedError: `too-long`, `malformed-order`.
 */
export function parseOrder(payload: Uint8Array, options: ParseOptions): UpdateOrder {
	if (payload.length > PAYLOAD_BYTES_MAX)
		throw new OrderRefusedError(
			"too-long",
			`Expected an order of at most ${PAYLOAD_BYTES_MAX} bytes, got ${payload.length}`,
		);
	const order = objectOf(parsed(payload), "the order");
	// The schema comes first: a later one may have other fields, and then they are not what is wrong.
	if (order.schema !== ORDER_SCHEMA) throw malformed("schema", `${ORDER_SCHEMA}`, order.schema);
	checkFields(order, ORDER_FIELDS, "the order");
	const { adopt = false } = order;
	if (typeof adopt !== "boolean") throw malformed("adopt", "true, false or absent", adopt);
	return {
		digest: sha256Hex(payload),
		sequence: integer(order.sequence, SEQUENCE_MAX, "sequence"),
		adopt,
		elements: parseElements(order.elements, options),
	};
}

function parsed(payload: Uint8Array): unknown {
	try {
		return parseJson(payload);
	} catch (error) {
		throw new OrderRefusedError("malformed-order", (error as Error).message);
	}
}

function parseElements(value: unknown, options: ParseOptions): OrderElement[] {
	const elements = list(value, ELEMENTS_MAX, "elements").map((element, index) =>
		parseElement(element, `elements[${index}]`, options),
	);
	elements.forEach(({ name }, index) => {
		if (elements.findIndex((element) => element.name === name) !== index)
			throw malformed(`elements[${index}].name`, "a name that no other element has", name);
	});
	for (const { kind, countMax } of ELEMENT_KINDS) {
		const count = elements.filter((element) => element.kind === kind).length;
		if (count > countMax) throw malformed("elements", `at most ${countMax} of kind "${kind}"`, count);
	}
	return elements;
}

function parseElement(value: unknown, path: string, options: ParseOptions): OrderElement {
	const element = objectOf(value, path);
	const known = ELEMENT_KINDS.find(({ kind }) => kind === element.kind);
	if (!known) throw malformed(`${path}.kind`, ELEMENT_KINDS.map(({ kind }) => kind).join(", "), element.kind);
	checkFields(element, [...ELEMENT_FIELDS, ...known.fields], path);
	return known.parse(elementName(element.name, `${path}.name`), element, path, options.canonicalVersion);
}

function elementName(value: unknown, path: string): string {
	if (
		typeof value === "string" &&
		value.length >= 1 &&
		value.length <= NAME_CHARACTERS_MAX &&
		[...value].every((character) => NAME_ALPHABET.includes(character))
	)
		return value;
	throw malformed(path, `1 to ${NAME_CHARACTERS_MAX} of a to z, 0 to 9 and "-"`, value);
}
