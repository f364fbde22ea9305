import { encodeBase64 } from "../../modules/storage/base64.js";
import { bytesFromAscii } from "../../modules/storage/bytes.js";
import { emulatedDelta } from "../emulator/emulated-delta.js";
import type { Model } from "../emulator/families.js";
import { mcubootImage } from "../emulator/processor-image.js";
import { type SignedPayload, VERSIONS } from "./sample-orders.js";

/** The elements beside the modem: two processors and our own MCU. */
export const OTHER_NAMES = Object.freeze(["sensor", "display", "self"] as const);
export type OtherName = (typeof OTHER_NAMES)[number];

/** What the elements beside the modem have from the factory, and what the orders name. */
export const OTHER_VERSIONS = Object.freeze(["1.0.0", "1.1.0"] as const);
export type OtherVersion = (typeof OTHER_VERSIONS)[number];

/** Where the modem's package comes from; `none`: the order names no modem. */
export type SampleSource = "avms" | "local" | "none";

const OTHER_BYTES = Object.freeze({ sensor: 6_144, display: 4_096, self: 8_192 } as const);
/** Of the modem's file; the package on the server has the size of the first order's. */
const FILE_BYTES = 24_000;

/** Signed beforehand, as `SIGNED` is; test/sim/sample-set.test.ts signs them again, and hashes the images again. */
export const SIGNED_SETS: Readonly<Record<string, Readonly<SignedPayload>>> = {
	"HL7692 avms": {
		payload:
			'{"schema":1,"sequence":4,"elements":[{"name":"modem","kind":"modem","model":"HL7692","from":["RHL769x.2.26.180400.201802141030.x7120m_1"],"to":"RHL769x.2.27.183100.201809071813.x7120m_3","sizeBytes":400000,"sources":["avms"]},{"name":"sensor","kind":"smp","from":["1.0.0"],"to":"1.1.0","sizeBytes":6144,"image":"sensor-1.1.0.bin","sha256":"803117665731a7fcf3e48f8d62a8db9b7852789e192ae5c70288265ebe801a10","hash":"b62216fd54105232d5bb9296fa18c34a53ab7c2119f703a8e5b62ce0798b48a9"},{"name":"display","kind":"smp","from":["1.0.0"],"to":"1.1.0","sizeBytes":4096,"image":"display-1.1.0.bin","sha256":"24953dba05059360c3dfc1d497d857e3a29bceede51ed5bbe19e6542852d8347","hash":"d9a04eb4350b310ebb1a318aa92357f47313cdec05cbe30279bcbd880361e311"},{"name":"self","kind":"self","from":["1.0.0"],"to":"1.1.0","sizeBytes":8192,"image":"self-1.1.0.bin","sha256":"ef3991761c5b6f1ce69da19d58d7ffb87a964bd73be0a596327919191b1b2569","hash":"430c878d814c0dd16d61a099fb2aa5cc0e548878a4498e6339344b7a5144bc96"}]}',
		signature: "RD23pKpLdzZP+o1xoUOW2TJFD/bu7npN0aihRmu8QrX5fW3WWxlIHWPmx5LG/Tl1hYzyvtfBHwI3soyHP9BsBA==",
	},
	"HL7692 local": {
		payload:
			'{"schema":1,"sequence":5,"elements":[{"name":"modem","kind":"modem","model":"HL7692","from":["RHL769x.2.26.180400.201802141030.x7120m_1"],"to":"RHL769x.2.27.183100.201809071813.x7120m_3","sizeBytes":24000,"sources":["local"],"image":"modem-HL7692.bin","sha256":"50e941a3e691ee59af63a8d0a1d14ee07a7e433badbd38919bfd4b1746e9c537"},{"name":"sensor","kind":"smp","from":["1.0.0"],"to":"1.1.0","sizeBytes":6144,"image":"sensor-1.1.0.bin","sha256":"803117665731a7fcf3e48f8d62a8db9b7852789e192ae5c70288265ebe801a10","hash":"b62216fd54105232d5bb9296fa18c34a53ab7c2119f703a8e5b62ce0798b48a9"},{"name":"display","kind":"smp","from":["1.0.0"],"to":"1.1.0","sizeBytes":4096,"image":"display-1.1.0.bin","sha256":"24953dba05059360c3dfc1d497d857e3a29bceede51ed5bbe19e6542852d8347","hash":"d9a04eb4350b310ebb1a318aa92357f47313cdec05cbe30279bcbd880361e311"},{"name":"self","kind":"self","from":["1.0.0"],"to":"1.1.0","sizeBytes":8192,"image":"self-1.1.0.bin","sha256":"ef3991761c5b6f1ce69da19d58d7ffb87a964bd73be0a596327919191b1b2569","hash":"430c878d814c0dd16d61a099fb2aa5cc0e548878a4498e6339344b7a5144bc96"}]}',
		signature: "YTs0rTmljlYd/NMxsfc2ZWlZazkJC3QnFHCAy31lh2cwXRj+DPE+y+JdJfkLJG6+ZbOlN3N43FXxme/ke23ODw==",
	},
	"HL7800 avms": {
		payload:
			'{"schema":1,"sequence":4,"elements":[{"name":"modem","kind":"modem","model":"HL7800","from":["HL7800.4.4.14.0"],"to":"HL7800.4.5.4.0","sizeBytes":400000,"sources":["avms"]},{"name":"sensor","kind":"smp","from":["1.0.0"],"to":"1.1.0","sizeBytes":6144,"image":"sensor-1.1.0.bin","sha256":"803117665731a7fcf3e48f8d62a8db9b7852789e192ae5c70288265ebe801a10","hash":"b62216fd54105232d5bb9296fa18c34a53ab7c2119f703a8e5b62ce0798b48a9"},{"name":"display","kind":"smp","from":["1.0.0"],"to":"1.1.0","sizeBytes":4096,"image":"display-1.1.0.bin","sha256":"24953dba05059360c3dfc1d497d857e3a29bceede51ed5bbe19e6542852d8347","hash":"d9a04eb4350b310ebb1a318aa92357f47313cdec05cbe30279bcbd880361e311"},{"name":"self","kind":"self","from":["1.0.0"],"to":"1.1.0","sizeBytes":8192,"image":"self-1.1.0.bin","sha256":"ef3991761c5b6f1ce69da19d58d7ffb87a964bd73be0a596327919191b1b2569","hash":"430c878d814c0dd16d61a099fb2aa5cc0e548878a4498e6339344b7a5144bc96"}]}',
		signature: "oLUM2gAJlkQdN2cOEoyM5mYmqdjOJlfkWknZbqd+ant2LHtr1zY4Wpz+kgE14p3HBue5Ts4wNWDnwBwbGh4gBA==",
	},
	"HL7800 local": {
		payload:
			'{"schema":1,"sequence":5,"elements":[{"name":"modem","kind":"modem","model":"HL7800","from":["HL7800.4.4.14.0"],"to":"HL7800.4.5.4.0","sizeBytes":24000,"sources":["local"],"image":"modem-HL7800.bin","sha256":"5f04f110ad21597819abdbcf16e1cea0eb7de06db82963fe27cc30f56a3f673d"},{"name":"sensor","kind":"smp","from":["1.0.0"],"to":"1.1.0","sizeBytes":6144,"image":"sensor-1.1.0.bin","sha256":"803117665731a7fcf3e48f8d62a8db9b7852789e192ae5c70288265ebe801a10","hash":"b62216fd54105232d5bb9296fa18c34a53ab7c2119f703a8e5b62ce0798b48a9"},{"name":"display","kind":"smp","from":["1.0.0"],"to":"1.1.0","sizeBytes":4096,"image":"display-1.1.0.bin","sha256":"24953dba05059360c3dfc1d497d857e3a29bceede51ed5bbe19e6542852d8347","hash":"d9a04eb4350b310ebb1a318aa92357f47313cdec05cbe30279bcbd880361e311"},{"name":"self","kind":"self","from":["1.0.0"],"to":"1.1.0","sizeBytes":8192,"image":"self-1.1.0.bin","sha256":"ef3991761c5b6f1ce69da19d58d7ffb87a964bd73be0a596327919191b1b2569","hash":"430c878d814c0dd16d61a099fb2aa5cc0e548878a4498e6339344b7a5144bc96"}]}',
		signature: "ltQY7SkdVIGtU8ZGTuNp8qg/m+8gAAF7skAgO7ACIaGrncnbm2HjFiR92nM4qGxcRr4UessCV1X3AkjV/uPMBg==",
	},
	none: {
		payload:
			'{"schema":1,"sequence":6,"elements":[{"name":"sensor","kind":"smp","from":["1.0.0"],"to":"1.1.0","sizeBytes":6144,"image":"sensor-1.1.0.bin","sha256":"803117665731a7fcf3e48f8d62a8db9b7852789e192ae5c70288265ebe801a10","hash":"b62216fd54105232d5bb9296fa18c34a53ab7c2119f703a8e5b62ce0798b48a9"},{"name":"display","kind":"smp","from":["1.0.0"],"to":"1.1.0","sizeBytes":4096,"image":"display-1.1.0.bin","sha256":"24953dba05059360c3dfc1d497d857e3a29bceede51ed5bbe19e6542852d8347","hash":"d9a04eb4350b310ebb1a318aa92357f47313cdec05cbe30279bcbd880361e311"},{"name":"self","kind":"self","from":["1.0.0"],"to":"1.1.0","sizeBytes":8192,"image":"self-1.1.0.bin","sha256":"ef3991761c5b6f1ce69da19d58d7ffb87a964bd73be0a596327919191b1b2569","hash":"430c878d814c0dd16d61a099fb2aa5cc0e548878a4498e6339344b7a5144bc96"}]}',
		signature: "LcECqOU6O8e3I5xBTL3C/ihEjL1iuKUEDjdckhud+EeP/NJt8UrRt3vbZjOjO71oiNU0o+QazRrE4x58EALyAw==",
	},
};

/** The envelope of the order for four elements, or for three where it names no modem. */
export function setEnvelope(model: Model, source: SampleSource): Uint8Array {
	const { payload, signature } = SIGNED_SETS[
		source === "none" ? source : `${model} ${source}`
	] as SignedPayload;
	return bytesFromAscii(
		JSON.stringify({
			payload: encodeBase64(bytesFromAscii(payload)),
			payloadType: "application/vnd.update-window.order+json",
			signatures: [{ sig: signature }],
		}),
	);
}

/** The image of an element beside the modem, always the same bytes. */
export function sampleImage(name: OtherName, version: OtherVersion): Uint8Array<ArrayBuffer> {
	const seed = OTHER_NAMES.indexOf(name) * 10 + (version === OTHER_VERSIONS[0] ? 1 : 2);
	return mcubootImage({ version, sizeBytes: OTHER_BYTES[name], seed });
}

/** The files that the orders name, as they lie in the product's storage. */
export function sampleFiles(model: Model): Record<string, Uint8Array<ArrayBuffer>> {
	const [from, to] = VERSIONS[model];
	const files: Record<string, Uint8Array<ArrayBuffer>> = {
		[modemFile(model)]: emulatedDelta({ from, to, sizeBytes: FILE_BYTES }),
	};
	for (const name of OTHER_NAMES) files[otherFile(name)] = sampleImage(name, OTHER_VERSIONS[1]);
	return files;
}

export function modemFile(model: Model): string {
	return `modem-${model}.bin`;
}

export function otherFile(name: OtherName): string {
	return `${name}-${OTHER_VERSIONS[1]}.bin`;
}
