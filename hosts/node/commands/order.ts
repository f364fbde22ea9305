import { sign } from "node:crypto";
import { type Command, InvalidArgumentError, Option } from "commander";
import { canonicalVersion } from "../../../modules/modem/version.js";
import {
	ENVELOPE_BYTES_MAX,
	type Envelope,
	ORDER_PAYLOAD_TYPE,
	openEnvelope,
	preAuthEncoding,
	readEnvelope,
} from "../../../modules/order/envelope.js";
import { ORDER_SCHEMA, parseOrder, SEQUENCE_MAX, type UpdateOrder } from "../../../modules/order/order.js";
import { MODEM_MODELS, MODEM_SOURCES, type OrderElement } from "../../../modules/order/order-elements.js";
import { OrderRefusedError } from "../../../modules/order/order-refused-error.js";
import { keyIdOf } from "../../../modules/order/spki.js";
import { encodeBase64 } from "../../../modules/storage/base64.js";
import { consoleOrderLines } from "../console-order-lines.js";
import { readInput, writeFileAtomically } from "../files.js";
import { InputError } from "../input-error.js";
import { ELEMENT_HELP, newElements } from "../order/new-elements.js";
import { readPrivateKey, readPublicKey } from "../pem.js";
import { UsageError } from "../usage-error.js";

const EXIT_HELP =
	"\nExit status: 0 done; 64 wrong usage; 66 a file cannot be read or is refused; 73 a file cannot be written.";

interface NewOptions {
	element: string[];
	model?: string;
	from?: string[];
	to?: string;
	size?: string;
	image?: string;
	source?: string[];
	sequence: number;
	adopt?: true;
	out: string;
}

/** Adds `order` to the program. */
export function registerOrder(program: Command): void {
	const order = program
		.command("order")
		.description("update orders: which exact versions the product may install");
	order
		.command("new")
		.description("write an order, not yet signed (JSON)")
		.requiredOption("--element <ELEMENT>", "an element to update (repeatable), see below", collected)
		.addOption(new Option("--model <MODEL>", "the modem's family").choices(MODEM_MODELS))
		.option("--from <VERSION>", "exact version to update the modem from (repeatable)", collected)
		.option("--to <VERSION>", "exact version to update the modem to")
		.option("--size <BYTES>", "exact size of the modem's package")
		.option("--image <FILE>", "the modem's package as a file, to be handed over by the product itself")
		.addOption(
			new Option(
				"--source <SOURCE>",
				"where the modem's package may come from (repeatable; default: avms, with --image local)",
			)
				.choices(MODEM_SOURCES)
				.argParser(sourced),
		)
		.requiredOption("--sequence <N>", "higher than that of every earlier order", integerUpTo(SEQUENCE_MAX))
		.option("--adopt", "a package of unknown origin may be installed: the version read back alone decides")
		.requiredOption("--out <FILE>", "file for the order")
		.addHelpText("after", `\n${ELEMENT_HELP}\n${EXIT_HELP}`)
		.action(newOrder);
	order
		.command("sign")
		.description("put an order into a signed envelope (DSSE v1, Ed25519)")
		.argument("<FILE>", "the order")
		.requiredOption("--key <FILE>", "the private key (PEM)")
		.requiredOption("--out <FILE>", "file for the envelope")
		.addHelpText("after", EXIT_HELP)
		.action(signOrder);
	order
		.command("verify")
		.description("check an envelope as the product does, and show its order")
		.argument("<FILE>", "the envelope")
		.requiredOption("--key <FILE>", "the public key (PEM)")
		.addHelpText("after", EXIT_HELP)
		.action(verifyOrder);
	order
		.command("show")
		.description("show an order or an envelope; no signature is verified")
		.argument("<FILE>", "the order or the envelope")
		.addHelpText("after", EXIT_HELP)
		.action(showOrder);
	order
		.command("console")
		.description("show an envelope as the lines that a product's service console takes (run --order-console)")
		.argument("<FILE>", "the envelope")
		.addHelpText("after", EXIT_HELP)
		.action(showConsoleLines);
}

function newOrder({ element, source, sequence, adopt, out, ...options }: NewOptions): void {
	const { model, from, to, size, image } = options;
	const modem = {
		...(model === undefined ? {} : { model }),
		...(from === undefined ? {} : { from }),
		...(to === undefined ? {} : { to }),
		...(size === undefined ? {} : { size }),
		...(image === undefined ? {} : { image }),
		...(source === undefined ? {} : { sources: source.join("+") }),
	};
	const order = {
		schema: ORDER_SCHEMA,
		sequence,
		...(adopt ? { adopt } : {}),
		elements: newElements(element, modem),
	};
	const payload = Buffer.from(`${JSON.stringify(order, null, 2)}\n`);
	try {
		parse(payload);
	} catch (error) {
		if (error instanceof OrderRefusedError) throw new UsageError(error.message);
		throw error;
	}
	writeFileAtomically(out, payload);
}

function signOrder(file: string, { key, out }: { key: string; out: string }): void {
	const payload = readInput(file, "an order", ENVELOPE_BYTES_MAX);
	refusing(file, () => parse(payload));
	const { privateKey, publicKey } = readPrivateKey(key);
	const envelope = {
		payload: encodeBase64(payload),
		payloadType: ORDER_PAYLOAD_TYPE,
		signatures: [
			{
				keyid: keyIdOf(publicKey),
				sig: encodeBase64(sign(null, preAuthEncoding(ORDER_PAYLOAD_TYPE, payload), privateKey)),
			},
		],
	};
	const bytes = Buffer.from(`${JSON.stringify(envelope)}\n`);
	// What is handed out was taken by the product's own code first: also its length is checked so.
	refusing(file, () => openEnvelope(bytes, publicKey));
	writeFileAtomically(out, bytes);
}

function verifyOrder(file: string, { key }: { key: string }): void {
	const publicKey = readPublicKey(key);
	const bytes = readInput(file, "an envelope", ENVELOPE_BYTES_MAX);
	const order = refusing(file, () => parse(openEnvelope(bytes, publicKey)));
	process.stdout.write(`signed by key ${keyIdOf(publicKey)}\n${describeOrder(order)}`);
}

function showOrder(file: string): void {
	const bytes = readInput(file, "an order or an envelope", ENVELOPE_BYTES_MAX);
	const envelope = isEnvelope(bytes) ? refusing(file, () => readEnvelope(bytes)) : undefined;
	const order = refusing(file, () => parse(envelope?.payload ?? bytes));
	process.stdout.write(`${describeEnvelope(envelope)}\n${describeOrder(order)}`);
}

function showConsoleLines(file: string): void {
	const bytes = readInput(file, "an envelope", ENVELOPE_BYTES_MAX);
	refusing(file, () => parse(readEnvelope(bytes).payload));
	process.stdout.write(consoleOrderLines(bytes));
}

function parse(payload: Uint8Array): UpdateOrder {
	return parseOrder(payload, { canonicalVersion });
}

function refusing<T>(file: string, read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (error instanceof OrderRefusedError)
			throw new InputError(`${file} is refused, ${error.reason}. ${error.message}`);
		throw error;
	}
}

/** An order has a schema and an envelope has none; what is neither is read as an order, whose message says most. */
function isEnvelope(bytes: Uint8Array): boolean {
	try {
		const value: unknown = JSON.parse(Buffer.from(bytes).toString("latin1"));
		return typeof value === "object" && value !== null && "payload" in value;
	} catch {
		return false;
	}
}

function describeEnvelope(envelope: Envelope | undefined): string {
	if (!envelope) return "not signed";
	const keys = envelope.signatures.map(({ keyId }) => keyId ?? "a key it does not name");
	return `signed by key ${keys.join(", ")} (not verified)`;
}

function describeOrder({ digest, sequence, adopt, elements }: UpdateOrder): string {
	const lines = [`order ${sequence}, SHA-256 ${digest}`];
	if (adopt) lines.push("adopt: a package of unknown origin may be installed");
	for (const element of elements) lines.push(...describeElement(element));
	return `${lines.join("\n")}\n`;
}

function describeElement(element: OrderElement): string[] {
	const { name, kind, from, to, sizeBytes, file } = element;
	const what = kind === "modem" ? `modem ${element.model}` : KINDS[kind];
	const by = kind === "modem" ? `, by ${element.sources.join(" or ")}` : "";
	return [
		`element ${name}: ${what}`,
		...from.map((version) => `  from ${version}`),
		`  to   ${to}`,
		`  size ${sizeBytes} bytes${by}`,
		...(file ? [`  file ${file.image}, SHA-256 ${file.sha256}`] : []),
		...(kind === "modem" ? [] : [`  hash ${element.hash}`]),
	];
}

const KINDS = { smp: "a processor with SMP", self: "our own MCU" } as const;

function collected(value: string, earlier: string[] | undefined): string[] {
	return [...(earlier ?? []), value];
}

function sourced(value: string, earlier: string[] | undefined): string[] {
	const known: readonly string[] = MODEM_SOURCES;
	if (!known.includes(value)) throw new InvalidArgumentError(`Allowed choices are ${known.join(", ")}.`);
	return collected(value, earlier);
}

function integerUpTo(max: number): (text: string) => number {
	return (text) => {
		const value = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
		if (value <= max) return value;
		throw new InvalidArgumentError(`Expected an integer from 1 to ${max}.`);
	};
}
