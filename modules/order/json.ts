import { asciiFromBytes } from "../storage/bytes.js";

/** Braces and brackets deeper than this are refused before JSON.parse, whose recursion would overflow a small stack. */
export const JSON_DEPTH_MAX = 8;

const SHOWN_CHARACTERS_MAX = 60;

/** A JSON object whose fields nobody has looked at. */
export type JsonObject = { readonly [field: string]: unknown };

/** Bytes that are no JSON for us. */
export class JsonError extends Error {
	override name = "JsonError";
}

/** ASCII JSON as a value. Throws JsonError for other bytes, for too deep a nesting, and for what is no JSON. */
export function parseJson(bytes: Uint8Array): unknown {
	try {
		const text = asciiFromBytes(bytes);
		checkDepth(text);
		return JSON.parse(text);
	} catch (error) {
		if (error instanceof JsonError) throw error;
		throw new JsonError(`Expected ASCII JSON: ${(error as Error).message}`);
	}
}

/** A value as short JSON for a message. */
export function shown(value: unknown): string {
	const text = JSON.stringify(value) ?? "nothing";
	return text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}...` : text;
}

export function isObject(value: unknown): value is JsonObject {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkDepth(text: string): void {
	let depth = 0;
	let inString = false;
	for (let i = 0; i < text.length; i++) {
		const character = text.charAt(i);
		if (inString) {
			if (character === "\\") i++;
			else if (character === '"') inString = false;
		} else if (character === '"') inString = true;
		else if (character === "{" || character === "[") depth++;
		else if (character === "}" || character === "]") depth--;
		if (depth > JSON_DEPTH_MAX)
			throw new JsonError(`Expected JSON at most ${JSON_DEPTH_MAX} deep, got more at character ${i}`);
	}
}
