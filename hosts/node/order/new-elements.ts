import { canonicalImageVersion } from "../../../modules/order/image-version.js";
import { IMAGE_BYTES_MAX, type ImageElement } from "../../../modules/order/order-elements.js";
import { UsageError } from "../usage-error.js";
import { type FileFacts, readFileFacts, readImageFacts } from "./image-facts.js";

/** The modem of an order, as the command line names it. */
export interface ModemFields {
	model?: string;
	from?: readonly string[];
	to?: string;
	size?: string;
	/** The company's own file. */
	image?: string;
	/** `avms`, `local` or `avms+local`. */
	sources?: string;
}

type Fields = Readonly<Record<string, readonly string[]>>;

const FIELDS = {
	modem: ["name", "kind", "model", "from", "to", "size", "image", "sources"],
	smp: ["name", "kind", "from", "to", "image"],
	self: ["name", "kind", "from", "to", "image"],
} as const;
type Kind = keyof typeof FIELDS;

const FORM = "modem, or fields such as name=sensor,kind=smp,image=FILE,from=1.0.0";

/**
 * The elements of an order's payload: of `--element modem` the modem that the other options describe, of
 * `--element name=...,kind=...` what its fields say. Reads the images. Throws UsageError and InputError.
 */
export function newElements(texts: readonly string[], modem: ModemFields): object[] {
	const given = Object.entries(modem).filter(([, value]) => value !== undefined);
	if (!texts.includes("modem") && given.length > 0)
		throw new UsageError(
			`Expected \`--element modem\` with ${given.map(([name]) => `\`--${OPTIONS[name] ?? name}\``).join(", ")}, got none; another element has its fields inside its own \`--element\``,
		);
	const elements = texts.map((text) =>
		text === "modem"
			? modemElement("modem", modem, (name) => `\`--${OPTIONS[name] ?? name}\``)
			: described(text),
	);
	checkFileNames(elements);
	return elements;
}

/** The options that are not named like their field. */
const OPTIONS: Readonly<Record<string, string>> = { sources: "source" };

function described(text: string): object {
	const fields = fieldsOf(text);
	const kind = one(fields, "kind");
	if (!isKind(kind))
		throw new UsageError(
			`Expected \`kind\` to be ${Object.keys(FIELDS).join(", ")}, got ${kind === undefined ? "none" : JSON.stringify(kind)} in \`--element\` ${text}`,
		);
	const allowed: readonly string[] = FIELDS[kind];
	for (const name of Object.keys(fields))
		if (!allowed.includes(name))
			throw new UsageError(
				`Expected the fields ${allowed.join(", ")} of kind ${kind}, got ${JSON.stringify(name)}`,
			);
	const name = one(fields, "name");
	if (name === undefined) throw new UsageError(`Expected \`name\` in \`--element\` ${text}, got none`);
	const { from = [] } = fields;
	const get = (field: string) => one(fields, field);
	if (kind !== "modem") return imageElement(name, kind, { from, to: get("to"), image: get("image") });
	const modem: Record<string, unknown> = { from };
	for (const field of ["model", "to", "size", "image", "sources"]) modem[field] = get(field);
	return modemElement(name, modem as ModemFields, (field) => `\`${field}\` of ${name}`);
}

const isKind = (kind: string | undefined): kind is Kind => kind !== undefined && Object.hasOwn(FIELDS, kind);

/** `name=value` pairs between commas; `from` may come more than once. */
function fieldsOf(text: string): Fields {
	const fields: Record<string, string[]> = {};
	for (const pair of text.split(",")) {
		const [, name, value] = /^([a-z]+)=(.+)$/.exec(pair) ?? [];
		if (name === undefined || value === undefined)
			throw new UsageError(
				`Expected \`--element\` to be ${FORM}, got ${JSON.stringify(text)}${text.includes("=") ? `, where ${JSON.stringify(pair)} is no NAME=VALUE` : ""}`,
			);
		fields[name] = [...(fields[name] ?? []), value];
	}
	return fields;
}

function one(fields: Fields, name: string): string | undefined {
	const values = fields[name] ?? [];
	if (values.length > 1)
		throw new UsageError(`Expected \`${name}\` once in an \`--element\`, got ${values.join(" and ")}`);
	return values[0];
}

function modemElement(name: string, fields: ModemFields, shown: (field: string) => string): object {
	const { model, from = [], to, size, image } = fields;
	const missing = (field: string) => new UsageError(`Expected ${shown(field)}, got none`);
	if (model === undefined) throw missing("model");
	if (from.length === 0) throw missing("from");
	if (to === undefined) throw missing("to");
	if (size === undefined && image === undefined)
		throw new UsageError(`Expected ${shown("size")}, or ${shown("image")} to take it from, got none`);
	const given = size === undefined ? undefined : sizeOf(size, shown("size"));
	const sources = (fields.sources ?? (image === undefined ? "avms" : "local")).split("+");
	if (sources.includes("local") && image === undefined)
		throw new UsageError(
			`Expected ${shown("image")}, the file that is handed over where the source is local`,
		);
	const file: FileFacts | undefined = image === undefined ? undefined : readFileFacts(image);
	if (file && given !== undefined && given !== file.sizeBytes)
		throw new UsageError(
			`Expected ${shown("size")} to be the ${file.sizeBytes} bytes of ${image}, got ${given}`,
		);
	const { sizeBytes, ...named } = file ?? { sizeBytes: given };
	return { name, kind: "modem", model, from, to, sizeBytes, sources, ...named };
}

function sizeOf(text: string, shown: string): number {
	const value = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
	if (value <= IMAGE_BYTES_MAX) return value;
	throw new UsageError(`Expected ${shown} to be an integer from 1 to ${IMAGE_BYTES_MAX}, got ${text}`);
}

function imageElement(
	name: string,
	kind: ImageElement["kind"],
	{ from, to, image }: { from: readonly string[]; to: string | undefined; image: string | undefined },
): object {
	if (image === undefined)
		throw new UsageError(`Expected \`image\` of ${name}, the file with its new firmware, got none`);
	if (from.length === 0)
		throw new UsageError(`Expected \`from\` of ${name}, a version that it may be updated from, got none`);
	const { version, hash, ...file } = readImageFacts(image, kind);
	if (to !== undefined && canonical(to) !== canonical(version))
		throw new UsageError(`Expected \`to\` of ${name} to be ${version}, the version of ${image}, got ${to}`);
	return {
		name,
		kind,
		from,
		to: version,
		sizeBytes: file.sizeBytes,
		image: file.image,
		sha256: file.sha256,
		hash,
	};
}

/** What is no version is judged with the whole order. */
function canonical(version: string): string {
	try {
		return canonicalImageVersion(version);
	} catch {
		return version;
	}
}

/** The product finds an image by its name alone. */
function checkFileNames(elements: readonly object[]): void {
	const seen = new Map<string, string>();
	for (const { image, sha256 } of elements as { image?: string; sha256?: string }[]) {
		if (image === undefined || sha256 === undefined) continue;
		if ((seen.get(image) ?? sha256) !== sha256)
			throw new UsageError(
				`Expected images with names of their own, got two files ${image} with different contents`,
			);
		seen.set(image, sha256);
	}
}

export const ELEMENT_HELP = `An element is \`modem\`, which --model, --from, --to, --size, --image and --source describe, or has its fields inside:
  name=NAME,kind=smp,image=FILE,from=VERSION[,from=VERSION...][,to=VERSION]   another processor (MCUboot image)
  name=NAME,kind=self,image=FILE,from=VERSION...                              our own MCU (MCUboot or ESP-IDF image)
  name=NAME,kind=modem,model=HL7800,from=VERSION,to=VERSION,size=BYTES        as above; image=FILE, sources=avms+local
Sizes and hashes are computed from the files; \`to\` is the version in the image's header. The product looks for a file
of the same name in its own storage (run --images).`;
