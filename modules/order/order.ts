import { sha256Hex } from "./digest.js";
import { isObject, type JsonObject, parseJson, shown } from "./json.js";
import { OrderRefusedError } from "./order-refused-error.js";

/** The only schema there is. */
export const ORDER_SCHEMA = 1;
export const PAYLOAD_BYTES_MAX = 6144;
export const SEQUENCE_MAX = 2 ** 31 - 1;
export const ELEMENTS_MAX = 32;
export const FROM_VERSIONS_MAX = 16;
export const VERSION_CHARACTERS_MAX = 64;
/** Eight digits: the longest size that `AT+WDSD` and `+WDSI: 9` are known to carry (Zephyr, hl7800.c). */
export const IMAGE_BYTES_MAX = 99_999_999;

const NAME_CHARACTERS_MAX = 32;
const NAME_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789-";

/** The families of modem that an order can name. */
export const MODEM_MODELS = ["HL7692", "HL7800"] as const;
export type ModemModel = (typeof MODEM_MODELS)[number];

/** Where an image may come from: `avms`, the vendor's server, which the modem downloads from by itself. */
export const MODEM_SOURCES = ["avms"] as const;
export type ModemSource = (typeof MODEM_SOURCES)[number];

export interface ModemElement {
	kind: "modem";
	/** 1 to 32 of a to z, 0 to 9 and "-"; no other element of the order has it. */
	name: string;
	model: ModemModel;
	/** The exact versions to update from, canonical: 1 to 16, no two alike. */
	from: readonly string[];
	/** The exact version to update to, canonical; not one of `from`. */
	to: string;
	/** The exact size of the package, 1 to IMAGE_BYTES_MAX. */
	sizeBytes: number;
	/** At least one, no two alike. */
	sources: readonly ModemSource[];
}

export type OrderElement = ModemElement;

/** What the company allows: which element may go from which exact versions to which exact version. */
export interface UpdateOrder {
	/** The hex SHA-256 of the payload: the order's identity. */
	digest: string;
	/** 1 to 2^31 - 1; a later order has a higher one. */
	sequence: number;
	/** A package of unknown origin may be installed, and the version read back alone decides. */
	adopt: boolean;
	/** 1 to ELEMENTS_MAX, at most one of them a modem. */
	elements: readonly OrderElement[];
}

/** The one spelling of a version of `model`; throws an Error for a text that is no version of it. */
export type CanonicalVersion = (text: string, model: string) => string;

export interface ParseOptions {
	canonicalVersion: CanonicalVersion;
}

interface ElementKind {
	kind: OrderElement["kind"];
	/** How many elements of this kind an order may have. */
	countMax: number;
	/** Its fields beside `name` and `kind`; all are required. */
	fields: readonly string[];
	parse(name: string, element: JsonObject, path: string, options: ParseOptions): OrderElement;
}

const ELEMENT_KINDS: readonly ElementKind[] = [
	{
		kind: "modem",
		countMax: 1,
		fields: ["model", "from", "to", "sizeBytes", "sources"],
		parse: parseModem,
	},
];

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
	return known.parse(elementName(element.name, `${path}.name`), element, path, options);
}

function parseModem(name: string, element: JsonObject, path: string, options: ParseOptions): ModemElement {
	const model = oneOf(element.model, MODEM_MODELS, `${path}.model`);
	const version = (value: unknown, at: string) => canonical(value, model, at, options);
	const from = distinct(element.from, FROM_VERSIONS_MAX, `${path}.from`, version);
	const to = version(element.to, `${path}.to`);
	if (from.includes(to)) throw malformed(`${path}.to`, "a version that is not in from", to);
	return {
		kind: "modem",
		name,
		model,
		from,
		to,
		sizeBytes: integer(element.sizeBytes, IMAGE_BYTES_MAX, `${path}.sizeBytes`),
		sources: distinct(element.sources, MODEM_SOURCES.length, `${path}.sources`, (value, at) =>
			oneOf(value, MODEM_SOURCES, at),
		),
	};
}

function canonical(value: unknown, model: string, path: string, { canonicalVersion }: ParseOptions): string {
	if (typeof value !== "string" || value.length === 0 || value.length > VERSION_CHARACTERS_MAX)
		throw malformed(path, `a version of at most ${VERSION_CHARACTERS_MAX} characters`, value);
	try {
		return canonicalVersion(value, model);
	} catch (error) {
		throw malformed(path, `a version of ${model} (${(error as Error).message})`, value);
	}
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

function integer(value: unknown, max: number, path: string): number {
	if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= max) return value;
	throw malformed(path, `an integer from 1 to ${max}`, value);
}

function oneOf<T extends string>(value: unknown, values: readonly T[], path: string): T {
	const found = values.find((known) => known === value);
	if (found === undefined) throw malformed(path, values.join(" or "), value);
	return found;
}

function list(value: unknown, countMax: number, path: string): unknown[] {
	if (Array.isArray(value) && value.length >= 1 && value.length <= countMax) return value;
	throw malformed(path, `a list of 1 to ${countMax}`, value);
}

function distinct<T extends string>(
	value: unknown,
	countMax: number,
	path: string,
	parse: (value: unknown, path: string) => T,
): T[] {
	const items = list(value, countMax, path).map((item, index) => parse(item, `${path}[${index}]`));
	items.forEach((item, index) => {
		if (items.indexOf(item) !== index) throw malformed(`${path}[${index}]`, "no value twice", item);
	});
	return items;
}

function objectOf(value: unknown, path: string): JsonObject {
	if (!isObject(value)) throw malformed(path, "an object", value);
	return value;
}

function checkFields(object: JsonObject, fields: readonly string[], path: string): void {
	for (const field of Object.keys(object))
		if (!fields.includes(field))
			throw malformed(path, `an object with no fields but ${fields.join(", ")}`, field);
}

function malformed(path: string, expectation: string, value: unknown): OrderRefusedError {
	return new OrderRefusedError(
		"malformed-order",
		`Expected ${path} to be ${expectation}, got ${shown(value)}`,
	);
}
