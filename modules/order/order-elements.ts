import { distinct, integer, malformed, oneOf } from "./fields.js";
import { canonicalImageVersion } from "./image-version.js";
import type { JsonObject } from "./json.js";

export const FROM_VERSIONS_MAX = 16;
export const VERSION_CHARACTERS_MAX = 64;
/** Eight digits: the longest size that `AT+WDSD` and `+WDSI: 9` are known to carry (Zephyr, hl7800.c). */
export const IMAGE_BYTES_MAX = 99_999_999;

const IMAGE_CHARACTERS_MAX = 64;
const IMAGE_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
const SHA256_CHARACTERS = 64;
/** MCUboot's image hash has up to 64 bytes (SHA-512). */
const HASH_CHARACTERS_MAX = 128;
const HEX_ALPHABET = "0123456789abcdef";

/** The families of modem that an order can name. */
export const MODEM_MODELS = ["HL7692", "HL7800"] as const;
export type ModemModel = (typeof MODEM_MODELS)[number];

/**
 * Where the modem's package may come from: `avms`, the vendor's server, which the modem downloads from by itself; `local`, a
 * file that the product hands over by `AT+WDSD`.
 */
export const MODEM_SOURCES = ["avms", "local"] as const;
export type ModemSource = (typeof MODEM_SOURCES)[number];

interface NamedElement {
	/** 1 to 32 of a to z, 0 to 9 and "-"; no other element of the order has it. */
	name: string;
	/** The exact versions to update from, canonical: 1 to 16, no two alike. */
	from: readonly string[];
	/** The exact version to update to, canonical; not one of `from`. */
	to: string;
	/** The exact size of the image or package, 1 to IMAGE_BYTES_MAX. */
	sizeBytes: number;
}

/** An image that passes through our hands. */
export interface ImageFile {
	/** Its file: 1 to 64 letters, digits, ".", "_" and "-", not beginning with ".". */
	image: string;
	/** Hex SHA-256 of the whole file. */
	sha256: string;
}

export interface ModemElement extends NamedElement {
	kind: "modem";
	model: ModemModel;
	/** At least one, no two alike. */
	sources: readonly ModemSource[];
	/** The company's own file; there where `sources` has `local`. */
	file: ImageFile | undefined;
}

/** `smp`: another processor, with MCUboot and the Simple Management Protocol. `self`: the MCU that runs this code. */
export const IMAGE_KINDS = ["smp", "self"] as const;

export interface ImageElement extends NamedElement {
	kind: (typeof IMAGE_KINDS)[number];
	file: ImageFile;
	/** Hex of the hash by which the element itself knows the image: MCUboot's image-hash TLV, ESP-IDF's appended SHA-256. */
	hash: string;
}

export type OrderElement = ModemElement | ImageElement;

/** The one spelling of a version of a modem's `model`; throws an Error for a text that is no version of it. */
export type CanonicalVersion = (text: string, model: string) => string;

export interface ElementKind {
	kind: OrderElement["kind"];
	/** How many elements of this kind an order may have. */
	countMax: number;
	/** Its fields beside `name` and `kind`. */
	fields: readonly string[];
	parse(name: string, element: JsonObject, path: string, canonicalVersion: CanonicalVersion): OrderElement;
}

/** All kinds of element. */
export const ELEMENT_KINDS: readonly ElementKind[] = Object.freeze([
	{
		kind: "modem",
		countMax: 1,
		fields: ["model", "from", "to", "sizeBytes", "sources", "image", "sha256"],
		parse: parseModem,
	},
	{
		kind: "smp",
		countMax: 32,
		fields: ["from", "to", "sizeBytes", "image", "sha256", "hash"],
		parse: (name, element, path) => parseImageElement("smp", name, element, path),
	},
	{
		kind: "self",
		countMax: 1,
		fields: ["from", "to", "sizeBytes", "image", "sha256", "hash"],
		parse: (name, element, path) => parseImageElement("self", name, element, path),
	},
]);

function parseModem(
	name: string,
	element: JsonObject,
	path: string,
	canonicalVersion: CanonicalVersion,
): ModemElement {
	const model = oneOf(element.model, MODEM_MODELS, `${path}.model`);
	const canonical = (text: string) => canonicalVersion(text, model);
	const sources = distinct(element.sources, MODEM_SOURCES.length, `${path}.sources`, (value, at) =>
		oneOf(value, MODEM_SOURCES, at),
	);
	const hasFile = sources.includes("local") || element.image !== undefined || element.sha256 !== undefined;
	return {
		kind: "modem",
		name,
		model,
		...versions(element, path, model, canonical),
		sizeBytes: integer(element.sizeBytes, IMAGE_BYTES_MAX, `${path}.sizeBytes`),
		sources,
		file: hasFile ? imageFile(element, path) : undefined,
	};
}

function parseImageElement(
	kind: ImageElement["kind"],
	name: string,
	element: JsonObject,
	path: string,
): ImageElement {
	return {
		kind,
		name,
		...versions(element, path, "an image", canonicalImageVersion),
		sizeBytes: integer(element.sizeBytes, IMAGE_BYTES_MAX, `${path}.sizeBytes`),
		file: imageFile(element, path),
		hash: hex(element.hash, SHA256_CHARACTERS, HASH_CHARACTERS_MAX, `${path}.hash`),
	};
}

function versions(
	element: JsonObject,
	path: string,
	what: string,
	canonical: (text: string) => string,
): { from: string[]; to: string } {
	const version = (value: unknown, at: string): string => {
		if (typeof value !== "string" || value.length === 0 || value.length > VERSION_CHARACTERS_MAX)
			throw malformed(at, `a version of at most ${VERSION_CHARACTERS_MAX} characters`, value);
		try {
			return canonical(value);
		} catch (error) {
			throw malformed(at, `a version of ${what} (${(error as Error).message})`, value);
		}
	};
	const from = distinct(element.from, FROM_VERSIONS_MAX, `${path}.from`, version);
	const to = version(element.to, `${path}.to`);
	if (from.includes(to)) throw malformed(`${path}.to`, "a version that is not in from", to);
	return { from, to };
}

function imageFile({ image, sha256 }: JsonObject, path: string): ImageFile {
	return {
		image: fileName(image, `${path}.image`),
		sha256: hex(sha256, SHA256_CHARACTERS, SHA256_CHARACTERS, `${path}.sha256`),
	};
}

function fileName(value: unknown, path: string): string {
	if (
		typeof value === "string" &&
		value.length >= 1 &&
		value.length <= IMAGE_CHARACTERS_MAX &&
		!value.startsWith(".") &&
		[...value].every((character) => IMAGE_ALPHABET.includes(character))
	)
		return value;
	throw malformed(
		path,
		`the name of a file, 1 to ${IMAGE_CHARACTERS_MAX} letters, digits, ".", "_" and "-", not beginning with "."`,
		value,
	);
}

function hex(value: unknown, charactersMin: number, charactersMax: number, path: string): string {
	if (
		typeof value === "string" &&
		value.length >= charactersMin &&
		value.length <= charactersMax &&
		value.length % 2 === 0 &&
		[...value].every((character) => HEX_ALPHABET.includes(character))
	)
		return value;
	const count = charactersMin === charactersMax ? `${charactersMin}` : `${charactersMin} to ${charactersMax}`;
	throw malformed(path, `${count} hexadecimal digits, lower case`, value);
}
