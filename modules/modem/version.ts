import { parseDecimal } from "./decimal.js";

/** A text is no version that the modems of these families report, or it is one of another model. */
export class VersionError extends Error {
	override name = "VersionError";
}

/** A modem's firmware version. */
export interface Version {
	/** The line of models it is for, as its text names it: `HL769x`, `HL7688`, `HL7800`, `HL7802`. */
	line: string;
	/** `R` or `B` before HL769x, `A` or `B` before an old HL7800; empty where the text has none. */
	letter: string;
	/** Most significant first, three to five of them. */
	numbers: readonly number[];
	/** Time (12 digits) or date (8 digits) of the build; empty where the text has none. */
	built: string;
	/** Chip and variant, `x7120m_1`; empty where the text has none. */
	chip: string;
	/** Two versions are the same exactly when these are equal: nothing that the text tells is left out. */
	canonical: string;
}

const TEXT_LENGTH_MAX = 64;
const NUMBER_MAX = 9_999_999;

const BUILD_TIME = "(?<built>[0-9]{12})";
const BUILD_DATE = "(?<built>[0-9]{8})";
const CHIP = "(?<chip>x[0-9a-z]+_[0-9]+)";
const NUMBERS_3 = "(?<numbers>[0-9]+(?:\\.[0-9]+){2})";
const NUMBERS_4 = "(?<numbers>[0-9]+(?:\\.[0-9]+){3})";
const NUMBERS_3_OR_4 = "(?<numbers>[0-9]+(?:\\.[0-9]+){2,3})";
const NUMBERS_5 = "(?<numbers>[0-9]+(?:\\.[0-9]+){4})";

/**
 * Every shape that was seen (forum threads 15079, 17146, 19601, 19979, 20146, 23892, 35845; Zephyr's hl7800.c). One
 * without a line is for the models in `bareFor`. A pattern is compiled where it is used: a RegExp has state of its
 * own and does not belong into a table that lies in flash.
 */
const SHAPES: readonly { pattern: string; bareFor?: string }[] = [
	// RHL769x.2.26.180400.201802141030.x7120m_1
	{ pattern: `(?<letter>[RB])(?<line>HL769x)\\.${NUMBERS_3}\\.${BUILD_TIME}\\.${CHIP}` },
	// RHL7688.A.2.15.1.0.151600.201809181425.x7160_1, the name of a file ...
	{ pattern: `R(?<line>HL7688)\\.A\\.${NUMBERS_5}\\.${BUILD_TIME}\\.${CHIP}` },
	// ... that the HL7688 reports as 2.15.1.0.151600...
	{ pattern: `${NUMBERS_5}(?:\\.${BUILD_TIME}\\.${CHIP})?`, bareFor: "^HL7688$" },
	// HL7800.4.4.14.0, HL7802.4.6.9.4
	{ pattern: `(?<line>HL78[0-9]{2})\\.${NUMBERS_3_OR_4}` },
	// BHL7800.3.5.1.1.20190720
	{ pattern: `(?<letter>[AB])(?<line>HL78[0-9]{2})\\.${NUMBERS_4}\\.${BUILD_DATE}` },
	// 4.6.9.4, 4.6.8
	{ pattern: NUMBERS_3_OR_4, bareFor: "^HL78[0-9]{2}$" },
];
const SHAPES_TEXT =
	"HL7800.4.4.14.0, BHL7800.3.5.1.1.20190720, RHL769x.2.26.180400.201802141030.x7120m_1 or, with the model, 4.6.9.4";

/**
 * A version string as `AT+CGMR`, `ATI3` or the vendor's release names give it. `model` as `AT+CGMM` names it: a
 * version of another model is refused, and bare numbers are taken for this one's. Throws VersionError.
 */
export function parseVersion(text: string, model?: string): Version {
	const trimmed = text.length <= TEXT_LENGTH_MAX ? text.trim() : "";
	for (const { pattern, bareFor } of SHAPES) {
		const groups = new RegExp(`^${pattern}$`).exec(trimmed)?.groups;
		if (!groups) continue;
		const numbers = numbersOf(groups.numbers as string);
		if (!numbers) break;
		if (bareFor === undefined) {
			const line = groups.line as string;
			if (model !== undefined && !isOfLine(model, line))
				throw new VersionError(`Expected a version for ${model}, got ${trimmed}, which is for ${line}`);
			return versionOf(line, numbers, groups);
		}
		if (model === undefined)
			throw new VersionError(`Expected a version that names its model, got ${trimmed}`);
		if (new RegExp(bareFor).test(model)) return versionOf(model, numbers, groups);
	}
	throw new VersionError(
		`Expected a version${model === undefined ? "" : ` for ${model}`} such as ${SHAPES_TEXT}, got ${JSON.stringify(text.slice(0, TEXT_LENGTH_MAX))}`,
	);
}

/** Throws VersionError, see parseVersion. */
export function canonicalVersion(text: string, model?: string): string {
	return parseVersion(text, model).canonical;
}

/**
 * True for a line that can only be a version: one word with at least two points in it, of whatever make. So that a
 * version in an unknown shape is still read, shown and found to be the wrong one.
 */
export function looksLikeVersion(line: string): boolean {
	return (
		line.length <= TEXT_LENGTH_MAX && /^[A-Za-z0-9][\w-]*(?:\.[\w-]+){2,}$/.test(line) && /[0-9]/.test(line)
	);
}

function versionOf(
	line: string,
	numbers: readonly number[],
	groups: Record<string, string | undefined>,
): Version {
	const { letter = "", built = "", chip = "" } = groups;
	const canonical = [`${letter}${line}`, ...numbers, built, chip].filter((part) => part !== "").join(".");
	return { line, letter, numbers, built, chip, canonical };
}

function numbersOf(text: string): number[] | undefined {
	const numbers = text.split(".").map((field) => parseDecimal(field, NUMBER_MAX));
	return numbers.includes(undefined) ? undefined : (numbers as number[]);
}

/** `HL769x` is the line of HL7690 and HL7692; every other line is one model. */
function isOfLine(model: string, line: string): boolean {
	return line === "HL769x" ? /^HL769[0-9]$/.test(model) : model === line;
}
