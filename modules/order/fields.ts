import { isObject, type JsonObject, shown } from "./json.js";
import { OrderRefusedError } from "./order-refused-error.js";

/** 1 to `max`. */
export function integer(value: unknown, max: number, path: string): number {
	if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= max) return value;
	throw malformed(path, `an integer from 1 to ${max}`, value);
}

/** One of the names in `values`. */
export function oneOf<T extends string>(value: unknown, values: readonly T[], path: string): T {
	const found = values.find((known) => known === value);
	if (found === undefined) throw malformed(path, values.join(" or "), value);
	return found;
}

/** A list of 1 to `countMax` of whatever. */
export function list(value: unknown, countMax: number, path: string): unknown[] {
	if (Array.isArray(value) && value.length >= 1 && value.length <= countMax) return value;
	throw malformed(path, `a list of 1 to ${countMax}`, value);
}

/** A list of 1 to `countMax`, no two alike once they are parsed. */
export function distinct<T extends string>(
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

export function objectOf(value: unknown, path: string): JsonObject {
	if (!isObject(value)) throw malformed(path, "an object", value);
	return value;
}

/** Unknown fields are refused. */
export function checkFields(object: JsonObject, fields: readonly string[], path: string): void {
	for (const field of Object.keys(object))
		if (!fields.includes(field))
			throw malformed(path, `an object with no fields but ${fields.join(", ")}`, field);
}

/** `malformed-order`, with the path of the field. */
export function malformed(path: string, expectation: string, value: unknown): OrderRefusedError {
	return new OrderRefusedError(
		"malformed-order",
		`Expected ${path} to be ${expectation}, got ${shown(value)}`,
	);
}
