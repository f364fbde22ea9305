import { createHash } from "node:crypto";
import { emulatedDelta } from "../../hosts/emulator/emulated-delta.js";
import type { Model } from "../../hosts/emulator/families.js";
import type { ProcessorBehaviour } from "../../hosts/emulator/processor-behaviour.js";
import { imageFacts, mcubootImage } from "../../hosts/emulator/processor-image.js";
import { hexFromBytes } from "../../modules/storage/bytes.js";
import { Bench, type BenchOptions, BRIEF_OFF_MS } from "./bench.js";
import { FIRST_BYTES, VERSIONS } from "./orders.js";
import { signedEnvelope } from "./signing.js";

const PROCESSOR_BYTES = 8_192;
const OWN_BYTES = 12_288;
const OLD = "1.0.0";
const NEW = "1.1.0";
/** Beside the modem, in the order's sequence. */
export const OTHERS = ["sensor", "display", "self"] as const;
export type Other = (typeof OTHERS)[number];

const seedOf = (name: Other, version: string): number =>
	OTHERS.indexOf(name) * 10 + (version === OLD ? 1 : 2);

export function imageOf(name: Other, version: string): Uint8Array<ArrayBuffer> {
	const sizeBytes = name === "self" ? OWN_BYTES : PROCESSOR_BYTES;
	return mcubootImage({ version, sizeBytes, seed: seedOf(name, version) });
}

const fileOf = (name: Other): string => `${name}-${NEW}.bin`;
export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
export const hashOf = (image: Uint8Array): string =>
	hexFromBytes(imageFacts(image)?.hash ?? new Uint8Array());

export interface SetOptions {
	model: Model;
	/** Where the modem's package comes from; `none`: the order names no modem. */
	source?: "avms" | "local" | "none";
	others?: readonly Other[];
	behaviours?: Partial<Record<Other, Partial<ProcessorBehaviour>>>;
	/** Leaves files out of the product's storage, or puts other bytes there. */
	images?: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
	/** Named by the order, and not there. */
	missing?: readonly Other[];
	bench?: Partial<BenchOptions>;
	sequence?: number;
}

/** What each element runs, by name. */
export type Versions = Readonly<Record<string, string>>;

/** A product with four elements, their images in its storage, and the order that names them. */
export class SetBench extends Bench {
	readonly envelope: Uint8Array;
	readonly source: "avms" | "local" | "none";
	readonly others: readonly Other[];

	constructor({
		model,
		source = "avms",
		others = OTHERS,
		behaviours = {},
		images = {},
		missing = [],
		bench = {},
		sequence = 1,
	}: SetOptions) {
		const [from, to] = VERSIONS[model];
		const delta = emulatedDelta({ from, to, sizeBytes: FIRST_BYTES });
		const files: Record<string, Uint8Array<ArrayBuffer>> = { "modem.bin": delta };
		for (const name of others) files[fileOf(name)] = imageOf(name, NEW);
		super({
			model,
			processors: others
				.filter((name) => name !== "self" && !missing.includes(name))
				.map((name) => ({ name, image: imageOf(name, OLD), behaviour: behaviours[name] ?? {} })),
			...(others.includes("self") && !missing.includes("self")
				? { own: { name: "self", image: imageOf("self", OLD) } }
				: {}),
			images: { ...files, ...images },
			...bench,
		});
		this.source = source;
		this.others = others;
		const modem = {
			name: "modem",
			kind: "modem",
			model,
			from: [from],
			to,
			sizeBytes: FIRST_BYTES,
			sources: [source],
			...(source === "local" ? { image: "modem.bin", sha256: sha256(delta) } : {}),
		};
		this.envelope = signedEnvelope({
			schema: 1,
			sequence,
			elements: [...(source === "none" ? [] : [modem]), ...others.map(elementOf)],
		});
	}

	/** The order is stored at a boot that stays closed, the server has its job, and the product is off for so long. */
	orderedThenOff(offMs: number): void {
		this.usedThenOff(BRIEF_OFF_MS);
		this.product.switchOn(this.envelope);
		this.run(600_000);
		if (this.source === "avms") this.job();
		this.cut(offMs);
		this.forget();
	}

	/** What runs now, asked of nobody: the emulators' own flash. */
	get versions(): Versions {
		const versions: Record<string, string> = { modem: this.product.modemFlash.version };
		for (const { name, flash } of this.product.processors) {
			const trial = flash.confirmed ? "" : " on trial";
			versions[name] = `${imageFacts(flash.slots[0])?.version}${trial}`;
		}
		const { partitions, ownFlash } = this.product;
		if (partitions && ownFlash && partitions.running) {
			const { running, onTrial } = partitions.state();
			versions.self = `${running.version}${onTrial ? " on trial" : ""}`;
		}
		return versions;
	}

	/** The modem runs one of the versions that the order names. */
	get isModemKnown(): boolean {
		return (VERSIONS[this.model] as readonly string[]).includes(this.product.modemFlash.version);
	}

	/** `old`, `new` or `mixed`, by what runs and will go on running. */
	get side(): "old" | "new" | "mixed" {
		const [from, to] = VERSIONS[this.model];
		const { versions } = this;
		const all = Object.entries(versions).filter(([name]) => name !== "modem" || this.source !== "none");
		if (all.every(([name, version]) => version === (name === "modem" ? from : OLD))) return "old";
		if (all.every(([name, version]) => version === (name === "modem" ? to : NEW))) return "new";
		return "mixed";
	}
}

function elementOf(name: Other): object {
	const image = imageOf(name, NEW);
	return {
		name,
		kind: name === "self" ? "self" : "smp",
		from: [OLD],
		to: NEW,
		sizeBytes: image.length,
		image: fileOf(name),
		sha256: sha256(image),
		hash: hashOf(image),
	};
}
