import type { Behaviour } from "../../hosts/emulator/behaviour.js";
import { emulatedDelta } from "../../hosts/emulator/emulated-delta.js";
import type { Model } from "../../hosts/emulator/families.js";
import type { ModemFlash } from "../../hosts/emulator/flash.js";
import type { ProcessorBehaviour } from "../../hosts/emulator/processor-behaviour.js";
import { imageFacts, mcubootImage } from "../../hosts/emulator/processor-image.js";
import type { EmulatedServer } from "../../hosts/emulator/server.js";
import { sha256 } from "../../hosts/emulator/sha256.js";
import { asciiFromBytes, bytesFromAscii, hexFromBytes } from "../../modules/storage/bytes.js";
import type { Policy } from "../../modules/window/policy.js";
import { VERSIONS } from "../support/orders.js";
import { signedEnvelope } from "../support/signing.js";

export type Source = "avms" | "local" | "none";
export type Other = "sensor" | "pump" | "self";

/** One product with what happens to it: everything that a story of power cuts starts from. */
export interface World {
	name: string;
	model: Model;
	source: Source;
	mode: Policy["mode"];
	others: readonly Other[];
	behaviour?: Partial<Behaviour>;
	sensor?: Partial<ProcessorBehaviour>;
	pump?: Partial<ProcessorBehaviour>;
	policy?: Partial<Policy>;
	/** The server's job, as far as it differs from the order's package; `none`: there is none. */
	job?: Partial<Parameters<EmulatedServer["addJob"]>[0]> | "none";
	/** What the modem holds before the order comes. */
	leftover?: (flash: ModemFlash, order: OrderFacts) => void;
	/** Both slots of the journal have decayed: nobody knows what went before. */
	decays?: boolean;
	server?: { reachable?: boolean; authentication?: "ok" | "failed" | "refused" };
	/** When the server wants a session, ms after each power-on. */
	asksAtMs?: readonly number[];
	/** Somebody puts the modem's settings back, so long after each power-on, without a word or with a restart. */
	upset?: { atMs: number; restarts: boolean };
	/** The modem answers commands that begin so with an error. */
	refuses?: string;
	/** What is offered at every boot of the story. */
	offers?: "replay" | "same-sequence" | "forged" | "cut-off";
	/** Every so many-th command of ours, the line to us stands still for so long, and then brings everything at once. */
	stalls?: { everyCommands: number; durationMs: number };
	/** False where the order cannot come home whatever is done. */
	comesHome?: false;
}

/** What an order names, as the checkers know it. */
export interface OrderFacts {
	from: string;
	to: string;
	sizeBytes: number;
}

const BYTES: Readonly<Record<Other, number>> = { sensor: 300, pump: 250, self: 200 };
const SEEDS: Readonly<Record<Other, number>> = { sensor: 20, pump: 30, self: 10 };
const AVMS_BYTES = 400_000;
const LOCAL_BYTES = 1_500;
/** The order's sequence; one below it has been in force before. */
export const SEQUENCE = 2;
const OLD = "1.0.0";
const NEW = "1.1.0";

/** Fast where that changes nothing but how much virtual time goes by. */
export const QUICK_MODEM: Readonly<Partial<Behaviour>> = Object.freeze({
	bootMs: 2_000,
	startRequestDelayMs: 2_000,
	installMs: 20_000,
	progressStepPercent: 25,
});
export const QUICK_SENSOR: Readonly<Partial<ProcessorBehaviour>> = Object.freeze({
	bufferBytes: 224,
	eraseMs: 500,
	swapMs: 4_000,
});

export function packageBytes(source: Source): number {
	return source === "local" ? LOCAL_BYTES : AVMS_BYTES;
}

export function orderFacts({ model, source }: World): OrderFacts {
	const [from, to] = VERSIONS[model];
	return { from, to, sizeBytes: packageBytes(source) };
}

/** Made at the first use: in XS nothing that a module makes while it is loaded can change. */
let images: Map<string, Uint8Array<ArrayBuffer>> | undefined;

/** The same bytes each time: nobody writes into them. */
export function imageOf(name: Other, side: "old" | "new"): Uint8Array<ArrayBuffer> {
	const key = `${name} ${side}`;
	images ??= new Map();
	const known = images.get(key);
	if (known) return known;
	const image = mcubootImage({
		version: side === "old" ? OLD : NEW,
		sizeBytes: BYTES[name],
		seed: SEEDS[name] + (side === "old" ? 1 : 2),
	});
	images.set(key, image);
	return image;
}

export function deltaOf(world: World): Uint8Array<ArrayBuffer> {
	return emulatedDelta(orderFacts(world));
}

const fileOf = (name: Other): string => `${name}-${NEW}.bin`;

/** What lies in the product's storage of images. */
export function filesOf(world: World): Record<string, Uint8Array<ArrayBuffer>> {
	const files: Record<string, Uint8Array<ArrayBuffer>> = {};
	if (world.source === "local") files["modem.bin"] = deltaOf(world);
	for (const name of world.others) files[fileOf(name)] = imageOf(name, "new");
	return files;
}

/** An order that names everything that this world has. */
export function orderOf(world: World, sequence: number): object {
	const { model, source, others } = world;
	const { from, to, sizeBytes } = orderFacts(world);
	const modem = {
		name: "modem",
		kind: "modem",
		model,
		from: [from],
		to,
		sizeBytes,
		sources: [source],
		...(source === "local" ? { image: "modem.bin", sha256: hexFromBytes(sha256(deltaOf(world))) } : {}),
	};
	return {
		schema: 1,
		sequence,
		elements: [...(source === "none" ? [] : [modem]), ...others.map(elementOf)],
	};
}

export function envelopeOf(world: World, sequence: number): Uint8Array {
	return signedEnvelope(orderOf(world, sequence));
}

function elementOf(name: Other): object {
	const image = imageOf(name, "new");
	return {
		name,
		kind: name === "self" ? "self" : "smp",
		from: [OLD],
		to: NEW,
		sizeBytes: image.length,
		image: fileOf(name),
		sha256: hexFromBytes(sha256(image)),
		hash: hexFromBytes(imageFacts(image)?.hash ?? new Uint8Array(0)),
	};
}

/** Whoever has no key: the payload of one order under the signature of another. */
export function forgedEnvelope(world: World): Uint8Array {
	const [good, other] = [3, 4].map((sequence) => JSON.parse(asciiFromBytes(envelopeOf(world, sequence))));
	return bytesFromAscii(JSON.stringify({ ...good, signatures: other.signatures }));
}

/** As from the factory: the modem asks before nothing, tells nothing, and polls the server. */
export function forgetSettings(flash: ModemFlash): void {
	for (const kind of Object.keys(flash.agreements) as (keyof typeof flash.agreements)[])
		flash.agreements[kind] = false;
	flash.indications = 0;
	flash.pollMinutes = 60;
}
